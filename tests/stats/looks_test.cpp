#include "stats/looks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "stats/same_runner.hpp"
#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

struct Outcome {
  Verdict verdict = Verdict::inconclusive;
  int rounds = 0;
};

/// Rounds until it is decided, looked at as planned, or as if each look were the only one.
Outcome experiment(test::Random& random, double deviation, double shift,
                   const std::vector<Look>& looks, bool planned) {
  const auto base = test::normal_sample(random, looks.back().rounds, deviation);
  const auto head = test::normal_sample(random, looks.back().rounds, deviation, shift);
  for (const Look& look : looks) {
    const auto n = static_cast<std::size_t>(look.rounds);
    const Evidence evidence =
        same_runner(std::span(base).first(n), std::span(head).first(n), Order::interleaved, {});
    const Verdict verdict = decide(planned ? at_look(evidence, look) : evidence, {}).verdict;
    if (verdict != Verdict::inconclusive) return {verdict, look.rounds};
  }
  return {Verdict::inconclusive, looks.back().rounds};
}

TEST_CASE("early looks ask for more than the last one") {
  const auto looks = plan_looks(usual_looks);
  REQUIRE(looks.size() == 6);
  CHECK(looks.front().rounds == 5);
  CHECK(looks.back().rounds == 30);
  for (std::size_t i = 1; i < looks.size(); ++i) {
    CHECK(looks[i].reported < looks[i - 1].reported);
    CHECK(looks[i].shown < looks[i - 1].shown);
  }
  CHECK(looks.front().reported > 2.5);
  CHECK(looks.back().reported < 1.1);
  // One look is no sequence.
  const int once[] = {12};
  CHECK(plan_looks(once).front().reported == doctest::Approx(1).epsilon(1e-3));
}

// AC:no-peeking
TEST_CASE("looking as planned errs no more often than looking once and saves rounds") {
  test::Random random(501);
  const auto looks = plan_looks(usual_looks);
  const std::vector<Look> once{looks.back()};
  int planned = 0, naive = 0, at_once = 0, found = 0, rounds = 0;
  constexpr int experiments = 600;
  for (int i = 0; i < experiments; ++i) {
    planned += experiment(random, 0.06, 0, looks, true).verdict == Verdict::fail ? 1 : 0;
    naive += experiment(random, 0.06, 0, looks, false).verdict == Verdict::fail ? 1 : 0;
    at_once += experiment(random, 0.06, 0, once, false).verdict == Verdict::fail ? 1 : 0;
    const Outcome worse = experiment(random, 0.02, std::log1p(0.1), looks, true);
    found += worse.verdict == Verdict::fail ? 1 : 0;
    rounds += worse.rounds;
  }
  CHECK(planned <= at_once + 12);
  CHECK(naive > planned + 15);
  CHECK(found > experiments * 97 / 100);
  CHECK(rounds / experiments <= 14);
}

TEST_CASE("a look moves the bounds and nothing else") {
  test::Random random(502);
  const Evidence evidence =
      same_runner(test::normal_sample(random, 8, 0.02), test::normal_sample(random, 8, 0.02, 0.05),
                  Order::interleaved, {});
  const Evidence seen = at_look(evidence, {.rounds = 8, .shown = 2, .reported = 3});
  CHECK(seen.estimate == evidence.estimate);
  CHECK(seen.estimate - seen.worse_by ==
        doctest::Approx(2 * (evidence.estimate - evidence.worse_by)));
  CHECK(seen.high - seen.estimate == doctest::Approx(3 * (evidence.high - evidence.estimate)));
  CHECK(seen.doubts == evidence.doubts);
}

}  // namespace
}  // namespace perfgate::stats
