#include "store/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/text.hpp"

namespace perfgate::store {
namespace {

constexpr std::array<std::string_view, 11> keys{"run",    "attempt", "suite",  "benchmark",
                                                "metric", "branch",  "commit", "since",
                                                "until",  "kind",    "limit"};

bool is_known_key(std::string_view key) {
  return std::ranges::find(keys, key) != keys.end() || find_known_dimension(key);
}

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

std::string_view key_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_key_character(text[end])) ++end;
  return text.substr(0, end);
}

struct Operator {
  std::string_view text;
  Match match;
};
constexpr std::array operators{Operator{"!=", Match::not_equal}, Operator{"!~", Match::not_glob},
                               Operator{"=", Match::equal}, Operator{"~", Match::glob}};

const Operator* operator_at(std::string_view text) {
  const auto found = std::ranges::find_if(
      operators, [&](const Operator& one) { return text.starts_with(one.text); });
  return found == operators.end() ? nullptr : &*found;
}

/// Where the next condition begins after white space: names of benchmarks may hold spaces.
std::size_t value_end(std::string_view rest) {
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] != ' ' && rest[at] != '\t' && rest[at] != '\n') continue;
    const std::string_view after = trim(rest.substr(at));
    const std::string_view key = key_at(after);
    if (after.empty() || (is_known_key(key) && operator_at(after.substr(key.size())))) return at;
  }
  return rest.size();
}

std::unexpected<Error> wrong(std::string_view text, std::string_view what, std::string hint) {
  return fail(Code::usage, fmt::format("filter `{}`: {}", safe_text(text, 100), what),
              std::move(hint));
}

Result<void> split(std::string_view text, std::vector<Condition>& conditions) {
  for (std::string_view rest = trim(text); !rest.empty(); rest = trim(rest)) {
    const std::string_view key = key_at(rest);
    const Operator* op = operator_at(rest.substr(key.size()));
    if (key.empty() || !op)
      return wrong(rest,
                   "it is no condition: expected KEY=VALUE, KEY~GLOB, KEY!=VALUE or KEY!~GLOB",
                   "such as benchmark~decode/* branch=main since=30d metric=time");
    rest.remove_prefix(key.size() + op->text.size());
    std::string_view value;
    if (rest.starts_with('"')) {
      const std::size_t end = rest.find('"', 1);
      if (end == rest.npos) return wrong(text, "a quote is not closed", "close it with \"");
      value = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
    } else {
      const std::size_t end = value_end(rest);
      value = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    conditions.push_back({std::string(key), op->match, std::string(value)});
  }
  return {};
}

constexpr std::string_view time_hint =
    "dates such as 2026, 2026-01, 2026-01-31, 2026-01-31T12:30, "
    "or ages such as 12h, 30d, 4w, 6mo, 1y";

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.starts_with('-'))
    return std::nullopt;
  return value;
}

Time time_of(std::chrono::year_month_day day) {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(sys_days(day).time_since_epoch()).count()};
}

constexpr std::int64_t minute = 60'000, hour = 60 * minute, whole_day = 24 * hour;

