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

TEST_CASE("looks: what a look decides stays, and what a look does not reach stays as it was") {
  const std::vector<Look> plan{{.rounds = 5}, {.rounds = 8}, {.rounds = 12}};
  const Evidence quiet{.estimate = 0, .low = -0.001, .high = 0.001},
      loud{.estimate = 0.02, .low = -0.1, .high = 0.1};
  std::vector<int> reads(3, 0), seen;
  const Looked looked = look_by_look(
      plan, std::vector<Budget>(3), Correction::benjamini_hochberg,
      [&](std::size_t member, const Look& look) -> std::optional<Evidence> {
        ++reads[member];
        if (member == 2 && look.rounds > 5) return std::nullopt;
        Evidence evidence = member == 0 ? quiet : loud;
        evidence.base_count = static_cast<std::size_t>(look.rounds);
        return evidence;
      },
      [&](std::span<const Evidence> family) {
        seen.push_back(static_cast<int>(family[1].base_count));
      });
  CHECK(reads == std::vector{1, 3, 3});
  CHECK(seen == std::vector{5, 8, 12});
  CHECK(looked.decisions[0].verdict == Verdict::pass);
  CHECK(looked.evidence[0].base_count == 5);
  CHECK(looked.decisions[1].verdict == Verdict::inconclusive);
  CHECK(looked.evidence[1].base_count == 12);
  CHECK(looked.evidence[2].base_count == 5);

  int asked = 0;
  look_by_look(plan, std::vector<Budget>(1), Correction::none,
               [&](std::size_t, const Look&) -> std::optional<Evidence> {
                 ++asked;
                 return quiet;
               });
  CHECK(asked == 1);
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
