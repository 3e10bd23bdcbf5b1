#include "measure/remarks.hpp"

#include <doctest/doctest.h>

#include "measure/rounds.hpp"
#include "support/factory.hpp"

namespace perfgate::measure {
namespace {

/// Two runs of `rounds` rounds in which being measured second costs `second`.
std::pair<Run, Run> sides(int rounds, double second) {
  test::Random random(3);
  std::vector<std::vector<double>> base, head;
  Rounds order(Ordering::balanced, 5);
  for (int round = 0; round < rounds; ++round) {
    const bool base_first = order.first(round) == Side::base;
    base.push_back({(1 + 0.002 * random.normal()) * (base_first ? 1 : 1 + second)});
    head.push_back({(1 + 0.002 * random.normal()) * (base_first ? 1 + second : 1)});
  }
  Run b, h;
  b.benchmarks.push_back({.suite = "s", .name = "a", .samples = {}});
  h.benchmarks = b.benchmarks;
  b.benchmarks[0].samples.push_back({.metric = "time", .values = test::values_of(base)});
  h.benchmarks[0].samples.push_back({.metric = "time", .values = test::values_of(head)});
  h.experiment = Experiment{.side = Side::head, .order = order.order(rounds)};
  return {b, h};
}

// AC:ab-position
TEST_CASE("a position effect is found and none is not") {
  const auto [base, head] = sides(20, 0.02);
  const auto effects = position_effects(base, head);
  REQUIRE(effects.size() == 1);
  CHECK(effects[0].p < 0.001);
  CHECK(effects[0].second == doctest::Approx(0.02).epsilon(0.1));
  CHECK(effects[0].rounds == 20);
  const auto [quiet_base, quiet_head] = sides(20, 0);
  CHECK(position_effects(quiet_base, quiet_head).at(0).p > 0.05);
  const auto [few_base, few_head] = sides(5, 0.02);
  CHECK(position_effects(few_base, few_head).empty());
  Run alone = head;
  alone.experiment.reset();
  CHECK(position_effects(base, alone).empty());
}

TEST_CASE("instructions are compared where both sides counted them") {
  Run base, head;
  for (int i = 0; i < 3; ++i) {
    base.launches.push_back({.suite = "s", .instructions = 1000 + i});
    head.launches.push_back({.suite = "s", .instructions = 1100 + i});
  }
  CHECK(instruction_change(base, head, "s").value() == doctest::Approx(0.0999));
  CHECK_FALSE(instruction_change(base, head, "other").has_value());
  CHECK(why_no_instructions(head).empty());
  head.launches[1].instructions.reset();
  head.launches[1].counters_absent = "a virtual machine";
  CHECK(why_no_instructions(head) == "a virtual machine");
  CHECK(instruction_change(base, head, "s").value() == doctest::Approx(0.0999).epsilon(0.01));
}

}  // namespace
}  // namespace perfgate::measure
