#include "stats/across_runners.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "stats/same_runner.hpp"
#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;
using test::Random;

TEST_CASE("another runner is not taken for a change of code however many values there are") {
  Random random(201);
  for (const int n : {5, 30}) {
    int failed = 0, within = 0;
    for (int round = 0; round < 2000; ++round) {
      const double offset = between_runners * random.normal();
      const Numbers base = test::normal_sample(random, n, 0.005);
      const Numbers head = test::normal_sample(random, n, 0.005, offset);
      failed += decide(across_runners(base, head, {}), {}).verdict == Verdict::fail ? 1 : 0;
      within += decide(same_runner(base, head, Order::sequential, {}), {}).verdict == Verdict::fail
                    ? 1
                    : 0;
    }
    CAPTURE(n);
    CHECK(failed < 40);   // 2 %, less what the noise floor takes
    CHECK(within > 350);  // what a test within the sessions says
  }
}

TEST_CASE("a large change shows across runners and a pass never does") {
  Random random(202);
  const Numbers base = test::normal_sample(random, 10, 0.005);
  CHECK(decide(across_runners(base, test::shifted(base, 0.2), {}), {}).verdict == Verdict::fail);
  CHECK(decide(across_runners(base, test::shifted(base, -0.2), {}), {}).verdict ==
        Verdict::improved);
  const Evidence unchanged = across_runners(base, base, {});
  CHECK(decide(unchanged, {}).verdict == Verdict::inconclusive);
  CHECK(unchanged.doubts.back() == Doubt::assumed_between_runners);
  CHECK(further_values(unchanged, {}, 200) == 200);  // another runner would tell, values would not
  CHECK(smallest_detectable(unchanged, {}) > 0.08);
}

TEST_CASE("both the middle and the fastest must be beyond what runners differ by") {
  const Numbers base{0.00, 0.01, 0.02, 0.01, 0.00, 0.02, 0.01, 0.00};
  Numbers head = test::shifted(base, 0.15);
  CHECK(decide(across_runners(base, head, {}), {}).verdict == Verdict::fail);
  head[3] = 0.05;
  CHECK(decide(across_runners(base, head, {}), {}).verdict == Verdict::inconclusive);
}

TEST_CASE("few values across runners are few values") {
  const Numbers few{0.0, 0.01};
  CHECK(across_runners(few, few, {}) == few_values(few, few, {}));
}

}  // namespace
}  // namespace perfgate::stats
