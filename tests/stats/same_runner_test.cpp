#include "stats/same_runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "stats/rank_sum.hpp"
#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;
using test::Random;

Verdict verdict_of(const Numbers& base, const Numbers& head, Order order = Order::sequential) {
  return decide(same_runner(base, head, order, {}), {}).verdict;
}

bool has(const Evidence& evidence, Doubt doubt) {
  return std::ranges::find(evidence.doubts, doubt) != evidence.doubts.end();
}

/// How often pairs of samples get this verdict, in percent.
double percent(Verdict verdict, int rounds, Order order,
               const std::function<std::pair<Numbers, Numbers>()>& draw) {
  int hits = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto [base, head] = draw();
    hits += verdict_of(base, head, order) == verdict ? 1 : 0;
  }
  return 100.0 * hits / rounds;
}

// AC:verdict-calibration
TEST_CASE("unchanged code hardly ever fails whatever the noise of one runner") {
  Random random(101);
  struct Noise {
    const char* name;
    std::function<Numbers(int)> draw;
  };
  const std::vector<Noise> noises{
      {"half a percent", [&](int n) { return test::normal_sample(random, n, 0.005); }},
      {"two percent", [&](int n) { return test::normal_sample(random, n, 0.02); }},
      {"five percent", [&](int n) { return test::normal_sample(random, n, 0.05); }},
      {"two modes", [&](int n) { return test::bimodal_sample(random, n, 0.01, 0.1, 0.3); }},
      {"neighbours alike", [&](int n) { return test::correlated_sample(random, n, 0.02, 0.4); }}};
  for (const Noise& noise : noises)
    for (const int n : {5, 10, 30}) {
      CAPTURE(noise.name);
      CAPTURE(n);
      const double most = n == 5 ? 4.5 : 2.5;  // five know little of their own noise
      const auto draw = [&] { return std::pair(noise.draw(n), noise.draw(n)); };
      CHECK(percent(Verdict::fail, 1000, Order::sequential, draw) <= most);
      CHECK(percent(Verdict::improved, 1000, Order::sequential, draw) <= most);
    }
}

TEST_CASE("a regression of five percent is found at ordinary noise") {
  Random random(102);
  const auto draw = [&](int n, double deviation, double by) {
    return [&random, n, deviation, by] {
      return std::pair(test::normal_sample(random, n, deviation),
                       test::normal_sample(random, n, deviation, std::log1p(by)));
    };
  };
  CHECK(percent(Verdict::fail, 500, Order::sequential, draw(10, 0.005, 0.05)) == 100);
  CHECK(percent(Verdict::fail, 500, Order::sequential, draw(10, 0.02, 0.10)) > 97);
  CHECK(percent(Verdict::fail, 500, Order::sequential, draw(30, 0.02, 0.05)) > 94);
  CHECK(percent(Verdict::improved, 500, Order::sequential, draw(10, 0.005, -0.05)) == 100);
  CHECK(percent(Verdict::fail, 500, Order::sequential, draw(30, 0.005, 0.02)) == 0);
}

TEST_CASE("a pass is hardly ever given to a regression beyond the budget") {
  Random random(103);
  for (const int n : {5, 10, 30}) {
    CAPTURE(n);
    CHECK(percent(Verdict::pass, 1000, Order::sequential, [&] {
            return std::pair(test::normal_sample(random, n, 0.02),
                             test::normal_sample(random, n, 0.02, std::log1p(0.03)));
          }) < 7);
    CHECK(percent(Verdict::pass, 1000, Order::sequential, [&] {
            return std::pair(test::bimodal_sample(random, n, 0.01, 0.1, 0.3),
                             test::bimodal_sample(random, n, 0.01, 0.1, 0.3, std::log1p(0.05)));
          }) < 3);
  }
}

TEST_CASE("what both sides of a round share cancels where they are interleaved") {
  Random random(104);
  Numbers base, head;
  for (int i = 0; i < 12; ++i) {
    const double machine = 0.2 * random.normal();
    base.push_back(machine + 0.002 * random.normal());
    head.push_back(machine + 0.06 + 0.002 * random.normal());
  }
  CHECK(verdict_of(base, head, Order::interleaved) == Verdict::fail);
  CHECK(verdict_of(base, head, Order::sequential) == Verdict::inconclusive);
}

TEST_CASE("swapped sides mirror estimate and bounds and verdict") {
  Random random(105);
  for (int round = 0; round < 300; ++round) {
    const int n = 5 + round % 12;
    const Numbers base = test::bimodal_sample(random, n, 0.02, 0.15, round % 3 == 0 ? 0.4 : 0);
    const Numbers head = test::bimodal_sample(random, n, 0.02, 0.15, round % 3 == 0 ? 0.4 : 0,
                                              0.04 * random.normal());
    const Evidence one = same_runner(base, head, Order::interleaved, {});
    const Evidence other = same_runner(head, base, Order::interleaved, {});
    CHECK(other.estimate == doctest::Approx(-one.estimate));
    CHECK(other.low == doctest::Approx(-one.high));
    CHECK(other.worse_by == doctest::Approx(-one.better_by));
    CHECK(other.p_worse == doctest::Approx(one.p_better));
    CHECK(other.agree_worse == one.agree_better);
    CHECK(other.doubts == one.doubts);
    const Verdict verdict = decide(one, {}).verdict;
    if (verdict == Verdict::fail) CHECK(decide(other, {}).verdict == Verdict::improved);
    if (verdict == Verdict::improved) CHECK(decide(other, {}).verdict == Verdict::fail);
  }
}

