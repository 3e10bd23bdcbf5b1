#include "gate/trend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gate/findings.hpp"
#include "model/judgement_fields.hpp"
#include "stats/forecast.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

constexpr std::size_t longest = 200;  ///< values that a line is made from, and runs it reaches

bool is_floor(LimitKind kind) { return kind == LimitKind::floor; }

/// Whether a value is on the wrong side.
bool beyond(double value, const SeriesLimit& limit, double bound) {
  return is_floor(limit.kind) ? value < bound : value > bound;
}

/// The first of the runs ahead that is on the wrong side.
std::optional<int> first_beyond(const std::vector<double>& ahead, const SeriesLimit& limit,
                                double bound) {
  for (std::size_t i = 0; i < ahead.size(); ++i)
    if (beyond(ahead[i], limit, bound)) return static_cast<int>(i + 1);
  return std::nullopt;
}

std::string sentence(const Crossing& crossing, int horizon) {
  const std::string what = fmt::format("{} of {}", to_text(crossing.kind), crossing.written);
  if (crossing.violated) return what + " is not met now";
  const std::string late =
      crossing.latest ? fmt::format(" and at latest after {}", *crossing.latest) : "";
  if (crossing.runs)
    return fmt::format("{} is reached in about {} runs{}{}", what, *crossing.runs,
                       crossing.earliest && *crossing.earliest < *crossing.runs
                           ? fmt::format(", at soonest after {}", *crossing.earliest)
                           : "",
                       late);
  if (crossing.earliest)
    return fmt::format(
        "{} is not reached within {} runs by the line; single runs may from the "
        "{}th on",
        what, horizon, *crossing.earliest);
  return fmt::format("{} is not reached within {} runs", what, horizon);
}

Crossing crossing_of(const SeriesLimit& limit, const Forecast& forecast, double level) {
  const double bound = limit.limit.value.to_double();
  Crossing crossing{.kind = limit.kind,
                    .limit = bound,
                    .written = limit.limit.written,
                    .origin = limit.limit.origin,
                    .violated = beyond(level, limit, bound)};
  if (!crossing.violated) {
    const bool floor = is_floor(limit.kind);
    crossing.runs = first_beyond(forecast.values, limit, bound);
    crossing.earliest = first_beyond(floor ? forecast.low : forecast.high, limit, bound);
    crossing.latest = first_beyond(floor ? forecast.high : forecast.low, limit, bound);
  }
  crossing.text = sentence(crossing, static_cast<int>(forecast.values.size()));
  return crossing;
}

void add(std::vector<SeriesLimit>& limits, LimitKind kind, const std::optional<Limit>& limit) {
  if (limit) limits.push_back({.kind = kind, .limit = *limit});
}

}  // namespace

std::vector<TrendLevel> levels_of(std::span<const double> values,
                                  std::span<const std::int32_t> positions,
                                  std::span<const std::size_t> borders) {
  std::vector<TrendLevel> levels;
  for (std::size_t begin = 0, b = 0; begin < values.size(); ++b) {
    const std::size_t end = b < borders.size() ? borders[b] : values.size();
    if (end > begin) {
      const auto part = values.subspan(begin, end - begin);
      levels.push_back({.first = positions[begin],
                        .last = positions[end - 1],
                        .value = stats::median({part.begin(), part.end()})});
    }
    begin = std::max(begin, end);
  }
  return levels;
}

std::vector<SeriesLimit> limits_of(const Policy& policy, const ReportedSubject& subject) {
  const Rule rule =
      effective_rule(policy, Symbol(subject.suite), subject.name, Symbol(subject.metric));
  std::vector<SeriesLimit> limits;
  add(limits, LimitKind::floor, rule.floor);
  add(limits, LimitKind::ceiling, rule.ceiling);
  return limits;
}

std::vector<SeriesLimit> limits_of(const Policy& policy, std::string_view headline) {
  std::vector<SeriesLimit> limits;
  if (const HeadlineRule* rule = policy.find_headline(headline)) {
    add(limits, LimitKind::floor, rule->floor);
    add(limits, LimitKind::ceiling, rule->ceiling);
  }
  return limits;
}

std::optional<Forecast> forecast_of(std::span<const double> values, std::size_t last_border,
                                    std::span<const SeriesLimit> limits) {
  auto part = values.subspan(std::min(last_border, values.size()));
  if (part.size() > longest) part = part.last(longest);
  const auto line = stats::robust_line(part);
  if (!line) return std::nullopt;
  Forecast forecast{.method = "theil-sen/1",
                    .points = static_cast<int>(line->points),
                    .slope = line->slope,
                    .slope_low = line->slope_low,
                    .slope_high = line->slope_high,
                    .confidence = line->confidence};
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto predicted = line->at(static_cast<double>(part.size() + i));
    forecast.values.push_back(predicted.value);
    forecast.low.push_back(predicted.low);
    forecast.high.push_back(predicted.high);
  }
  const double level = line->at(static_cast<double>(part.size() - 1)).value;
  for (const SeriesLimit& limit : limits)
    forecast.crossings.push_back(crossing_of(limit, forecast, level));
  return forecast;
}

}  // namespace perfgate::gate
