#include "gate/trend.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

std::vector<double> ramp(std::size_t n, double from, double slope) {
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back(from + slope * static_cast<double>(i) + (i % 2 == 0 ? 0.01 : -0.01));
  return values;
}

SeriesLimit floor_of(double value) {
  return {.kind = LimitKind::floor,
          .limit = {.value = Decimal::nearest(value), .written = "floor", .origin = "t.toml:1"}};
}
SeriesLimit ceiling_of(double value) {
  return {.kind = LimitKind::ceiling,
          .limit = {.value = Decimal::nearest(value), .written = "ceiling", .origin = "t.toml:2"}};
}

TEST_CASE("levels: the medians between borders") {
  const std::vector<double> values{1, 1, 2, 5, 5};
  const std::vector<std::int32_t> positions{0, 2, 3, 7, 8};
  const std::vector<std::size_t> borders{3};
  CHECK(levels_of(values, positions, borders) == std::vector<TrendLevel>{{0, 3, 1}, {7, 8, 5}});
  CHECK(levels_of(values, positions, {}) == std::vector<TrendLevel>{{0, 8, 2}});
  CHECK(levels_of({}, {}, {}).empty());
}

TEST_CASE("forecast: a falling series reaches its floor when the line says so, within bounds") {
  const auto limit = floor_of(85);
  const auto forecast = forecast_of(ramp(40, 100, -0.25), 0, std::span(&limit, 1));
  REQUIRE(forecast);
  CHECK(forecast->values.size() == 40);
  CHECK(forecast->slope == doctest::Approx(-0.25).epsilon(0.01));
  const Crossing& crossing = forecast->crossings.front();
  CHECK_FALSE(crossing.violated);
  REQUIRE(crossing.runs);
  CHECK(*crossing.runs == doctest::Approx(22).epsilon(0.1));  // 100 - 0.25 (39 + r) < 85
  REQUIRE(crossing.earliest);
  CHECK(*crossing.earliest <= *crossing.runs);
  CHECK(*crossing.latest >= *crossing.runs);
  CHECK(crossing.text.contains("about " + std::to_string(*crossing.runs) + " runs"));
}

TEST_CASE("forecast: a level series does not reach its limits, and says within how many runs") {
  const SeriesLimit limits[] = {floor_of(85), ceiling_of(120)};
  const auto forecast = forecast_of(ramp(30, 100, 0), 0, limits);
  for (const Crossing& crossing : forecast->crossings) {
    CHECK_FALSE(crossing.runs);
    CHECK_FALSE(crossing.violated);
    CHECK(crossing.text.contains("not reached within 30 runs"));
  }
}

TEST_CASE("forecast: what is violated already is said") {
  const auto limit = floor_of(101);
  const auto forecast = forecast_of(ramp(30, 100, 0), 0, std::span(&limit, 1));
  CHECK(forecast->crossings.front().violated);
  CHECK(forecast->crossings.front().text.contains("not met now"));
}

TEST_CASE("forecast: only the values since the last border count, and eight are needed") {
  std::vector<double> values = ramp(30, 50, 3);
  const std::vector<double> after = ramp(20, 100, 0);
  values.insert(values.end(), after.begin(), after.end());
  const auto forecast = forecast_of(values, 30, {});
  CHECK(forecast->points == 20);
  CHECK(forecast->slope == doctest::Approx(0));
  CHECK_FALSE(forecast_of(values, 43, {}));
  CHECK_FALSE(forecast_of({}, 0, {}));
  CHECK(forecast_of(ramp(500, 1, 1), 0, {})->points == 200);
}

TEST_CASE("limits of a series are those of the rules that match, and of its headline") {
  Policy policy = test::shipped_policy();
  policy.rules = {{.benchmark = "sort*", .ceiling = test::limit("500 ns")},
                  {.benchmark = "sort/1", .metric = "time", .floor = test::limit("5 ns")}};
  const Metric time{.name = "time", .unit = BaseUnit::second};
  CHECK(limits_of(policy, subject_of("s", "sort/1", time)).size() == 2);
  CHECK(limits_of(policy, subject_of("s", "sort/2", time)).size() == 1);
  CHECK(limits_of(policy, subject_of("s", "find", time)).empty());
  CHECK(limits_of(policy, "display").size() == 1);
  CHECK(limits_of(policy, "nothing").empty());
}

}  // namespace
}  // namespace perfgate::gate
