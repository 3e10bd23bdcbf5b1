#include "harness/gab.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "harness/collector.hpp"
#include "harness/looks_like.hpp"
#include "model/run_json.hpp"

namespace perfgate::harness {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view gab_variable = "window.BENCHMARK_DATA";

/// The JSON behind `window.BENCHMARK_DATA =`; all of it, where there is no such prefix.
std::string_view gab_json(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = trim(text);
  if (text.starts_with(gab_variable)) {
    text = trim(text.substr(gab_variable.size()));
    if (text.starts_with('=')) text = trim(text.substr(1));
  }
  while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  return text;
}

std::string_view text_of(const dom::element& object, std::string_view key) {
  std::string_view text;
  if (object[key].get_string().get(text)) return {};
  return text;
}

std::optional<double> number_of(const dom::element& object, std::string_view key) {
  double number = 0;
  if (object[key].get_double().get(number)) return std::nullopt;
  return number;
}

/// "± 12", "±1.7%", "+/- 5", "12": half a width, in the value's unit. "stddev: 0.5" says so.
struct GabRange {
  std::string_view name;
  double width;
};
std::optional<GabRange> range_of(const dom::element& bench, double value) {
  if (const auto number = number_of(bench, "range")) return GabRange{"range", *number};
  std::string_view text = trim(text_of(bench, "range"));
  GabRange range{"range", 0};
  for (const std::string_view sign : {"±", "+/-", "+-", "stddev:"}) {
    if (!text.starts_with(sign)) continue;
    text = trim(text.substr(sign.size()));
    if (sign == "stddev:") range.name = "stddev";
    break;
  }
  const bool percent = text.ends_with('%');
  if (percent) text = trim(text.substr(0, text.size() - 1));
  std::string digits;
  for (const char c : text)
    if (c != ',') digits += c;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), range.width);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  if (percent) range.width *= std::abs(value) / 100;
  return range;
}

std::optional<Better> declared_by(std::string_view tool) {
  if (tool == "customBiggerIsBetter") return Better::higher;
  if (tool == "customSmallerIsBetter") return Better::lower;
  return std::nullopt;
}

class GabEntry {
 public:
  GabEntry(std::string_view suite, std::string place) : suite_(suite), place_(std::move(place)) {}

  Result<Run> read(const dom::element& entry) {
    const auto date = time_of(entry);
    if (!date)
      return fail(Code::parse, place_ + ": neither `date` nor the commit's `timestamp` is a time",
                  "is it github-action-benchmark's data.js?");
    Run run{.schema = std::string(run_schema_name),
            .tool = fmt::format("perfgate {}", version()),
            .started = *date,
            .suites = {Symbol(suite_)},
            .harnesses = {"github-action-benchmark"}};
    dom::element commit;
    if (!entry["commit"].get(commit)) {
      run.commit.sha = safe_text(text_of(commit, "id"), 64);
      if (const auto time = time_from_text(text_of(commit, "timestamp"))) run.commit.time = *time;
    }
    const std::string identity =
        fmt::format("{}\n{}\n{}", suite_, run.commit.sha, run.started.unix_ms);
    run.id = fmt::format("gab-{}-{}", stem(run.commit.sha), sha256(identity).substr(0, 12));
    dom::array benches;
    if (entry["benches"].get_array().get(benches))
      return fail(Code::parse, place_ + ": `benches` is no list",
                  "is it github-action-benchmark's data.js?");
    const std::optional<Better> declared =
        one_unit(benches) ? declared_by(text_of(entry, "tool")) : std::nullopt;
    Collector collector((Symbol(suite_)));
    for (const dom::element bench : benches) add(bench, declared, collector);
    std::move(collector).move_into(run);
    return run;
  }

 private:
  static std::optional<Time> time_of(const dom::element& entry) {
    if (const auto date = number_of(entry, "date"); date && std::abs(*date) < 1e14)
      return Time{static_cast<std::int64_t>(*date)};
    dom::element commit;
    if (entry["commit"].get(commit)) return std::nullopt;
    const auto time = time_from_text(text_of(commit, "timestamp"));
    if (!time) return std::nullopt;
    return *time;
  }

