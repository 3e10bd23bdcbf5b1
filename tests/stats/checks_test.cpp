#include "stats/checks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "stats/samples.hpp"

namespace perfgate::stats {
namespace {

using Numbers = std::vector<double>;

TEST_CASE("a trend is significant and noise is not") {
  // By hand: score 21 of 7 values, variance 7 * 6 * 19 / 18 = 44.33, z = 20 / 6.658.
  CHECK(trend_p(Numbers{1, 2, 3, 4, 5, 6, 7}) == doctest::Approx(0.002667).epsilon(1e-3));
  CHECK(trend_p(Numbers{7, 6, 5, 4, 3, 2, 1}) == trend_p(Numbers{1, 2, 3, 4, 5, 6, 7}));
  CHECK(trend_p(Numbers{2, 2, 2, 2, 2}) == 1);
  CHECK(trend_p(Numbers{1, 2, 3}) == 1);
  test::Random random(5);
  int found = 0;
  for (int round = 0; round < 2000; ++round)
    found += trend_p(test::normal_sample(random, 12, 1)) < 0.05 ? 1 : 0;
  CHECK(found > 40);
  CHECK(found < 120);
}

/// The share from the definition: pairs of before and after, counted at every place.
double onset_by_pairs(const Numbers& first, const Numbers& next) {
  Numbers all = first;
  all.insert(all.end(), next.begin(), next.end());
  double largest = 0, border = 0;
  for (std::size_t place = 1; place < all.size(); ++place) {
    double rises = 0;
    for (std::size_t i = 0; i < place; ++i)
      for (std::size_t k = place; k < all.size(); ++k)
        rises += all[k] > all[i] ? 1 : all[k] < all[i] ? -1 : 0;
    largest = std::max(largest, rises);
    if (place == first.size()) border = rises;
  }
  return largest > 0 ? border / largest : 0;
}

// AC:stats-enumeration
TEST_CASE("the onset of a change agrees with counting all pairs with and without ties") {
  test::Random random(6);
  for (int round = 0; round < 200; ++round) {
    Numbers x = test::normal_sample(random, 3 + round % 7, 1);
    Numbers y = test::normal_sample(random, 3 + round % 5, 1, 0.5);
    if (round % 2 == 1)
      for (Numbers* side : {&x, &y})
        for (double& value : *side) value = std::round(2 * value);
    CHECK(onset_share(x, y) == doctest::Approx(onset_by_pairs(x, y)).epsilon(1e-12));
  }
}

TEST_CASE("a rise that begins between the sides has its onset there") {
  CHECK(onset_share(Numbers{1, 2, 1, 2}, Numbers{5, 6, 5, 6}) == 1);
  CHECK(onset_share(Numbers{1, 2, 5, 6, 5, 6, 5, 6}, Numbers{5.5, 6.5}) < 0.6);
  CHECK(onset_share(Numbers{5, 6}, Numbers{1, 2}) == 0);
  CHECK(onset_share(Numbers{1, 1}, Numbers{1, 1}) == 0);
}

TEST_CASE("the step at the border looks at the values beside it alone") {
  CHECK(step_at_border(Numbers{1, 2, 3, 4, 5, 6, 7, 9}, Numbers{10, 12, 30, 40, 50, 60, 70, 80}) ==
        3);
  CHECK(step_at_border(Numbers{1, 2, 4}, Numbers{6, 6}) == 3);
}

TEST_CASE("a coarse timer shows its step and a fine one none") {
  CHECK(timer_step(Numbers{10, 10, 20, 20, 10}, Numbers{20, 20, 30, 30, 20}) == 10);
  CHECK(timer_step(Numbers{10.1, 10.2, 10.15}, Numbers{20, 21, 22}) == 0);
  CHECK(timer_step(Numbers{10, 10, 10}, Numbers{20, 20, 20}) == 0);
}

}  // namespace
}  // namespace perfgate::stats
