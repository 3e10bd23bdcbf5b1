#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/csv.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/history/history.hpp"
#include "cli/pictures.hpp"
#include "cli/progress.hpp"
#include "model/run_fields.hpp"
#include "report/columns.hpp"
#include "store/scan.hpp"

namespace perfgate::cli {
namespace {

using store::Columns;

struct Options {
  Shared shared;
  std::vector<std::string> filter;
  std::string format = "table";
  MemoryLimit memory;
  PlotOptions picture;
};

void add(CLI::App& app, Options& options) {
  app.add_option("filter", options.filter, "conditions that all hold: KEY=VALUE KEY~GLOB ...");
  app.add_option("--format", options.format, "table, csv or json (default: table)")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  add_plot(app, options.picture);
  add_max_memory(app, options.memory);
  add_history(app, options.shared);
}

/// A row needs so much in columns, twice while they are put together, and in what is printed.
constexpr std::uint64_t bytes_per_row = 400;

/// How many rows there may be, by what some runs of the selection have.
Result<std::uint64_t> expected_rows(const store::Store& store,
                                    const std::vector<store::Head>& heads,
                                    const store::Query& query) {
  constexpr std::size_t looked_at = 8;
  if (heads.size() < looked_at * 8) return 0;
  std::vector<store::Head> some;
  for (std::size_t i = 0; i < looked_at; ++i) some.push_back(heads[heads.size() * i / looked_at]);
  TRY(const Columns columns, store::scan_runs(store, some, query));
  return columns.rows() * heads.size() / looked_at;
}

/// The rows to show: the newest, where there is a limit.
std::size_t first_row(const Columns& columns, std::size_t limit) {
  return limit == 0 || columns.rows() <= limit ? 0 : columns.rows() - limit;
}

class Rows {
 public:
  explicit Rows(const Columns& columns) : columns_(columns) {}
  const store::RunEntry& run(std::size_t row) const { return columns_.runs[columns_.run[row]]; }
  const std::string& text(store::TextId id) const { return columns_.texts[id]; }
  std::span<const store::Property> dimensions(std::size_t row) const {
    return columns_.dimension_sets[columns_.dimensions[row]];
  }
  const store::Property* dimension(std::size_t row, store::TextId name) const {
    const auto all = dimensions(row);
    const auto found = std::ranges::find(all, name, &store::Property::name);
    return found == all.end() ? nullptr : &*found;
  }

