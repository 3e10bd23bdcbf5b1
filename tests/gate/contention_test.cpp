#include "gate/contention.hpp"

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
  const std::string doubt = gate::allow_for_contention(slower, 0.0, 0.5);
  CHECK(std::expm1(slower.low) == doctest::Approx(-0.05));
  CHECK(slower.worse_by == slower.low);
  CHECK(slower.high == std::log1p(1.1));
  CHECK(doubt.find("50 % of the time") != std::string::npos);
  CHECK(doubt.find("while this run was measured") != std::string::npos);
}

TEST_CASE("a baseline that waited more may hide a regression") {
  stats::Evidence same = change(-0.01, 0.01);
  const std::string doubt = gate::allow_for_contention(same, 0.5, 0.0);
  CHECK(same.low == std::log1p(-0.01));
  CHECK(std::expm1(same.high) == doctest::Approx(1.02));
  CHECK(same.better_by == same.high);
  CHECK(doubt.find("while the baseline was measured") != std::string::npos);
}

TEST_CASE("what both sides waited alike changes nothing and a little is allowed for in silence") {
  stats::Evidence same = change(-0.01, 0.01);
  CHECK(gate::allow_for_contention(same, 0.5, 0.5).empty());
  CHECK(gate::allow_for_contention(same, {}, 0.5).empty());
  CHECK(same == change(-0.01, 0.01));
  CHECK(gate::allow_for_contention(same, 0.0, 0.01).empty());
  CHECK(same.low < std::log1p(-0.01));
}
