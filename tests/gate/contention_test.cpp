#include "gate/contention.hpp"

#include <doctest/doctest.h>

#include "gate/judge.hpp"
#include "support/factory.hpp"

using namespace perfgate;

namespace {

Launch launch(double wall, std::optional<double> waited) {
  Launch one{.suite = "s", .wall_seconds = wall};
  one.cpu_wait_seconds = waited;
  return one;
}

Comparison change(double low, double high) {
  Comparison comparison;
  comparison.low = low;
  comparison.high = high;
  return comparison;
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
  Comparison slower = change(0.9, 1.1);
  gate::allow_for_contention(slower, Better::lower, 0.0, 0.5);
  CHECK(slower.low == doctest::Approx(-0.05));
  CHECK(slower.high == 1.1);
  REQUIRE(slower.doubts.size() == 1);
  CHECK(slower.doubts[0].find("50 % of the time") != std::string::npos);

  Comparison rate = change(-0.5, -0.4);
  gate::allow_for_contention(rate, Better::higher, 0.0, 0.5);
  CHECK(rate.low == -0.5);
  CHECK(rate.high == doctest::Approx(0.2));
}

TEST_CASE("a baseline that waited more may hide a regression") {
  Comparison same = change(-0.01, 0.01);
  gate::allow_for_contention(same, Better::lower, 0.5, 0.0);
  CHECK(same.low == -0.01);
  CHECK(same.high == doctest::Approx(1.02));
}

TEST_CASE("what both sides waited alike changes nothing") {
  Comparison same = change(-0.01, 0.01);
  gate::allow_for_contention(same, Better::lower, 0.5, 0.5);
  gate::allow_for_contention(same, Better::lower, {}, 0.5);
  CHECK(same == change(-0.01, 0.01));
}
