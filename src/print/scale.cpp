#include "print/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;
  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

/// 1, 2 or 5 times a power of ten, so that about `wanted` steps fill the span.
double nice_step(double span, int wanted) {
  const double raw = span / wanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double digit = raw / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

/// How many of the unit are one of the base unit: the one that the largest value is rendered in.
struct Scaling {
  double factor = 1;
  std::string symbol;
};
Scaling scaling(const std::string& unit, double largest) {
  const auto base = base_unit_from_text(unit);
  if (!base) return {1, safe_label(unit)};
  if (*base == BaseUnit::one) return {1, ""};
  const std::string text = render(largest, *base);
  const std::size_t space = text.rfind(' ');
  const Unit* found =
      space == std::string::npos ? nullptr : find_unit(std::string_view(text).substr(space + 1));
  if (found == nullptr) return {1, unit};
  return {found->from_base(1), std::string(found->symbol)};
}

std::string tick_label(double value, double step) {
  const double magnitude = std::max(std::fabs(value), step);
  if (magnitude >= 1e6 || step < 1e-5) return fmt::format("{:.4g}", value);
  const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 6);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  return text == "-0" ? "0" : text;
}

}  // namespace

Axis value_axis(const doc::Chart& chart) {
  Range range;
  for (const doc::Line& line : chart.lines) {
    for (const double y : line.y) range.take(y);
    for (const double y : line.low) range.take(y);
    for (const double y : line.high) range.take(y);
  }
  for (const doc::Level& level : chart.levels) range.take(level.y);
  if (range.empty()) range = {0, 1};
  const double largest = std::max(std::fabs(range.low), std::fabs(range.high));
  double span = range.high - range.low;
  if (!std::isfinite(span) || largest > 1e300) {  // beyond what can be scaled
    range = {-1e300, 1e300};
    span = 2e300;
  }
  if (span <= largest * 1e-9) {  // a flat line stands in the middle
    span = largest > 0 ? largest * 0.2 : 1;
    range.low -= span / 2;
    range.high += span / 2;
  }
  Axis axis;
  axis.low = range.low - span * 0.06;
  axis.high = range.high + span * 0.06;
  const bool near_zero = range.low >= 0 && range.low < range.high * 0.4;
  if (range.low >= 0 && (axis.low < 0 || near_zero)) axis.low = 0;

  const Scaling unit = scaling(chart.unit, largest);
  axis.unit = unit.symbol;
  const double step = nice_step((axis.high - axis.low) * unit.factor, 5);
  const double first = std::ceil(axis.low * unit.factor / step - 1e-9);
  for (int i = 0; i < 20; ++i) {
    const double value = (first + i) * step;
    if (!(value <= axis.high * unit.factor * (1 + 1e-12))) break;
    axis.ticks.push_back({value / unit.factor, tick_label(value, step)});
  }
  return axis;
}

Axis place_axis(const doc::Chart& chart) {
  Range range;
  for (const doc::Line& line : chart.lines)
    for (std::size_t i = 0; i < line.y.size(); ++i) range.take(place_of(line, i));
  for (const doc::ChartMark& mark : chart.marks) {
    range.take(mark.at);
    if (mark.to) range.take(*mark.to);
  }
  if (range.empty()) range = {0, 1};
  if (range.high - range.low <= std::fabs(range.high) * 1e-15) {
    range.low -= 0.5;
    range.high += 0.5;
  }
  if (!(range.high > range.low) || !std::isfinite(range.high - range.low)) range = {0, 1};
  return {.low = range.low, .high = range.high};
}

}  // namespace perfgate::print
