#include "harness/run_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "base/csv.hpp"
#include "base/describe.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "model/run_fields.hpp"
#include "model/run_json.hpp"

namespace perfgate::harness {
namespace {

enum ValueColumn {
  run_id,
  attempt,
  suite,
  commit,
  branch,
  time_of_run,
  benchmark_name,
  metric_name,
  unit_of_value,
  better,
  exact,
  launch,
  measured_value,
  value_columns
};
constexpr std::array<std::string_view, value_columns> column_names{
    "run",    "attempt", "suite",  "commit", "branch", "time", "benchmark",
    "metric", "unit",    "better", "exact",  "launch", "value"};
constexpr std::string_view dimension_prefix = "dimension:";

/// What JSON would not write in quotes.
bool is_plain_scalar(std::string_view text) {
  if (text == "true" || text == "false" || text == "null" || text.empty()) return true;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

void add_scalar(std::string& line, const Scalar* scalar) {
  if (!scalar) return add_csv_plain(line, "");
  const auto* text = std::get_if<std::string>(scalar);
  if (!text) return add_csv_plain(line, to_text(*scalar));
  if (!is_plain_scalar(*text)) return add_csv_text(line, *text);
  add_csv_plain(line, "'" + *text);
}

Scalar scalar_of(const std::string& field) {
  if (field.starts_with('\'') || !is_plain_scalar(field)) return csv_text(field);
  if (field == "true" || field == "false") return field == "true";
  if (field == "null") return std::monostate{};
  std::int64_t integer = 0;
  const char* const end = field.data() + field.size();
  if (const auto [stop, error] = std::from_chars(field.data(), end, integer);
      error == std::errc() && stop == end)
    return integer;
  double number = 0;
  std::from_chars(field.data(), end, number);
  return number;
}

/// A run that is being put together from rows.
class Gathering {
 public:
  Gathering(Run run) : run_(std::move(run)) {}

  /// What differs from the rows before; empty: nothing.
  std::string_view add(const std::vector<std::string>& row, const Metric& metric, int launch_number,
                       double number, Dimensions dimensions, Time started) {
    if (run_.commit.sha != csv_text(row[commit])) return "commit";
    if (run_.commit.branch != csv_text(row[branch])) return "branch";
    if (run_.started != started) return "time";
    const Symbol in(csv_text(row[suite]));
    if (std::ranges::find(run_.suites, in) == run_.suites.end()) {
      run_.suites.push_back(in);
      run_.harnesses.push_back("csv");
    }
    const Metric* known = run_.find_metric(metric.name);
    if (known && *known != metric) return "unit, better or exact";
    if (!known) run_.metrics.push_back(metric);
    const auto [place, fresh] =
        index_.try_emplace({in, csv_text(row[benchmark_name])}, run_.benchmarks.size());
    if (fresh)
      run_.benchmarks.push_back({.suite = in,
                                 .name = place->first.second,
                                 .samples = {},
                                 .dimensions = std::move(dimensions)});
    else if (run_.benchmarks[place->second].dimensions != dimensions)
      return "dimensions";
    auto& samples = run_.benchmarks[place->second].samples;
    auto sample = std::ranges::find(samples, metric.name, &Sample::metric);
    if (sample == samples.end()) {
      samples.push_back({.metric = metric.name, .values = {}});
      sample = samples.end() - 1;
    }
    int& last = launches_[{place->second, metric.name}];
    if (last != 0 && launch_number != last) sample->values.next_launch();
    last = launch_number;
    sample->values.add(number);
    return {};
  }

  Run finish() { return std::move(run_); }

 private:
  Run run_;
  std::map<std::pair<Symbol, std::string>, std::size_t> index_;
  std::map<std::pair<std::size_t, Symbol>, int> launches_;
};

template <class T>
bool read_number(const std::string& text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string run_csv_header(const std::vector<std::string>& dimensions) {
  std::string line;
  for (const std::string_view name : column_names) add_csv_plain(line, name);
  for (const std::string& name : dimensions)
    add_csv_text(line, std::string(dimension_prefix) + name);
  return line + "\r\n";
}

void add_run_csv(std::string& text, const Run& run, const std::vector<std::string>& dimensions,
                 const WantedSample& wanted) {
  for (const Benchmark& benchmark : run.benchmarks)
    for (const Sample& sample : benchmark.samples) {
      if (!wanted(benchmark, sample)) continue;
      const Metric* metric = run.find_metric(sample.metric);
      std::string begin, end;
      add_csv_text(begin, run.id);
      add_csv_plain(begin, std::to_string(run.attempt));
      for (const std::string& field : {benchmark.suite.text(), run.commit.sha, run.commit.branch})
        add_csv_text(begin, field);
      add_csv_plain(begin, to_text(run.started));
      add_csv_text(begin, benchmark.name);
      add_csv_text(begin, sample.metric.text());
      add_csv_plain(begin, to_text(metric->unit));
      add_csv_plain(begin, to_text(metric->better));
      add_csv_plain(begin, metric->exact ? "true" : "false");
      for (const std::string& name : dimensions) {
        end += ',';
        std::string field(1, ' ');  // not the first
        add_scalar(field, benchmark.dimensions.find(Symbol(name)));
        end += field.substr(2);
      }
      std::size_t number = 0;
      for (const auto launched : sample.values.launches()) {
        ++number;
        for (const double one : launched)
          text += fmt::format("{},{},{}{}\r\n", begin, number, one, end);
      }
    }
}

bool is_run_csv(std::string_view text) {
  std::string header;
  for (const std::string_view name : column_names) add_csv_plain(header, name);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text.starts_with(header);
}

Result<std::vector<Run>> read_run_csv(std::string_view text, std::string_view name) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string_view all = text;
  const auto wrong = [&](auto number, std::string_view what) {
    return fail(Code::parse, fmt::format("{}:{}: {}", name, number, what),
                "a file that `perfgate history export --format csv` wrote is read");
  };
  if (!is_utf8(text)) {
    std::size_t line = 1;
    std::string_view rest = text;
    for (; is_utf8(rest.substr(0, rest.find('\n'))); ++line)
      rest.remove_prefix(rest.find('\n') + 1);
    return wrong(line, "it is no UTF-8");
  }
  auto header = take_csv_record(text);
  if (!header) return wrong(1, header.error().message);
  const bool named = header->size() >= value_columns &&
                     std::ranges::equal(std::span(*header).first(value_columns), column_names);
  if (!named) return wrong(1, "the first line does not name the columns");
  std::vector<Symbol> dimensions;
  for (std::size_t c = value_columns; c < header->size(); ++c) {
    const std::string title = csv_text((*header)[c]);
    if (!title.starts_with(dimension_prefix))
      return wrong(1, fmt::format("column `{}` is not known", safe_text(title, 60)));
    dimensions.emplace_back(title.substr(dimension_prefix.size()));
  }
  std::vector<Gathering> runs;
  std::map<std::pair<std::string, int>, std::size_t> index;
  while (!text.empty()) {
    const std::string_view at_row = text;
    const auto place = [&] {
      return 1 + std::ranges::count(all.substr(0, all.size() - at_row.size()), '\n');
    };
    auto taken = take_csv_record(text);
    if (!taken) return wrong(place(), taken.error().message);
    const std::vector<std::string>& row = *taken;
    if (row.size() == 1 && row[0].empty()) continue;
    if (row.size() != header->size())
      return wrong(place(), fmt::format("{} fields, and the first line names {}", row.size(),
                                        header->size()));
    int number_of_attempt = 0, number_of_launch = 0;
    double number = 0;
    if (!read_number(row[attempt], number_of_attempt) || number_of_attempt < 1)
      return wrong(place(), "`attempt` is no number from 1");
    if (!read_number(row[launch], number_of_launch) || number_of_launch < 1)
      return wrong(place(), "`launch` is no number from 1");
    if (!read_number(row[measured_value], number) || !std::isfinite(number))
      return wrong(place(), "`value` is no finite number");
    const auto started = time_from_text(row[time_of_run]);
    if (!started) return wrong(place(), "`time` " + started.error().message);
    const auto base = base_unit_from_text(row[unit_of_value]);
    if (!base) return wrong(place(), "`unit` is none of s, B, B/s, 1/s, 1");
    const auto direction = enum_from_text<Better>(row[better]);
    if (!direction) return wrong(place(), "`better` is none of lower, higher, unknown");
    if (row[exact] != "true" && row[exact] != "false")
      return wrong(place(), "`exact` is neither true nor false");
    Dimensions facts;
    for (std::size_t d = 0; d < dimensions.size(); ++d)
      if (const std::string& field = row[value_columns + d]; !field.empty())
        facts.set(dimensions[d], scalar_of(field));
    const std::string id = csv_text(row[run_id]);
    const auto [found, fresh] = index.try_emplace({id, number_of_attempt}, runs.size());
    if (fresh)
      runs.emplace_back(
          Run{.schema = std::string(run_schema_name),
              .tool = fmt::format("perfgate {}", version()),
              .id = id,
              .attempt = number_of_attempt,
              .started = *started,
              .commit = {.sha = csv_text(row[commit]), .branch = csv_text(row[branch])}});
    const std::string_view differs =
        runs[found->second].add(row,
                                {.name = Symbol(csv_text(row[metric_name])),
                                 .unit = *base,
                                 .better = *direction,
                                 .exact = row[exact] == "true"},
                                number_of_launch, number, std::move(facts), *started);
    if (!differs.empty())
      return wrong(place(), fmt::format("{} differ from what the rows before say of run `{}`",
                                        differs, safe_text(id, 60)));
  }
  std::vector<Run> finished;
  for (Gathering& gathering : runs) {
    // Names, types of dimensions and all else hold to the rules of run.json, which stand in one
    // place.
    const Run run = gathering.finish();
    std::string json;
    write_run(run, [&](std::string_view piece) { json += piece; }, 0);
    auto checked =
        read_run(std::string_view(json), fmt::format("{}: run `{}`", name, safe_text(run.id, 60)));
    if (!checked)
      return fail(Code::parse, checked.error().message,
                  "a file that `perfgate history export --format csv` wrote is read");
    finished.push_back(*std::move(checked));
  }
  return finished;
}

}  // namespace perfgate::harness