  /// Of a commit, what can stand in an id.
  static std::string stem(std::string_view sha) {
    std::string stem;
    for (const char c : sha.substr(0, 12))
      stem += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : '_';
    return stem.empty() ? "none" : stem;
  }

  static bool one_unit(const dom::array& benches) {
    std::set<std::string_view> units;
    for (const dom::element bench : benches) units.insert(text_of(bench, "unit"));
    return units.size() == 1;
  }

  void add(const dom::element& bench, std::optional<Better> declared, Collector& collector) {
    std::string name(trim(text_of(bench, "name")));
    if (name.empty()) name = "(unnamed)";
    GabUnit unit = gab_unit(text_of(bench, "unit"));
    if (!unit.known && declared && unit.metric.name != Symbol("percent"))
      unit.metric.better = *declared;
    // One name, two base units: max-rss(MB) and max-rss(s).
    const auto [known, fresh] = units_.try_emplace(unit.metric.name, unit.metric.unit);
    if (!fresh && known->second != unit.metric.unit)
      unit.metric.name = Symbol(
          fmt::format("{} [{}]", unit.metric.name.text(), perfgate::to_text(unit.metric.unit)));
    const auto value = number_of(bench, "value");
    if (!value) {
      collector.note(Severity::warning, Code::parse, collector.benchmark(name),
                     "its `value` is no number: it was not measured");
      return;
    }
    const int count = ++met_[{name, unit.metric.name}];
    if (count > 1) name = another(name, unit.metric.name, count, collector);
    const std::size_t number = collector.benchmark(name);
    const auto in_base = [&](double given) { return given * unit.numerator / unit.denominator; };
    collector.add(number, unit.metric, in_base(*value));
    if (const auto range = range_of(bench, *value); range && std::isfinite(in_base(range->width)))
      collector.statistic(number, unit.metric.name, Symbol(range->name), in_base(range->width));
  }

  std::string another(const std::string& name, Symbol metric, int count, Collector& collector) {
    std::string numbered = fmt::format("{} #{}", name, count);
    while (!met_.try_emplace({numbered, metric}, 1).second)
      numbered = fmt::format("{} #{}", name, ++count);
    collector.note(Severity::warning, Code::parse, collector.benchmark(numbered),
                   fmt::format("`{}` stands several times in its entry", safe_text(name, 200)));
    return numbered;
  }

  std::string_view suite_;
  std::string place_;
  std::map<Symbol, BaseUnit> units_;
  std::map<std::pair<std::string, Symbol>, int> met_;
};

}  // namespace

bool is_gab(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return trim(text.substr(0, 4096)).starts_with(gab_variable);
}

Result<std::vector<Run>> read_gab(std::string_view text, std::string_view name) {
  const std::string_view json = gab_json(text);
  dom::parser parser;
  dom::element document;
  if (const auto error = parser.parse(json.data(), json.size()).get(document)) {
    // The strict reader knows the line and column.
    CHECKED(parse_json(json, name, Code::parse));
    return fail(Code::parse, fmt::format("{}: {}", name, simdjson::error_message(error)),
                "is the file whole?");
  }
  dom::object entries;
  if (document["entries"].get_object().get(entries))
    return wrong_format(name, "github-action-benchmark's data.js", text,
                        "it is data.js on the branch that the action pushes to, such as gh-pages");
  std::vector<Run> runs;
  std::map<std::string, int> ids;
  for (const auto [suite, list] : entries) {
    dom::array entries_of_suite;
    if (list.get_array().get(entries_of_suite))
      return fail(Code::parse,
                  fmt::format("{}: /entries/{} is no list", name, safe_text(suite, 100)),
                  "is it github-action-benchmark's data.js?");
    std::size_t index = 0;
    for (const dom::element entry : entries_of_suite) {
      GabEntry reader(suite,
                      fmt::format("{}: /entries/{}/{}", name, safe_text(suite, 100), index++));
      TRY(Run run, reader.read(entry));
      const int count = ++ids[run.id];
      if (count > 1) run.id += fmt::format("-{}", count);
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

}  // namespace perfgate::harness
