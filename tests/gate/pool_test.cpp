#include "gate/pool.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

using test::make_run;

// AC:rolling-pool
TEST_CASE("pooled runs keep each launch of each run apart") {
  const Run a =
      make_run({.launches = 3, .repetitions = 2, .id = "a", .headlines = test::headlines()});
  Run b = make_run({.multiplier = 2, .launches = 2, .id = "b", .headlines = test::headlines(0.5)});
  b.launches = {{.suite = "suite", .wall_seconds = 1}};
  const Run one = pool({a});
  CHECK(one == a);
  const Run both = pool({a, b});
  CHECK(both.id == "a");
  CHECK(both.launches.size() == 1);
  const Values& values = both.benchmarks[0].samples[0].values;
  CHECK(values.size() == 8);
  REQUIRE(values.launch_count() == 5);
  CHECK(values.launches()[2].size() == 2);
  CHECK(values.launches()[3].size() == 1);
  CHECK(values.launches()[3][0] == doctest::Approx(2e-6));
  CHECK(both.headlines[0].values.size() == 16);
}

TEST_CASE("what only another run measured or measured otherwise is not pooled") {
  const Run a = make_run({.scores = {{"sort", 1000}}, .id = "a"});
  Run b = make_run({.id = "b"});
  CHECK(pool({a, b}).benchmarks.size() == 1);
  CHECK(pool({b, a}).benchmarks[1].samples[0].values.size() == 8);
  b.metrics[0].better = Better::higher;
  CHECK(pool({a, b}) == a);

  Run plain = make_run({.id = "p", .headlines = {test::headline("x", "X", "MiB/s", 80)}});
  CHECK(pool({plain, plain}).headlines[0].values.size() == 2);
  Run other = plain;
  other.headlines[0].unit = "GiB/s";
  CHECK(pool({plain, other}).headlines[0].values.empty());
}

}  // namespace
}  // namespace perfgate::gate
