#include "stats/family.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "stats/across_runners.hpp"
#include "stats/samples.hpp"
#include "stats/window.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;
using test::Random;

struct Suite {
  std::vector<Numbers> base, head;
  std::vector<Sides> sides() const {
    std::vector<Sides> all;
    for (std::size_t i = 0; i < base.size(); ++i) all.push_back({base[i], head[i]});
    return all;
  }
};

/// Two runners that differ by `offset` in everything, and by 1.5 % in each member.
Suite suite_of(Random& random, int members, double offset) {
  Suite suite;
  for (int i = 0; i < members; ++i) {
    suite.base.push_back(test::normal_sample(random, 10, 0.005));
    suite.head.push_back(test::normal_sample(random, 10, 0.005, offset + 0.015 * random.normal()));
  }
  return suite;
}

int failures(const std::vector<Decision>& decisions) {
  return static_cast<int>(std::ranges::count(decisions, Verdict::fail, &Decision::verdict));
}

// AC:suite-shift
TEST_CASE("what a suite has in common is taken out and told as a finding of its own") {
  Random random(401);
  Suite suite = suite_of(random, 60, 0.12);
  suite.head[7] = test::shifted(suite.head[7], std::log1p(0.15));
  const Family family = across_runners_family(suite.sides(), {});
  CHECK(family.measured);
  CHECK(family.common.evidence.estimate == doctest::Approx(0.12).epsilon(0.05));
  CHECK(family.common.spread == doctest::Approx(0.016).epsilon(0.4));
  CHECK(decide(family.common.evidence, {}).verdict == Verdict::fail);
  const auto decisions = decide_together(family.members, {});
  CHECK(decisions[7].verdict == Verdict::fail);
  CHECK(failures(decisions) == 1);
  // A slower suite passes nothing, even what moved with it.
  CHECK(std::ranges::count(decisions, Verdict::pass, &Decision::verdict) == 0);
}

TEST_CASE("a suite without changes on another runner hardly ever fails anything") {
  Random random(402);
  int any = 0;
  for (int round = 0; round < 200; ++round) {
    const Suite suite = suite_of(random, 8 + round % 60, 0.1 * random.normal());
    any += failures(decide_together(across_runners_family(suite.sides(), {}).members, {})) > 0;
  }
  CHECK(any <= 14);
}

TEST_CASE("members in two modes fail no more often on another runner") {
  Random random(412);
  int any = 0, found = 0;
  for (int round = 0; round < 300; ++round) {
    Suite suite;
    const double offset = 0.04 * random.normal();
    for (int i = 0; i < 20; ++i) {
      const double own = offset + 0.01 * random.normal() + (i == 0 ? std::log1p(0.1) : 0);
      suite.base.push_back(test::bimodal_sample(random, 15, 0.005, 0.1, 0.5));
      suite.head.push_back(test::bimodal_sample(random, 15, 0.005, 0.1, 0.5, own));
    }
    const auto decisions = decide_together(across_runners_family(suite.sides(), {}).members, {});
    const bool slower = decisions[0].verdict == Verdict::fail;
    any += failures(decisions) > (slower ? 1 : 0);
    found += slower;
  }
  CHECK(any <= 6);
  CHECK(found >= 270);
}

TEST_CASE("a small suite on another runner is judged by what runners usually differ by") {
  Random random(403);
  const Suite suite = suite_of(random, 3, 0.05);
  const Family family = across_runners_family(suite.sides(), {});
  CHECK_FALSE(family.measured);
  REQUIRE(family.members.size() == 3);
  CHECK(family.members[1] == across_runners(suite.base[1], suite.head[1], {}));
}

TEST_CASE("a member whose fastest values did not move with its middle is in doubt") {
  Random random(404);
  Suite suite = suite_of(random, 30, 0);
  suite.head[2] = test::shifted(suite.head[2], 0.2);
  suite.head[2][4] = suite.base[2][4];
  const Family family = across_runners_family(suite.sides(), {});
  CHECK(decide_together(family.members, {})[2].verdict == Verdict::inconclusive);
  CHECK(std::ranges::find(family.members[2].doubts, Doubt::fastest_unmoved) !=
        family.members[2].doubts.end());
}

/// A suite of one value per run: the runs have moods in common, the members their own noise.
std::vector<Numbers> history_of(Random& random, int members, int runs, double mood) {
  Numbers moods;
  for (int run = 0; run < runs; ++run) moods.push_back(mood * random.normal());
  std::vector<Numbers> values;
  for (int i = 0; i < members; ++i) {
    const double noise = 0.005 * (1 + i % 4);
    Numbers& series = values.emplace_back();
    for (int run = 0; run < runs; ++run)
      series.push_back(static_cast<double>(i) + moods[static_cast<std::size_t>(run)] +
                       noise * random.normal());
  }
  return values;
}

