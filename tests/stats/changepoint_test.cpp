#include "stats/changepoint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

/// 100 with a deviation of 2, and from each of `at` on 10 % up, then down again, then up, ...
std::vector<double> series(std::size_t n, const std::vector<std::size_t>& at, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    const auto passed = std::ranges::upper_bound(at, i) - at.begin();
    values.push_back(100 + 2 * random.normal() + (passed % 2 == 1 ? 10 : 0));
  }
  return values;
}

std::vector<std::size_t> places(const Detection& detection) {
  std::vector<std::size_t> places;
  for (const ChangePoint& change : detection.changes) places.push_back(change.index);
  return places;
}

TEST_CASE("changes are found at their place with their levels") {
  const Detection detection = detect_changes(series(200, {70, 130}, 1));
  REQUIRE(detection.changes.size() == 2);
  const ChangePoint& up = detection.changes[0];
  CHECK(up.index >= 69);
  CHECK(up.index <= 71);
  CHECK(up.first <= 70);
  CHECK(up.last >= 70);
  CHECK(up.before == doctest::Approx(100).epsilon(0.01));
  CHECK(up.after == doctest::Approx(110).epsilon(0.01));
  CHECK(up.change() == doctest::Approx(0.1).epsilon(0.1));
  CHECK(up.strength > 5);
  CHECK_FALSE(up.provisional);
  CHECK(detection.changes[1].strength < -5);
  CHECK(detection.logarithms);
  CHECK(detection.noise == doctest::Approx(0.02).epsilon(0.2));
}

// AC:detect-quiet
TEST_CASE("series without a change have less than one false change in 3 000 points") {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto values = series(300, {}, seed);
    test::Random random(seed + 1000);
    for (double& value : values)  // one in twenty is an outlier
      if (random.uniform() < 0.05) value *= 1 + random.uniform();
    found += detect_changes(values).changes.size();
  }
  CHECK(found <= 20);
}

TEST_CASE("noise that remembers does not look like changes") {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    test::Random random(seed);
    std::vector<double> values;
    double state = 0;
    for (int i = 0; i < 400; ++i) {
      state = 0.5 * state + random.normal();
      values.push_back(100 + 2 * state);
    }
    found += detect_changes(values).changes.size();
  }
  CHECK(found <= 20);
}

// AC:detect-invariant
TEST_CASE("a multiple of a series has the same changes and so has the series read backwards") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto values = series(240, {60, 110, 180}, seed);
    const auto found = places(detect_changes(values));
    CHECK(found.size() == 3);
    auto scaled = values;
    for (double& value : scaled) value *= 1e-9;
    CHECK(places(detect_changes(scaled)) == found);
    std::ranges::reverse(values);
    auto backwards = places(detect_changes(values));
    std::ranges::reverse(backwards);
    REQUIRE(backwards.size() == found.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(240 - backwards[i] == found[i]);
  }
}

TEST_CASE("outliers neither make a change nor hide one") {
  auto values = series(200, {100}, 5);
  for (std::size_t i = 3; i < values.size(); i += 14) values[i] *= 4;
  const auto found = places(detect_changes(values));
  REQUIRE(found.size() == 1);
  CHECK(found[0] >= 98);
  CHECK(found[0] <= 102);
}

TEST_CASE("a short run that comes back is an excursion") {
  const Detection detection = detect_changes(series(200, {90, 99}, 6));
  CHECK(detection.changes.empty());
  REQUIRE(detection.excursions.size() == 1);
  CHECK(detection.excursions[0].begin == doctest::Approx(90).epsilon(0.02));
  CHECK(detection.excursions[0].end == doctest::Approx(99).epsilon(0.02));
  CHECK(detection.excursions[0].level == doctest::Approx(110).epsilon(0.02));
}

TEST_CASE("a change too near the end to be sure of is provisional") {
  const Detection soon = detect_changes(series(108, {100}, 7));
  REQUIRE(soon.changes.size() == 1);
  CHECK(soon.changes[0].provisional);
  const Detection later = detect_changes(series(120, {100}, 7));
  REQUIRE(later.changes.size() == 1);
  CHECK_FALSE(later.changes[0].provisional);
}

TEST_CASE("changes below the smallest that matters are left out") {
  std::vector<double> values(100, 1000.0);
  for (std::size_t i = 50; i < 100; ++i) values[i] = 1006;
  CHECK(detect_changes(values).changes.empty());
  CHECK(places(detect_changes(values, {.min_change = 0.001})) == std::vector<std::size_t>{50});
  for (std::size_t i = 50; i < 100; ++i) values[i] = 1020;
  CHECK(places(detect_changes(values)) == std::vector<std::size_t>{50});
}

TEST_CASE("series that count in few steps have their changes found") {
  test::Random random(9);
  std::vector<double> values;
  for (int i = 0; i < 200; ++i)
    values.push_back((random.uniform() < 0.15 ? 21 : 20) + (i < 120 ? 0 : 4));
  CHECK(places(detect_changes(values)) == std::vector<std::size_t>{120});
}

TEST_CASE("series with zeros or negative values are judged as they are") {
  std::vector<double> values(100, 0.0);
  for (std::size_t i = 60; i < 100; ++i) values[i] = 5;
  const Detection zeros = detect_changes(values);
  CHECK(places(zeros) == std::vector<std::size_t>{60});
  CHECK_FALSE(zeros.logarithms);
  CHECK(std::isnan(zeros.changes[0].change()));
  CHECK(zeros.changes[0].after == 5);
  auto shifted = series(160, {80}, 10);
  for (double& value : shifted) value -= 105;
  const auto found = places(detect_changes(shifted));
  REQUIRE(found.size() == 1);
  CHECK(found[0] >= 79);
  CHECK(found[0] <= 81);
}

TEST_CASE("series of few points or equal points have no changes") {
  CHECK(detect_changes({}).changes.empty());
  CHECK(detect_changes(std::vector<double>{1, 1, 1, 1, 9, 9, 9, 9, 9}).changes.empty());
  CHECK(detect_changes(std::vector<double>(50, 0.0)).changes.empty());
  CHECK(detect_changes(std::vector<double>(50, 7.0)).changes.empty());
}

// AC:detect-accepted
TEST_CASE("accepted changes cut the series and are not reported again") {
  const auto values = series(300, {100, 200}, 12);
  CHECK(places(detect_changes(values)).size() == 2);
  const auto rest = places(detect_changes(values, {.accepted = {100}}));
  REQUIRE(rest.size() == 1);
  CHECK(rest[0] >= 199);
  CHECK(rest[0] <= 201);
  CHECK(detect_changes(values, {.accepted = {100, 200}}).changes.empty());
  CHECK(detect_changes(values, {.accepted = {3, 100, 105, 200, 900}}).changes.empty());
}

// AC:detect-deterministic
TEST_CASE("many series at once give what each gives alone") {
  std::vector<std::vector<double>> all;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) all.push_back(series(150, {50, 100}, seed));
  const auto together = detect_all(all);
  REQUIRE(together.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Detection alone = detect_changes(all[i]);
    REQUIRE(places(together[i]) == places(alone));
    for (std::size_t k = 0; k < alone.changes.size(); ++k)
      CHECK(together[i].changes[k].strength == alone.changes[k].strength);
  }
}

}  // namespace
}  // namespace perfgate::stats