std::optional<Span> age(std::string_view text, Time now) {
  struct Length {
    std::string_view unit;
    std::int64_t ms;
  };
  constexpr std::array lengths{Length{"min", minute},      Length{"mo", 30 * whole_day},
                               Length{"h", hour},          Length{"d", whole_day},
                               Length{"w", 7 * whole_day}, Length{"y", 365 * whole_day}};
  for (const Length& length : lengths) {
    if (!text.ends_with(length.unit)) continue;
    const auto count = digits(text.substr(0, text.size() - length.unit.size()));
    if (!count || *count > 100'000) return std::nullopt;
    const Time at{now.unix_ms - *count * length.ms};
    return Span{at, at};
  }
  return std::nullopt;
}

std::optional<Span> date(std::string_view text) {
  using namespace std::chrono;
  const auto part = [&](std::size_t at, char before, std::size_t size) -> std::optional<int> {
    if (text.size() < at + size || (at > 0 && text[at - 1] != before)) return std::nullopt;
    return digits(text.substr(at, size));
  };
  const auto y = part(0, 0, 4);
  if (!y) return std::nullopt;
  const year_month_day first{year{*y}, month{1}, day{1}};
  if (text.size() == 4) return Span{time_of(first), time_of(first + years(1))};
  const auto m = part(5, '-', 2);
  if (!m || *m < 1 || *m > 12) return std::nullopt;
  const year_month_day begin{year{*y}, month{static_cast<unsigned>(*m)}, day{1}};
  if (text.size() == 7) return Span{time_of(begin), time_of(begin + months(1))};
  const auto d = part(8, '-', 2);
  if (!d) return std::nullopt;
  const year_month_day whole{year{*y}, month{static_cast<unsigned>(*m)},
                             day{static_cast<unsigned>(*d)}};
  if (!whole.ok()) return std::nullopt;
  Time at = time_of(whole);
  if (text.size() == 10) return Span{at, {at.unix_ms + whole_day}};
  const auto h = part(11, 'T', 2);
  if (!h || *h > 23) return std::nullopt;
  at.unix_ms += *h * hour;
  if (text.size() == 13) return Span{at, {at.unix_ms + hour}};
  const auto min = part(14, ':', 2);
  if (!min || *min > 59 || text.size() != 16) return std::nullopt;
  at.unix_ms += *min * minute;
  return Span{at, {at.unix_ms + minute}};
}

bool is_hex_text(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_part_of_commit(std::string_view value) {
  return value.size() >= 7 && value.size() < 40 && is_hex_text(value);
}

}  // namespace

std::span<const std::string_view> query_keys() { return keys; }

bool holds(const Condition& condition, std::string_view text) {
  const auto equal = [&] {
    return text == condition.value ||
           (condition.key == "commit" && is_part_of_commit(condition.value) &&
            text.starts_with(condition.value));
  };
  switch (condition.match) {
    case Match::equal:
      return equal();
    case Match::not_equal:
      return !equal();
    case Match::glob:
      return glob_matches(condition.value, text);
    case Match::not_glob:
      break;
  }
  return !glob_matches(condition.value, text);
}

bool matches(const Query& query, const Run& run, const Benchmark& benchmark, const Sample& sample) {
  return std::ranges::all_of(query.conditions, [&](const Condition& condition) {
    const std::string_view key = condition.key;
    if (key == "run") return holds(condition, run.id);
    if (key == "attempt") return holds(condition, std::to_string(run.attempt));
    if (key == "branch") return holds(condition, run.commit.branch);
    if (key == "commit") return holds(condition, run.commit.sha);
    if (key == "suite") return holds(condition, benchmark.suite.text());
    if (key == "benchmark") return holds(condition, benchmark.name);
    if (key == "metric") return holds(condition, sample.metric.text());
    if (const Scalar* value = benchmark.dimensions.find(Symbol(key)))
      return holds(condition, perfgate::to_text(*value));
    return holds(condition, key == "ok" ? "true" : "");
  });
}

Result<Span> span_of(std::string_view text, Time now) {
  if (const auto found = age(text, now)) return *found;
  if (const auto found = date(text)) return *found;
  if (const auto exact = time_from_text(text)) return Span{*exact, {exact->unix_ms + 1}};
  return fail(Code::usage, fmt::format("`{}` is no time", safe_text(text, 60)),
              std::string(time_hint));
}

Result<Query> parse_query(std::span<const std::string> texts, Time now) {
  std::vector<Condition> all;
  for (const std::string& text : texts) CHECKED(split(text, all));
  Query query;
  for (Condition& condition : all) {
    const auto& [key, match, value] = condition;
    const std::string shown = fmt::format("{}{}{}", key, operators[0].text.substr(1), value);
    const bool setting = key == "since" || key == "until" || key == "limit" || key == "kind";
    if (setting && match != Match::equal)
      return wrong(shown, fmt::format("`{}` takes only `=`", key), fmt::format("{}=...", key));
    if (key == "since" || key == "until") {
      auto span = span_of(value, now);
      if (!span) return wrong(shown, span.error().message, span.error().hint);
      if (key == "since")
        query.since = query.since ? std::max(*query.since, span->begin) : span->begin;
      else
        query.until = query.until ? std::min(*query.until, span->end) : span->end;
    } else if (key == "limit") {
      const auto count = digits(value);
      if (!count || *count == 0) return wrong(shown, "expected a number from 1", "limit=20");
      query.limit = static_cast<std::size_t>(*count);
    } else if (key == "kind") {
      query.kind = enum_from_text<Kind>(value);
      if (!query.kind)
        return wrong(shown, "no records are of that kind",
                     "kinds: run, judgement, baseline, incident, waiver, mark, audit, deletion, "
                     "checkpoint");
    } else {
      query.conditions.push_back(std::move(condition));
    }
  }
  return query;
}

Selection selection_of(const Query& query) {
  Selection selection{.kind = Kind::run, .since = query.since, .until = query.until};
  for (const Condition& condition : query.conditions) {
    if (condition.match != Match::equal || condition.value.empty()) continue;
    const std::string& key = condition.key;
    if (key == "run") selection.terms.push_back({"id", condition.value});
    if (key == "branch" || key == "suite") selection.terms.push_back({key, condition.value});
    if (key == "commit" && !is_part_of_commit(condition.value))
      selection.terms.push_back({key, condition.value});
  }
  return selection;
}

}  // namespace perfgate::store