// AC:suite-window
TEST_CASE("a member that leaves its suite fails and one that follows it does not") {
  Random random(405);
  int found = 0, others = 0, lone = 0;
  for (int round = 0; round < 100; ++round) {
    auto values = history_of(random, 20, 21, 0.1);
    values[3].back() += 0.2;
    const auto decisions = decide_together(window_family(values, 1, {}).members, {});
    found += decisions[3].verdict == Verdict::fail ? 1 : 0;
    others += failures(decisions) - (decisions[3].verdict == Verdict::fail ? 1 : 0);
    lone += decide(window(std::span(values[3]).first(20), std::span(values[3]).last(1), {}), {})
                        .verdict == Verdict::fail
                ? 1
                : 0;
  }
  CHECK(found > 85);
  CHECK(others <= 8);
  CHECK(lone < 50);  // alone it drowns in the moods of the machines
}

TEST_CASE("a whole suite that slows is the finding and not each of its members") {
  Random random(406);
  auto values = history_of(random, 20, 31, 0.01);
  for (Numbers& series : values) series.back() += 0.3;
  const Family family = window_family(values, 1, {});
  CHECK(decide(family.common.evidence, {}).verdict == Verdict::fail);
  const auto decisions = decide_together(family.members, {});
  CHECK(failures(decisions) == 0);
  CHECK(std::ranges::count(decisions, Verdict::pass, &Decision::verdict) == 0);
}

TEST_CASE("a suite without changes hardly ever fails anything at any commit") {
  Random random(407);
  int any = 0;
  for (int round = 0; round < 200; ++round)
    any += failures(decide_together(
               window_family(history_of(random, 10 + round % 40, 21, 0.05), 1, {}).members, {})) > 0
               ? 1
               : 0;
  CHECK(any <= 14);
}

TEST_CASE("a commit at which everything is spread wide puts the machine in doubt") {
  Random random(408);
  auto values = history_of(random, 30, 21, 0.01);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i].back() += 0.03 * static_cast<double>(1 + i % 4) * random.normal();
  const Family family = window_family(values, 1, {});
  CHECK(family.common.spread > 2);
  CHECK(failures(decide_together(family.members, {})) == 0);
  CHECK(family.members[0].doubts.front() == Doubt::unusual_suite);
}

TEST_CASE("a suite's spread at one commit is pooled with what is expected of it") {
  // Ten members that were 1 % off by turns, half of them each way, and now stand apart by four
  // times what their past explains.
  const double scale = 1.4826 * 0.01, error = scale * std::sqrt(1 + std::acos(-1.0) / 2 / 20);
  std::vector<Numbers> values(10);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double sign = i < 5 ? 1 : -1;
    for (std::size_t run = 0; run < 20; ++run)
      values[i].push_back(run % 2 == 0 ? sign * 0.01 : -sign * 0.01);
    values[i].push_back(sign * 4 * error / 1.4826);
  }
  // (10 * 16 + 8) / 18 of its variance, and of the rest the same in proportion.
  const double first = std::sqrt((10 * 16 + 8) / 18.0);
  const double rest = std::sqrt((10 * 16 / (first * first) + 8) / 18);
  const Family family = window_family(values, 1, {});
  CHECK(family.common.spread == doctest::Approx(first * rest).epsilon(0.001));
  CHECK(family.members[0].standard_error == doctest::Approx(error * first * rest).epsilon(0.001));
}

TEST_CASE("several later runs must agree in a family too") {
  Random random(409);
  auto values = history_of(random, 20, 33, 0.05);
  for (const std::size_t run : {30U, 31U, 32U}) values[5][run] += 0.2;
  auto split = values;
  split[5][31] -= 0.2;
  CHECK(decide_together(window_family(values, 3, {}).members, {})[5].verdict == Verdict::fail);
  const Family family = window_family(split, 3, {});
  CHECK(decide_together(family.members, {})[5].verdict != Verdict::fail);
}

TEST_CASE("members that were not measured at some runs do not disturb the others") {
  Random random(410);
  auto values = history_of(random, 20, 21, 0.1);
  values[3].back() += 0.3;
  for (std::size_t run = 0; run < 18; ++run) values[0][run] = std::nan("");
  values[1].back() = std::nan("");
  values[2][5] = std::nan("");
  std::ranges::fill(values[4], std::nan(""));
  const Family family = window_family(values, 1, {});
  const auto decisions = decide_together(family.members, {});
  CHECK(decisions[3].verdict == Verdict::fail);
  CHECK(decisions[0].verdict == Verdict::inconclusive);
  CHECK(decisions[1].verdict == Verdict::inconclusive);
  CHECK(decisions[4].verdict == Verdict::inconclusive);
  CHECK(family.members[4].enough == false);
  CHECK(failures(decisions) == 1);
}

TEST_CASE("a small suite with a history is judged member by member") {
  Random random(411);
  const auto values = history_of(random, 4, 25, 0.02);
  const Family family = window_family(values, 1, {});
  CHECK_FALSE(family.measured);
  CHECK(family.members[2] ==
        window(std::span(values[2]).first(24), std::span(values[2]).last(1), {}));
}

TEST_CASE("a suite without any noise still sees what left it") {
  std::vector<Numbers> values(10, Numbers(21, 1.0));
  values[4].back() = 1.2;
  const auto decisions = decide_together(window_family(values, 1, {}).members, {});
  CHECK(decisions[4].verdict == Verdict::fail);
  CHECK(decisions[0].verdict == Verdict::pass);
}

}  // namespace
}  // namespace perfgate::stats
