#include "cli/pictures.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <tuple>

#include "gate/findings.hpp"
#include "report/plot.hpp"
#include "report/telling.hpp"
#include "stats/summary.hpp"

namespace perfgate::cli {
namespace {

constexpr std::size_t most_compared = 10, most_series = 20;

report::Canvas canvas_of(const PlotOptions& options, const Env& env) {
  constexpr int without_terminal = 100;
  return {.width = (env.out_is_terminal ? env.width : without_terminal) - 2,
          .ascii = ascii_only(options.ascii, env.environment)};
}

std::string title_of(std::string_view suite, std::string_view benchmark, std::string_view metric) {
  return fmt::format("{}{}{} {}", suite, suite.empty() ? "" : "/", benchmark, metric);
}

std::string left_out(std::size_t count, std::string_view how) {
  return count == 0 ? "" : fmt::format("\nand {} more: {}\n", count, how);
}

const Values* values_of(const Run& run, const SessionRow& row) {
  const Benchmark* benchmark = run.find(row.suite, row.benchmark);
  const Sample* sample = benchmark ? benchmark->find(row.metric) : nullptr;
  return sample && !sample->values.empty() ? &sample->values : nullptr;
}

report::Distribution distribution_of(const SessionRow& row, const std::vector<Run>& runs,
                                     const Policy& policy) {
  report::Distribution picture{
      .title = title_of(row.suite.text(), row.benchmark, row.metric.text()), .unit = row.unit};
  for (std::size_t side = 0; side < 2; ++side) {
    const Values* values = values_of(runs[side], row);
    if (!values) continue;
    const stats::Independent independent = stats::independent_values(*values, policy.min_samples);
    const Summary summary = stats::summarize(independent.values);
    const bool several = independent.values.size() > 1;
    picture.rows.push_back({.name = side == 0 ? "base" : "head",
                            .samples = independent.values,
                            .middle = summary.median,
                            .low = several ? summary.low : summary.median,
                            .high = several ? summary.high : summary.median});
  }
  const Rule rule = gate::effective_rule(policy, row.suite, row.benchmark, row.metric);
  for (const auto& [name, limit] :
       {std::pair("floor", &rule.floor), std::pair("ceiling", &rule.ceiling),
        std::pair("target", &rule.target)})
    if (*limit)
      picture.limits.push_back({.y = (*limit)->value.to_double(),
                                .label = fmt::format("{} {}", name, (*limit)->written)});
  return picture;
}

doc::Chart chart_of(const SessionRow& row) {
  doc::Chart chart{.title = title_of(row.suite.text(), row.benchmark, row.metric.text()),
                   .unit = std::string(to_text(row.unit))};
  doc::Line line{.name = "median"};
  for (std::size_t i = 0; i < row.scores.size(); ++i)
    if (row.scores[i]) {
      line.x.push_back(static_cast<double>(i));
      line.y.push_back(*row.scores[i]);
    }
  chart.lines.push_back(std::move(line));
  return chart;
}

}  // namespace

void add_plot(CLI::App& app, PlotOptions& options) {
  app.add_flag("--plot", options.plot, "pictures for the terminal");
  app.add_flag("--ascii", options.ascii,
               "no characters beyond ASCII in them (default where the locale is not UTF-8)");
}

bool ascii_only(bool asked, const sys::Environment& environment) {
  if (asked) return true;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = sys::variable(environment, name);
    if (value.empty()) continue;
    return !(value.contains("UTF-8") || value.contains("UTF8") || value.contains("utf8") ||
             value.contains("utf-8"));
  }
  return false;  // nothing is said, as in containers: what reads us takes UTF-8
}

std::string plot_sessions(const Sessions& sessions, const std::vector<Run>& runs,
                          const Policy& policy, const PlotOptions& options, bool all,
                          const Env& env) {
  const report::Canvas canvas = canvas_of(options, env);
  std::string text;
  std::size_t drawn = 0;
  for (const SessionRow& row : sessions.rows) {
    if (!all && drawn == most_compared) break;
    ++drawn;
    text += "\n" + (runs.size() == 2 ? report::plot(distribution_of(row, runs, policy), canvas)
                                     : report::plot(chart_of(row), canvas));
  }
  return text + left_out(sessions.rows.size() - drawn, "--verbose draws them all");
}

std::string plot_history(const store::Columns& columns, std::size_t first,
                         const PlotOptions& options, bool all, const Env& env) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, BaseUnit>;
  std::map<Key, std::vector<std::size_t>> series;
  for (std::size_t row = first; row < columns.rows(); ++row)
    series[{columns.texts[columns.suite[row]], columns.texts[columns.benchmark[row]],
            columns.texts[columns.metric[row]], columns.unit[row]}]
        .push_back(row);
  const report::Canvas canvas = canvas_of(options, env);
  constexpr std::size_t day = 10, most_points = 1000;
  std::string text;
  std::size_t drawn = 0;
  for (const auto& [key, rows] : series) {
    if (!all && drawn == most_series) break;
    ++drawn;
    const auto& [suite, benchmark, metric, unit] = key;
    std::vector<double> values;
    for (const std::size_t row : rows) values.push_back(columns.median[row]);
    doc::Line line{.name = "median"};
    for (const std::size_t i : report::thinned(values, most_points)) {
      line.x.push_back(static_cast<double>(i));
      line.y.push_back(values[i]);
    }
    const auto date = [&](std::size_t row) {
      return to_text(columns.runs[columns.run[row]].started).substr(0, day);
    };
    doc::Chart chart{
        .title = fmt::format("{}, {} runs", title_of(suite, benchmark, metric), rows.size()),
        .unit = std::string(to_text(unit)),
        .ticks = {{0, date(rows.front())}}};
    if (rows.size() > 1)
      chart.ticks.emplace_back(static_cast<double>(rows.size() - 1), date(rows.back()));
    chart.lines.push_back(std::move(line));
    text += fmt::format("{}{}", drawn > 1 ? "\n" : "", report::plot(chart, canvas));
  }
  return text + left_out(series.size() - drawn,
                         "narrow it, as by benchmark~GLOB, or --verbose draws them all");
}

}  // namespace perfgate::cli
