#include "print/scale.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace perfgate::print {
namespace {

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> texts;
  for (const Tick& tick : axis.ticks) texts.push_back(tick.label);
  return texts;
}

doc::Chart of(std::string unit, std::vector<double> values) {
  return {.title = {},
          .unit = std::move(unit),
          .alternative = {},
          .lines = {{.name = {}, .y = std::move(values)}}};
}

TEST_CASE("axis: ticks stand at round numbers of the unit that reads best") {
  const Axis axis = value_axis(of("s", {1.52e-3, 1.9e-3}));
  CHECK(axis.unit == "ms");
  CHECK(labels(axis) == std::vector<std::string>{"1.5", "1.6", "1.7", "1.8", "1.9"});
  CHECK(axis.ticks[0].at == doctest::Approx(1.5e-3));
  CHECK(value_axis(of("B/s", {500.0 * 1024 * 1024, 600.0 * 1024 * 1024})).unit == "MiB/s");
  CHECK(value_axis(of("1", {3, 9})).unit.empty());
  CHECK(value_axis(of("%", {3, 9})).unit == "%");
}

TEST_CASE("axis: holds intervals and levels, and zero where the values reach near it") {
  doc::Chart chart = of("1", {10, 11});
  chart.lines[0].low = {8, 9};
  chart.lines[0].high = {12, 13};
  chart.levels = {{.y = 20, .label = "ceiling"}};
  const Axis axis = value_axis(chart);
  CHECK(axis.low < 8);
  CHECK(axis.high > 20);
  CHECK(value_axis(of("1", {1, 10})).low == 0);
  CHECK(value_axis(of("1", {-1, 10})).low < -1);
  CHECK(value_axis(of("1", {0, 10})).low == 0);
}

TEST_CASE("axis: no value, one value, infinite and extreme ones have a range too") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = HUGE_VAL;
  for (const auto& values : std::vector<std::vector<double>>{{},
                                                             {nan, inf, -inf},
                                                             {0},
                                                             {5, 5, 5},
                                                             {1e-320, 1e-310},
                                                             {-1.7e308, 1.7e308},
                                                             {1.7e308, 1.7e308},
                                                             {1e15, 1e15 + 1}}) {
    for (const char* unit : {"s", "B", "1", "foreign"}) {
      const Axis axis = value_axis(of(unit, values));
      CHECK(std::isfinite(axis.low));
      CHECK(std::isfinite(axis.high));
      CHECK(axis.low < axis.high);
      CHECK(axis.ticks.size() <= 20);
    }
  }
  doc::Chart chart = of("1", {1, 2, 3});
  chart.marks = {{.at = 7, .label = "later"}};
  CHECK(place_axis(chart).high == 7);
  CHECK(place_axis(of("1", {4})).low < place_axis(of("1", {4})).high);
  CHECK(place_axis(of("1", {})).low < place_axis(of("1", {})).high);
}

}  // namespace
}  // namespace perfgate::print
