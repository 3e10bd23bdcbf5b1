#include "stats/window.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "stats/same_runner.hpp"
#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;
using test::Random;

Decision judged(const Numbers& past, const Numbers& later) {
  return decide(window(past, later, {}), {});
}

bool doubts(const Decision& decision, Doubt doubt) {
  return std::ranges::find(decision.doubts, doubt) != decision.doubts.end();
}

// AC:window-false-alarms
TEST_CASE("three later runs of unchanged code fail at most once in two hundred") {
  Random random(301);
  const auto normal = [&](int n) { return test::normal_sample(random, n, 0.08); };
  const auto modes = [&](int n) { return test::bimodal_sample(random, n, 0.02, 0.3, 0.3); };
  const auto coarse = [&](int n) {
    Numbers values = test::normal_sample(random, n, 0.1);
    for (double& value : values) value = std::round(value * 10) / 10;
    return values;
  };
  constexpr int rounds = 4000;
  int failed[3] = {};
  for (int round = 0; round < rounds; ++round) {
    failed[0] += judged(normal(30), normal(3)).verdict == Verdict::fail ? 1 : 0;
    failed[1] += judged(modes(30), modes(3)).verdict == Verdict::fail ? 1 : 0;
    failed[2] += judged(coarse(30), coarse(3)).verdict == Verdict::fail ? 1 : 0;
  }
  for (const int count : failed) CHECK(count <= rounds / 200 + 9);
}

TEST_CASE("a large change in three later runs fails and a small one is undecided") {
  Random random(302);
  int large = 0, small = 0;
  for (int round = 0; round < 300; ++round) {
    const Numbers past = test::normal_sample(random, 30, 0.04);
    large += judged(past, test::normal_sample(random, 3, 0.04, 0.2)).verdict == Verdict::fail;
    small += judged(past, test::normal_sample(random, 3, 0.04, 0.02)).verdict == Verdict::fail;
  }
  CHECK(large > 290);
  CHECK(small < 20);
}

TEST_CASE("every later run must agree") {
  Random random(303);
  const Numbers past = test::normal_sample(random, 30, 0.01);
  const double far = test::base_cost + 0.3;
  CHECK(judged(past, {far, far, far}).verdict == Verdict::fail);
  const Decision split = judged(past, {far, far, test::base_cost});
  CHECK(split.verdict == Verdict::inconclusive);
  CHECK(doubts(split, Doubt::not_all_beyond));
  const double better = test::base_cost - 0.3;
  CHECK(judged(past, {better, better, better}).verdict == Verdict::improved);
}

TEST_CASE("a single later run must be beyond everything in a window of nineteen") {
  Random random(304);
  Numbers past = test::normal_sample(random, 30, 0.01);
  CHECK(judged(past, {test::base_cost + 0.1}).verdict == Verdict::fail);
  past[4] = test::base_cost + 0.2;  // it has been there before
  const Decision seen = judged(past, {test::base_cost + 0.1});
  CHECK(seen.verdict == Verdict::inconclusive);
  CHECK(doubts(seen, Doubt::not_all_beyond));
  CHECK(judged(past, {test::base_cost + 0.3}).verdict == Verdict::fail);
}

TEST_CASE("a short window decides only what is beyond all usual noise") {
  Random random(305);
  const Numbers past = test::normal_sample(random, 8, 0.002);
  const Decision close = judged(past, {test::base_cost + 0.06});
  CHECK(close.verdict == Verdict::inconclusive);
  CHECK(doubts(close, Doubt::short_window));
  CHECK(judged(past, {test::base_cost + 0.3}).verdict == Verdict::fail);
  CHECK(judged(past, {test::base_cost - 0.3}).verdict == Verdict::improved);
  const Numbers three(past.begin(), past.begin() + 3);
  CHECK(window(three, past, {}) == few_values(three, past, {}));
  CHECK(judged(past, {}).verdict == Verdict::inconclusive);
  CHECK(judged({}, {}).verdict == Verdict::inconclusive);
  CHECK(judged({test::base_cost}, {test::base_cost}).verdict == Verdict::inconclusive);
}

TEST_CASE("a quiet window passes what is shown to be within the budget") {
  Random random(306);
  const Numbers past = test::normal_sample(random, 30, 0.003);
  CHECK(judged(past, {test::base_cost + 0.005}).verdict == Verdict::pass);
  const Numbers noisy = test::normal_sample(random, 30, 0.05);
  CHECK(judged(noisy, {test::base_cost}).verdict == Verdict::inconclusive);
}

TEST_CASE("a window with a trend or modes or no noise is told") {
  Numbers rising, modes, same(25, 3.0);
  for (int i = 0; i < 25; ++i) {
    rising.push_back(0.01 * i);
    modes.push_back(i % 3 == 0 ? 1.0 + 0.001 * i : 2.0 + 0.001 * i);
  }
  CHECK(doubts(judged(rising, {0.2}), Doubt::drift));
  CHECK(doubts(judged(modes, {1.5}), Doubt::modes));
  CHECK(doubts(judged(same, {3.0}), Doubt::constant));
  CHECK(judged(same, {3.0}).verdict == Verdict::pass);
  CHECK(judged(same, {3.5}).verdict == Verdict::fail);
}

TEST_CASE("turned signs mirror the evidence of a window") {
  Random random(307);
  for (int round = 0; round < 100; ++round) {
    const Numbers past = test::normal_sample(random, 6 + round % 30, 0.02);
    const Numbers later = test::normal_sample(random, 1 + round % 4, 0.02, 0.06 * random.normal());
    Numbers turned_past, turned_later;
    for (const double value : past) turned_past.push_back(-value);
    for (const double value : later) turned_later.push_back(-value);
    const Evidence one = window(past, later, {}), other = window(turned_past, turned_later, {});
    CHECK(other.estimate == doctest::Approx(-one.estimate));
    CHECK(other.worse_by == doctest::Approx(-one.better_by));
    CHECK(other.agree_worse == one.agree_better);
    CHECK(other.agree_better == one.agree_worse);
  }
}

}  // namespace
}  // namespace perfgate::stats