 private:
  const Columns& columns_;
};

/// Dimensions that the rows shown have, in the order of their names.
std::vector<store::TextId> dimension_columns(const Columns& columns, std::size_t first) {
  std::vector<bool> used(columns.dimension_sets.size(), false);
  for (std::size_t row = first; row < columns.rows(); ++row) used[columns.dimensions[row]] = true;
  std::vector<store::TextId> names;
  for (const store::TextId name : columns.dimension_names) {
    bool any = false;
    for (std::size_t set = 0; set < used.size() && !any; ++set)
      any = used[set] &&
            std::ranges::find(columns.dimension_sets[set], name, &store::Property::name) !=
                columns.dimension_sets[set].end();
    if (any) names.push_back(name);
  }
  return names;
}

void print_table(const Columns& columns, std::size_t first, Env& env) {
  const Rows rows(columns);
  std::vector<report::Heading> headings{{"time"},         {"run"},       {"attempt", true},
                                        {"commit"},       {"branch"},    {"suite"},
                                        {"benchmark"},    {"metric"},    {"n", true},
                                        {"median", true}, {"low", true}, {"high", true}};
  const auto names = dimension_columns(columns, first);
  for (const store::TextId name : names) headings.push_back({safe_text(rows.text(name), 40)});
  std::vector<std::vector<std::string>> cells;
  for (std::size_t row = first; row < columns.rows(); ++row) {
    const store::RunEntry& run = rows.run(row);
    const auto shown = [&](double value) { return render(value, columns.unit[row]); };
    const bool several = columns.count[row] > 1;
    std::vector<std::string> line{to_text(run.started).substr(0, 16) + "Z",
                                  safe_text(rows.text(run.id), 100),
                                  std::to_string(run.attempt),
                                  safe_text(rows.text(run.sha), 64).substr(0, 10),
                                  safe_text(rows.text(run.branch), 60),
                                  safe_text(rows.text(columns.suite[row]), 60),
                                  safe_text(rows.text(columns.benchmark[row]), 120),
                                  safe_text(rows.text(columns.metric[row]), 60),
                                  std::to_string(columns.count[row]),
                                  shown(columns.median[row]),
                                  several ? shown(columns.low[row]) : "",
                                  several ? shown(columns.high[row]) : ""};
    for (const store::TextId name : names) {
      const store::Property* property = rows.dimension(row, name);
      line.push_back(property ? safe_text(rows.text(property->value), 60) : "");
    }
    cells.push_back(std::move(line));
  }
  if (!cells.empty()) env.out(report::aligned(headings, cells));
}

constexpr std::size_t chunk = std::size_t{1} << 16;

void print_csv(const Columns& columns, std::size_t first, Env& env) {
  const Rows rows(columns);
  const auto names = dimension_columns(columns, first);
  std::string text =
      "run,attempt,time,commit,branch,suite,benchmark,metric,unit,better,n,launches,median,low,"
      "high,"
      "mean,deviation,minimum,maximum";
  for (const store::TextId name : names) add_csv_text(text, rows.text(name));
  text += "\r\n";
  for (std::size_t row = first; row < columns.rows(); ++row) {
    const store::RunEntry& run = rows.run(row);
    std::string line;
    add_csv_text(line, rows.text(run.id));
    add_csv_plain(line, std::to_string(run.attempt));
    add_csv_plain(line, to_text(run.started));
    for (const store::TextId id :
         {run.sha, run.branch, columns.suite[row], columns.benchmark[row], columns.metric[row]})
      add_csv_text(line, rows.text(id));
    add_csv_plain(line, to_text(columns.unit[row]));
    add_csv_plain(line, to_text(columns.better[row]));
    add_csv_plain(line, std::to_string(columns.count[row]));
    add_csv_plain(line, std::to_string(columns.launches[row]));
    for (const auto* list : {&columns.median, &columns.low, &columns.high, &columns.mean,
                             &columns.deviation, &columns.minimum, &columns.maximum})
      add_csv_plain(line, fmt::format("{}", (*list)[row]));
    for (const store::TextId name : names) {
      const store::Property* property = rows.dimension(row, name);
      if (property && property->is_text)
        add_csv_text(line, rows.text(property->value));
      else
        add_csv_plain(line, property ? rows.text(property->value) : "");
    }
    text += line + "\r\n";
    if (text.size() > chunk) {
      env.out(text);
      text.clear();
    }
  }
  env.out(text);
}

void print_json(const Columns& columns, std::size_t first, Env& env) {
  const Rows rows(columns);
  {
    JsonWriter out([&](std::string_view piece) { env.out(piece); }, 1);
    const auto text = [&](std::string_view key, std::string_view value) {
      out.key(key);
      out.value(value);
    };
    const auto integer = [&](std::string_view key, std::int64_t value) {
      out.key(key);
      out.value(value);
    };
    out.begin_array();
    for (std::size_t row = first; row < columns.rows(); ++row) {
      const store::RunEntry& run = rows.run(row);
      out.begin_object();
      text("run", rows.text(run.id));
      integer("attempt", run.attempt);
      text("time", to_text(run.started));
      text("commit", rows.text(run.sha));
      text("branch", rows.text(run.branch));
      text("suite", rows.text(columns.suite[row]));
      text("benchmark", rows.text(columns.benchmark[row]));
      text("metric", rows.text(columns.metric[row]));
      text("unit", to_text(columns.unit[row]));
      text("better", to_text(columns.better[row]));
      integer("n", columns.count[row]);
      integer("launches", columns.launches[row]);
      const std::pair<std::string_view, const std::vector<double>*> figures[] = {
          {"median", &columns.median},       {"low", &columns.low},
          {"high", &columns.high},           {"mean", &columns.mean},
          {"deviation", &columns.deviation}, {"minimum", &columns.minimum},
          {"maximum", &columns.maximum}};
      for (const auto& [key, list] : figures) {
        out.key(key);
        out.value((*list)[row]);
      }
      out.key("dimensions");
      out.begin_object();
      for (const store::Property& property : rows.dimensions(row)) {
        out.key(rows.text(property.name));
        if (property.is_text)
          out.value(std::string_view(rows.text(property.value)));
        else
          out.number(rows.text(property.value));
      }
      out.end_object();
      out.end_object();
    }
    out.end_array();
  }
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const store::Query query, store::parse_query(options.filter, env.now()));
  if (options.picture.plot && options.format != "table")
    return fail(Code::usage, fmt::format("--plot: a picture is no {}", options.format),
                "leave one of --plot and --format out");
  if (query.kind && *query.kind != Kind::run)
    return fail(Code::usage, "filter `kind`: a query is about the measurements of runs",
                "`perfgate history export kind=...` gives records of other kinds");
  TRY(const Opened opened, open_history(options.shared, env));
  const store::Store& store = *opened.store;
  TRY(const std::vector<store::Head> heads, store.list(store::selection_of(query)));
  TRY(const std::uint64_t expected, expected_rows(store, heads, query));
  CHECKED(check_memory(options.memory, expected * bytes_per_row,
                       fmt::format("a query of about {} rows", expected),
                       "narrow it by benchmark, metric, branch, since or until", env));
  Progress progress(env, options.shared.quiet, "reading runs", heads.size());
  TRY(const Columns columns,
      store::scan_runs(store, heads, query,
                       {.workers = workers(), .progress = [&](std::size_t) -> Result<void> {
                          progress.add();
                          return {};
                        }}));
  CHECKED(store::check_keys(query, columns));
  const std::size_t first = first_row(columns, query.limit);
  if (options.picture.plot)
    env.out(plot_history(columns, first, options.picture, options.shared.verbose, env));
  else if (options.format == "csv")
    print_csv(columns, first, env);
  else if (options.format == "json")
    print_json(columns, first, env);
  else
    print_table(columns, first, env);
  if (!options.shared.quiet) {
    if (columns.rows() == 0)
      env.err(fmt::format("perfgate: no measurement matches ({} runs looked at)\n", heads.size()));
    else if (first > 0)
      env.err(fmt::format("perfgate: the newest {} of {} rows\n", query.limit, columns.rows()));
  }
  return Exit::pass;
}

}  // namespace

Command history_query() {
  return {
      .name = "query",
      .summary = "measurements as a table, CSV or JSON: a row per run, benchmark and metric",
      .footer =
          "Filter: KEY=VALUE, KEY!=VALUE, KEY~GLOB, KEY!~GLOB, all of which hold.\n"
          "  keys    run attempt suite benchmark metric branch commit, and any dimension, such as\n"
          "          backend=polars or ok=false\n"
          "  since=  until=   dates of any precision (2026, 2026-01, 2026-01-31T12:30; until "
          "includes\n"
          "          the whole), or ages: 12h 30d 4w 6mo 1y\n"
          "  limit=  the newest so many rows\n"
          "  globs   * any characters, ? one, [a-c] [!a] a set; quote them for the shell\n"
          "Rows are sorted by time. CSV and JSON hold base units (s, B, B/s, 1/s, 1).\n\n"
          "Examples:\n"
          "  perfgate history query 'benchmark~decode/*' branch=main since=2026-01 metric=time\n"
          "  perfgate history query commit=0a1b2c3 --format csv\n"
          "  perfgate history query since=30d backend=polars --format json\n"
          "  perfgate history query 'benchmark~decode/*' metric=time --plot",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