TEST_CASE("the unit of measurement does not matter") {
  Random random(106);
  for (int round = 0; round < 100; ++round) {
    const Numbers base = test::normal_sample(random, 8, 0.02);
    const Numbers head = test::normal_sample(random, 8, 0.02, 0.05);
    const Evidence one = same_runner(base, head, Order::sequential, {});
    const Evidence other =
        same_runner(test::shifted(base, -20.7), test::shifted(head, -20.7), Order::sequential, {});
    CHECK(other.estimate == doctest::Approx(one.estimate));
    CHECK(other.worse_by == doctest::Approx(one.worse_by));
    CHECK(decide(other, {}).verdict == decide(one, {}).verdict);
  }
}

TEST_CASE("the order of rounds matters only for what is known of neighbours") {
  Random random(107);
  const Numbers base = test::normal_sample(random, 12, 0.02);
  const Numbers head = test::normal_sample(random, 12, 0.02, 0.05);
  Numbers turned_base = base, turned_head = head;
  std::ranges::reverse(turned_base);
  std::ranges::reverse(turned_head);
  CHECK(same_runner(base, head, Order::interleaved, {}).estimate ==
        same_runner(turned_base, turned_head, Order::interleaved, {}).estimate);
  CHECK(same_runner(base, head, Order::interleaved, {}).worse_by ==
        doctest::Approx(same_runner(turned_base, turned_head, Order::interleaved, {}).worse_by));
}

TEST_CASE("a change with the same fastest values is noise and not a regression") {
  // All launches of head but one met a busy neighbour.
  const Numbers base{0.00, 0.01, 0.02, 0.01, 0.00, 0.02, 0.01, 0.00};
  const Numbers head{0.001, 0.111, 0.112, 0.111, 0.113, 0.112, 0.111, 0.114};
  const Evidence evidence = same_runner(base, head, Order::interleaved, {});
  CHECK(evidence.worse_by > 0.05);
  CHECK(has(evidence, Doubt::fastest_unmoved));
  CHECK(decide(evidence, {}).verdict == Verdict::inconclusive);
}

TEST_CASE("a change that began before the code changed is in doubt") {
  // The machine slowed in the middle of the base.
  const Numbers base{0.000, 0.001, 0.002, 0.001, 0.000, 0.100, 0.101, 0.102, 0.103, 0.104};
  const Numbers head{0.105, 0.106, 0.105, 0.107, 0.106, 0.105, 0.106, 0.107, 0.106, 0.105};
  const Evidence evidence = same_runner(base, head, Order::sequential, {});
  CHECK(has(evidence, Doubt::drift));
  CHECK(decide(evidence, {}).verdict != Verdict::fail);
  // The other way round: the machine quickened.
  Numbers slow, quick;
  for (const double value : base) slow.push_back(-value);
  for (const double value : head) quick.push_back(-value);
  CHECK(decide(same_runner(slow, quick, Order::sequential, {}), {}).verdict != Verdict::improved);
}

TEST_CASE("drift that goes on through both sides is no change of code") {
  Random random(112);
  int drifted = 0, told = 0, stepped = 0;
  for (int round = 0; round < 200; ++round) {
    Numbers base = test::normal_sample(random, 15, 0.004);
    Numbers head = test::normal_sample(random, 15, 0.004);
    for (int i = 0; i < 15; ++i) {
      base[static_cast<std::size_t>(i)] += 0.005 * i;
      head[static_cast<std::size_t>(i)] += 0.005 * (15 + i);
    }
    const Evidence evidence = same_runner(base, head, Order::sequential, {});
    CHECK(evidence.worse_by > std::log1p(0.01));
    told += has(evidence, Doubt::began_elsewhere) ? 1 : 0;
    drifted += decide(evidence, {}).verdict == Verdict::fail ? 1 : 0;
    // A step of the same size on top of the drift is one.
    const Evidence step = same_runner(base, test::shifted(head, 0.08), Order::sequential, {});
    stepped += decide(step, {}).verdict == Verdict::fail ? 1 : 0;
  }
  CHECK(drifted <= 2);
  CHECK(told >= 198);
  CHECK(stepped == 200);
}

