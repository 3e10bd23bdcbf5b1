#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "cli/gating/run_files.hpp"
#include "cli/reports/report.hpp"
#include "gate/judge.hpp"
#include "gate/matrix.hpp"
#include "model/reports_fields.hpp"
#include "stats/summary.hpp"

namespace perfgate::cli {
namespace {

/// What a measurement can be laid out by beside its own dimensions.
constexpr std::array<std::string_view, 11> fixed{"suite", "benchmark", "section", "index",
                                                 "run",   "attempt",   "commit",  "branch",
                                                 "host",  "date",      "metric"};

struct Options {
  ReportOptions report;
  std::string rows, columns, value, aggregate = "median";
};

void add(CLI::App& app, Options& options) {
  app.add_option("--rows", options.rows, "the dimension of the rows")->required();
  app.add_option("--cols", options.columns, "the dimension of the columns")->required();
  app.add_option("--value", options.value, "the metric that the cells show")->required();
  app.add_option("--aggregate", options.aggregate,
                 "how several values become one: median (default), mean, min, max, geomean")
      ->check(CLI::IsMember({"median", "mean", "min", "max", "geomean"}));
  add_runs(app, options.report);
  add_where(app, options.report);
  add_output(app, options.report);
}

using Facts = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> fact(const Facts& facts, std::string_view name) {
  const auto found = std::ranges::find(facts, name, &Facts::value_type::first);
  return found == facts.end() ? std::nullopt : std::optional(found->second);
}

/// Those of the run and of the name of a benchmark.
Facts facts_of(std::string_view suite, std::string_view benchmark, std::string_view run,
               int attempt, Time started, std::string_view sha, std::string_view branch,
               std::string host) {
  const SectionName section = section_of(benchmark);
  constexpr std::size_t commit_digits = 10, day = 10;
  return {{"suite", std::string(suite)},
          {"benchmark", std::string(benchmark)},
          {"section", section.section},
          {"index", section.index},
          {"run", std::string(run)},
          {"attempt", std::to_string(attempt)},
          {"commit", std::string(sha.substr(0, commit_digits))},
          {"branch", std::string(branch)},
          {"host", std::move(host)},
          {"date", to_text(started).substr(0, day)}};
}

/// Fills a matrix, and remembers what names there are, for those who ask for one that is not.
class Filler {
 public:
  Filler(const Options& options, gate::MatrixBuilder& builder)
      : options_(options), builder_(builder) {}

  /// Whether measurements of this metric are wanted.
  bool wants(const std::string& metric) {
    metrics_.insert(metric);
    return metric == options_.value;
  }

  void add(const Facts& facts, const Metric& metric, double value) {
    for (const auto& [name, text] : facts) names_.insert(name);
    gate::MatrixBuilder::Facts others;
    for (const auto& [name, text] : facts)
      if (name != options_.rows && name != options_.columns && !is_of_run(name))
        others.emplace_back(name, text);
    builder_.add(fact(facts, options_.rows), fact(facts, options_.columns), metric, value, others);
  }

  /// Errors: Code::usage for a dimension or metric that nothing measured has.
  Result<void> check() const {
    if (metrics_.empty()) return {};
    CHECKED(known("--rows", options_.rows, names_, "dimensions"));
    CHECKED(known("--cols", options_.columns, names_, "dimensions"));
    return known("--value", options_.value, metrics_, "metrics");
  }

 private:
  /// What says which run it was, or only names the benchmark again, is no dimension of its own.
  static bool is_of_run(std::string_view name) {
    return name == "run" || name == "attempt" || name == "section" || name == "index" ||
           name == "timestamp" || name == "benchmark";
  }
  static Result<void> known(std::string_view option, const std::string& name,
                            const std::set<std::string>& names, std::string_view what) {
    if (names.contains(name)) return {};
    const std::vector<std::string_view> list(names.begin(), names.end());
    const auto close = nearest(name, list);
    std::string all;
    for (const std::string_view one : list) {
      if (all.size() > 400) break;
      all += fmt::format("{}{}", all.empty() ? "" : ", ", safe_text(one, 60));
    }
    return fail(Code::usage,
                fmt::format("{} {}: nothing that was measured has it", option, safe_text(name, 60)),
                close ? fmt::format("did you mean `{}`?", safe_text(*close, 60))
                      : fmt::format("{}: {}", what, all));
  }

