#include "gate/machine.hpp"

#include <doctest/doctest.h>

#include <cmath>

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
