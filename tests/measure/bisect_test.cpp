#include "measure/bisect.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "measure/rounds.hpp"
#include "support/factory.hpp"

namespace perfgate::measure {
namespace {

Bisection search_of(int commits) {
  Bisection bisection{.schema = std::string(bisection_schema_name), .good = "good"};
  for (int i = 0; i < commits; ++i) bisection.commits.push_back(fmt::format("c{}", i));
  bisection.bad = bisection.commits.back();
  bisection.suite = "s";
  bisection.benchmark = "a";
  bisection.metric = "time";
  bisection.whole = Change{.estimate = 0.1, .low = 0.09, .high = 0.11};
  return bisection;
}

void tell(Bisection& bisection, std::size_t commit, Standing standing) {
  bisection.tested.push_back({.commit = bisection.commits[commit],
                              .standing = standing,
                              .compared = standing != Standing::skipped});
}

/// Searches for `culprit`; those of `broken` cannot be built.
Range searched(Bisection& bisection, std::size_t culprit, std::vector<std::size_t> broken = {}) {
  while (const auto next = next_test(bisection)) {
    REQUIRE(bisection.tested.size() < bisection.commits.size());
    if (std::ranges::find(broken, *next) != broken.end())
      tell(bisection, *next, Standing::skipped);
    else
      tell(bisection, *next, *next >= culprit ? Standing::bad : Standing::good);
  }
  return range_of(bisection);
}

// AC:bisect-search
TEST_CASE("every culprit is found with as few comparisons as halving needs") {
  for (const int commits : {1, 2, 3, 16, 17, 100}) {
    const auto most = static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(commits - 1)));
    for (std::size_t culprit = 0; culprit < static_cast<std::size_t>(commits); ++culprit) {
      Bisection bisection = search_of(commits);
      const Range range = searched(bisection, culprit);
      CHECK(range.last == static_cast<std::ptrdiff_t>(culprit));
      CHECK(range.after == range.last - 1);
      CHECK(bisection.tested.size() <= most);
      CHECK(confidence_of(bisection) >= 0.95);
    }
  }
}

TEST_CASE("commits that cannot be tested widen the range only where they stand at its edge") {
  for (std::size_t culprit = 0; culprit < 16; ++culprit) {
    Bisection bisection = search_of(16);
    const Range range = searched(bisection, culprit, {6, 7});
    CHECK(range.after < static_cast<std::ptrdiff_t>(culprit));
    CHECK(range.last >= static_cast<std::ptrdiff_t>(culprit));
    const bool at_edge = culprit >= 6 && culprit <= 8;
    CHECK(range.last - range.after == (at_edge ? 3 : 1));
  }
}

/// Runs of `rounds` rounds in which the candidate is slower by `slower`.
std::pair<Run, Run> sides(int rounds, double slower, std::uint64_t seed, double noise = 0.01) {
  test::Random random(seed);
  std::vector<std::vector<double>> base, head;
  for (int i = 0; i < rounds; ++i) {
    base.push_back({1 + noise * random.normal()});
    head.push_back({(1 + slower) * (1 + noise * random.normal())});
  }
  Run b, h;
  b.metrics = {{.name = "time", .unit = BaseUnit::second, .better = Better::lower}};
  b.benchmarks.push_back({.suite = "s", .name = "a", .samples = {}});
  h = b;
  b.benchmarks[0].samples.push_back({.metric = "time", .values = test::values_of(base)});
  h.benchmarks[0].samples.push_back({.metric = "time", .values = test::values_of(head)});
  return {b, h};
}

TEST_CASE("a look tells good from bad where the bounds lie to one side of half the change") {
  const Bisection bisection = search_of(16);
  const auto [base, bad] = sides(8, 0.1, 1);
  CHECK(read_look(base, bad, bisection, 2).standing == Standing::bad);
  const auto [base2, good] = sides(8, 0, 2);
  CHECK(read_look(base2, good, bisection, 2).standing == Standing::good);
  const auto [base3, between] = sides(30, 0.049, 3);
  const Reading reading = read_look(base3, between, bisection, 2);
  CHECK_FALSE(reading.standing.has_value());
  CHECK(reading.change.estimate == doctest::Approx(0.049).epsilon(0.2));
  // Not from too few rounds, and not from nothing.
  const auto [base4, early] = sides(4, 0.1, 4);
  CHECK_FALSE(read_look(base4, early, bisection, 1).standing.has_value());
  CHECK_FALSE(read_look(base4, Run{}, bisection, 1).standing.has_value());
  CHECK_FALSE(change_between(base4, Run{}, "s", "a", "time").has_value());
  CHECK(change_between(base, bad, "s", "a", "time")->low > 0.05);
}

TEST_CASE("bounds reach far at the first looks and farther in a longer search") {
  const std::vector<int> looks = planned_looks(30);
  const auto few = reaches_of(looks, 2), many = reaches_of(looks, 1000);
  REQUIRE(few.size() == looks.size());
  for (std::size_t i = 0; i < few.size(); ++i) {
    CHECK(few[i] < many[i]);
    CHECK((i == 0 || few[i] < few[i - 1]));
  }
  CHECK(few.back() > 1);
  CHECK(many.back() < 3);
}

// AC:bisect-error
TEST_CASE("all comparisons of a search together seldom err") {
  constexpr int searches = 200;
  constexpr std::size_t culprit = 9;
  const std::vector<int> looks = planned_looks(30);
  const auto reaches = reaches_of(looks, 16);
  int wrong = 0, unnamed = 0;
  for (int search = 0; search < searches; ++search) {
    Bisection bisection = search_of(16);
    std::uint64_t step = 0;
    while (const auto next = next_test(bisection)) {
      std::optional<Standing> standing;
      const auto seed = static_cast<std::uint64_t>(1000 * search) + ++step;
      for (std::size_t look = 0; look < looks.size() && !standing; ++look) {
        const auto [base, head] = sides(looks[look], *next >= culprit ? 0.1 : 0, seed, 0.04);
        standing = read_look(base, head, bisection, reaches[look]).standing;
      }
      bisection.tested.push_back({.commit = bisection.commits[*next],
                                  .standing = standing.value_or(Standing::skipped),
                                  .compared = true});
    }
    const Range range = range_of(bisection);
    const auto place = static_cast<std::ptrdiff_t>(culprit);
    wrong += range.after >= place || range.last < place ? 1 : 0;
    unnamed += range.last - range.after > 1 ? 1 : 0;
  }
  CHECK(wrong <= searches / 20);
  CHECK(unnamed <= searches / 4);
}

TEST_CASE("a search is written and read back") {
  Bisection bisection = search_of(4);
  tell(bisection, 1, Standing::good);
  bisection.tested.push_back(
      {.commit = "c2", .change = Change{0.1, 0.05, 0.15}, .rounds = 12, .why = "undecided"});
  bisection.found = Change{.estimate = 0.1, .low = 0.09, .high = 0.12};
  const auto read = read_bisection(to_json(bisection), "bisect.json");
  REQUIRE(read);
  CHECK(*read == bisection);
  const auto torn = read_bisection("{\"schema\": 1", "bisect.json");
  REQUIRE_FALSE(torn);
  CHECK(torn.error().code == Code::schema);
}

}  // namespace
}  // namespace perfgate::measure
