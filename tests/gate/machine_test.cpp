#include "gate/machine.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace perfgate;

namespace {

Launch launch(double wall, std::optional<double> waited) {
  Launch one{.suite = "s", .wall_seconds = wall};
  one.cpu_wait_seconds = waited;
  return one;
}

/// An interval of ratios, as costs.
stats::Evidence change(double low, double high) {
  return {.low = std::log1p(low),
          .high = std::log1p(high),
          .worse_by = std::log1p(low),
          .better_by = std::log1p(high)};
}

}  // namespace

TEST_CASE("the share that was waited is over all launches and absent where one does not tell") {
  Run run;
  CHECK_FALSE(gate::wait_share(run, {}));
  run.launches = {launch(2, 1), launch(2, 0)};
  CHECK(gate::wait_share(run, {}) == 0.25);
  CHECK(gate::wait_share(run, Symbol("s")) == 0.25);
  CHECK_FALSE(gate::wait_share(run, Symbol("other")));
  run.launches.push_back(launch(1, {}));
  CHECK_FALSE(gate::wait_share(run, {}));
}

// AC:contention-is-no-regression
TEST_CASE("what waiting for a processor can explain is no regression") {
  // Half of the time waited: what took 1.9 times as long may have needed 0.95 of it.
  stats::Evidence slower = change(0.9, 1.1);
  const gate::MachineShift shift = gate::shift_by_waiting(0.0, 0.5);
  gate::allow_for(shift, slower);
  CHECK(std::expm1(slower.low) == doctest::Approx(-0.05));
  CHECK(slower.worse_by == slower.low);
  CHECK(slower.high == std::log1p(1.1));
  CHECK(shift.why.find("50 % of the time") != std::string::npos);
  CHECK(shift.why.find("while this run was measured") != std::string::npos);
}

TEST_CASE("a baseline that waited more may hide a regression") {
  stats::Evidence same = change(-0.01, 0.01);
  const gate::MachineShift shift = gate::shift_by_waiting(0.5, 0.0);
  gate::allow_for(shift, same);
  CHECK(same.low == std::log1p(-0.01));
  CHECK(std::expm1(same.high) == doctest::Approx(1.02));
  CHECK(same.better_by == same.high);
  CHECK(shift.why.find("while the baseline was measured") != std::string::npos);
}

TEST_CASE("what both sides waited alike changes nothing and a little is allowed for in silence") {
  CHECK(gate::shift_by_waiting(0.5, 0.5) == gate::MachineShift{});
  CHECK(gate::shift_by_waiting({}, 0.5) == gate::MachineShift{});
  const gate::MachineShift little = gate::shift_by_waiting(0.0, 0.01);
  CHECK(little.why.empty());
  CHECK(little.head_slower > 0);
}

TEST_CASE("how far an uneven machine may move a session is told where it is worth a word") {
  CHECK(gate::wandered(0).empty());
  CHECK(gate::wandered(0.005).empty());
  CHECK(gate::wandered(0.1).find("23 % apart") != std::string::npos);
}

// AC:all-slower-uneven
TEST_CASE("what an uneven machine did to all it may have done twice as strongly to some") {
  const std::vector<double> slower{0.43, 0.48, 0.51, 0.52};
  const gate::MachineShift shift = gate::shift_in_common(slower, 0.13);
  CHECK(shift.head_slower == doctest::Approx(0.86));
  CHECK(shift.base_slower == 0);
  CHECK(shift.why.find("all 4 benchmarks are slower, by 54 % at least") == 0);
  const gate::MachineShift faster =
      gate::shift_in_common(std::vector<double>{-0.43, -0.48, -0.51, -0.52}, 0.13);
  CHECK(faster.base_slower == doctest::Approx(0.86));
  CHECK(faster.why.find("all 4 benchmarks are faster, by 35 % at least") == 0);
}

TEST_CASE("what not all have in common or an even machine shows is not explained so") {
  const gate::MachineShift nothing;
  CHECK(gate::shift_in_common(std::vector<double>{0.4, 0.5, 0.5, -0.01}, 0.13) == nothing);
  CHECK(gate::shift_in_common(std::vector<double>{0.4, 0.5, 0.5}, 0.13) == nothing);
  CHECK(gate::shift_in_common(std::vector<double>{0.4, 0.5, 0.5, 0.6}, 0) == nothing);
  // More than three times what sessions of it lie apart.
  CHECK(gate::shift_in_common(std::vector<double>{0.4, 0.5, 0.5, 0.6}, 0.05) == nothing);
  CHECK(gate::shift_in_common({}, 0.1) == nothing);
  // A half that is slower shows as much as it is slower by more than the other.
  CHECK(gate::shift_in_common(std::vector<double>{0.01, 0.01, 0.5, 0.5}, 0.13).head_slower ==
        doctest::Approx(0.02));
}