// AC:shown-bound
TEST_CASE("two modes are compared one by one and the pass is not made easier") {
  Random random(108);
  const Numbers base = test::bimodal_sample(random, 20, 0.005, 0.2, 0.4);
  const Numbers head = test::bimodal_sample(random, 20, 0.005, 0.2, 0.4, std::log1p(0.06));
  const Evidence slower = same_runner(base, head, Order::sequential, {});
  REQUIRE(has(slower, Doubt::modes));
  CHECK(decide(slower, {}).verdict == Verdict::fail);
  CHECK(as_ratio(slower.estimate) == doctest::Approx(0.06).epsilon(0.1));
  // What shows is reported with the bound that shows it: the plain values show less.
  CHECK(slower.low > 0.05);
  CHECK(rank_sum_shift(base, head, 2 * reported_confidence - 1).low < slower.low - 0.005);
  const Evidence faster = same_runner(head, base, Order::sequential, {});
  CHECK(decide(faster, {}).verdict == Verdict::improved);
  CHECK(faster.high < -0.05);
  // What does not show keeps the interval of the plain values.
  const Evidence slightly = same_runner(base, test::shifted(head, -0.055), Order::sequential, {});
  REQUIRE(has(slightly, Doubt::modes));
  CHECK(slightly.high - slightly.low > 2 * (slightly.better_by - slightly.worse_by));
}

TEST_CASE("modes on one side only are told") {
  Random random(109);
  const Numbers base = test::normal_sample(random, 10, 0.005);
  const Numbers head = test::bimodal_sample(random, 10, 0.005, 0.2, 0.5);
  CHECK(has(same_runner(base, head, Order::sequential, {}), Doubt::modes_differ));
}

// AC:few-samples
TEST_CASE("fewer than five values decide only what is far beyond all usual noise") {
  const Numbers one{0.0}, slower{0.10}, far{0.25}, faster{-0.25};
  CHECK(verdict_of(one, one) == Verdict::inconclusive);
  CHECK(verdict_of(one, slower) == Verdict::inconclusive);
  CHECK(verdict_of(one, far) == Verdict::fail);
  CHECK(verdict_of(one, faster) == Verdict::improved);
  const Numbers four{0.0, 0.001, 0.002, 0.001};
  CHECK(verdict_of(four, four) == Verdict::inconclusive);
  CHECK(has(same_runner(four, four, Order::interleaved, {}), Doubt::few_values));
  CHECK(decide(same_runner(four, four, Order::interleaved, {}), {}).reason ==
        Reason::too_few_samples);
  CHECK(verdict_of(four, test::shifted(four, 0.2)) == Verdict::fail);
  CHECK(verdict_of({}, one) == Verdict::inconclusive);
  CHECK(verdict_of(one, {}) == Verdict::inconclusive);
  const double smallest = smallest_detectable(few_values(one, one, {}), {}, 0.5);
  CHECK(smallest > 0.05);
}

TEST_CASE("values without any noise are compared as they are") {
  const Numbers same(6, 1.0), slower(6, 1.1), faster(6, 0.9);
  CHECK(verdict_of(same, same) == Verdict::pass);
  CHECK(verdict_of(same, slower) == Verdict::fail);
  CHECK(verdict_of(same, faster) == Verdict::improved);
  const Evidence evidence = same_runner(same, slower, Order::sequential, {});
  CHECK(has(evidence, Doubt::constant));
  CHECK(evidence.p_worse == 0);
  CHECK(evidence.p_better == 1);
  CHECK(evidence.low == evidence.high);
}

TEST_CASE("a timer coarser than the change cannot show it") {
  // Ticks of about 5 %: the medians are a tick apart.
  const Numbers base{std::log(20), std::log(20), std::log(21), std::log(20),
                     std::log(20), std::log(20), std::log(21), std::log(20)};
  const Numbers head{std::log(21), std::log(21), std::log(21), std::log(20),
                     std::log(21), std::log(21), std::log(21), std::log(21)};
  const Evidence evidence = same_runner(base, head, Order::interleaved, {});
  CHECK(has(evidence, Doubt::coarse_timer));
  CHECK(decide(evidence, {}).verdict == Verdict::inconclusive);
  CHECK(further_values(evidence, {}, 300) == 300);
}

TEST_CASE("sides of different sizes are never paired") {
  Random random(110);
  const Numbers base = test::normal_sample(random, 8, 0.01);
  const Numbers head = test::normal_sample(random, 12, 0.01);
  CHECK(same_runner(base, head, Order::interleaved, {}) ==
        same_runner(base, head, Order::sequential, {}));
}

TEST_CASE("correlated neighbours widen the interval and are told") {
  Random random(111);
  int told = 0;
  for (int round = 0; round < 50; ++round) {
    const Numbers base = test::correlated_sample(random, 30, 0.02, 0.8);
    const Numbers head = test::correlated_sample(random, 30, 0.02, 0.8);
    told += has(same_runner(base, head, Order::sequential, {}), Doubt::correlated) ? 1 : 0;
  }
  CHECK(told >= 48);
}

}  // namespace
}  // namespace perfgate::stats