  const Options& options_;
  gate::MatrixBuilder& builder_;
  std::set<std::string> names_{fixed.begin(), fixed.end()}, metrics_;
};

Result<void> fill_from_files(const Options& options, const Policy& policy, Env& env,
                             gate::MatrixBuilder& builder, Filler& filler) {
  TRY(const store::Query query, store::parse_query(options.report.where, env.now()));
  return each_run_file(options.report.runs, [&](const std::string&, const Run& run) {
    if ((query.since && run.started < *query.since) || (query.until && run.started >= *query.until))
      return;
    builder.add_session(run.started);
    const std::string host = gate::host_class(run.fingerprint, policy.host_class);
    for (const Benchmark& benchmark : run.benchmarks)
      for (const Sample& sample : benchmark.samples) {
        const Metric* metric = run.find_metric(sample.metric);
        if (!metric || sample.values.empty() || !filler.wants(metric->name.text()) ||
            !store::matches(query, run, benchmark, sample))
          continue;
        Facts facts = facts_of(benchmark.suite.text(), benchmark.name, run.id, run.attempt,
                               run.started, run.commit.sha, run.commit.branch, host);
        for (const Dimension& dimension : benchmark.dimensions.all())
          facts.emplace_back(dimension.name.text(), to_text(dimension.value));
        facts.emplace_back("metric", metric->name.text());
        filler.add(facts, *metric,
                   stats::median({sample.values.all().begin(), sample.values.all().end()}));
      }
  });
}

Result<void> fill_from_store(const Options& options, const Settings& settings, Env& env,
                             gate::MatrixBuilder& builder, Filler& filler) {
  TRY(const Selected selected, select_runs(options.report, settings, env));
  return scan_in_portions(selected, options.report, env, [&](const store::Columns& columns) {
    const auto text = [&](store::TextId id) -> const std::string& { return columns.texts[id]; };
    for (const store::RunEntry& run : columns.runs) {
      if (run.begin == run.end) continue;
      builder.add_session(run.started);
      const std::string host =
          gate::host_class(columns.fingerprints[run.fingerprint], settings.policy.host_class);
      for (std::size_t row = run.begin; row < run.end; ++row) {
        const std::string& metric = text(columns.metric[row]);
        if (!filler.wants(metric)) continue;
        Facts facts = facts_of(text(columns.suite[row]), text(columns.benchmark[row]), text(run.id),
                               run.attempt, run.started, text(run.sha), text(run.branch), host);
        for (const store::Property& property : columns.dimension_sets[columns.dimensions[row]])
          facts.emplace_back(text(property.name), text(property.value));
        facts.emplace_back("metric", metric);
        filler.add(
            facts,
            {.name = Symbol(metric), .unit = columns.unit[row], .better = columns.better[row]},
            columns.median[row]);
      }
    }
  });
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Prepared prepared, prepare(options.report, env));
  if (options.rows == options.columns)
    return fail(Code::usage,
                fmt::format("--rows and --cols are both `{}`", safe_text(options.rows, 60)),
                "lay it out by two dimensions, such as frontend and backend");
  gate::MatrixBuilder builder(
      options.rows, options.columns, options.value,
      enum_from_text<Aggregate>(options.aggregate).value_or(Aggregate::median),
      options.report.where);
  Filler filler(options, builder);
  if (options.report.runs.empty()) {
    CHECKED(fill_from_store(options, prepared.settings, env, builder, filler));
  } else {
    CHECKED(fill_from_files(options, prepared.settings.policy, env, builder, filler));
  }
  CHECKED(filler.check());
  const auto matrix = std::make_shared<const MatrixReport>(builder.finish());
  CHECKED(write_report(report::tell(matrix), options.report, prepared, env));
  return exit_of(matrix->status);
}

}  // namespace

Command report_matrix() {
  return {
      .name = "matrix",
      .summary = "one metric over two dimensions of its measurements",
      .footer =
          "Dimensions: those that the measurements have, and suite benchmark section index commit\n"
          "branch host date run attempt. What falls into one cell is aggregated; --where leaves "
          "only\nwhat matches.\n\nExamples:\n"
          "  perfgate report matrix --rows frontend --cols backend --value compute_seconds\n"
          "  perfgate report matrix --rows benchmark --cols date --value time --where since=30d "
          "--format csv\n"
          "  perfgate report matrix --run out/run.json --rows backend --cols dataset_rows \\\n"
          "    --value compute_seconds --where ok=true --aggregate min",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
