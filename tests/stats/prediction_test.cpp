#include "stats/prediction.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::stats {
namespace {

TEST_CASE("Student's t is that of the tables") {
  CHECK(t_quantile(0.975, 10) == doctest::Approx(2.228139));
  CHECK(t_quantile(0.95, 4) == doctest::Approx(2.131847));
  CHECK(t_upper_tail(2.228139, 10) == doctest::Approx(0.025).epsilon(1e-5));
}

TEST_CASE("further values lie below the prediction limit as often as it says") {
  test::Random random(9);
  for (const int k : {1, 3}) {
    int below = 0;
    constexpr int rounds = 4000;
    for (int round = 0; round < rounds; ++round) {
      std::vector<double> window;
      for (int i = 0; i < 30; ++i) window.push_back(random.normal());
      double mean = 0;
      for (int i = 0; i < k; ++i) mean += random.normal() / k;
      below += mean <= predict(window, k, 0.95).upper ? 1 : 0;
    }
    CAPTURE(k);
    CHECK(below / static_cast<double>(rounds) > 0.93);
    CHECK(below / static_cast<double>(rounds) < 0.985);
  }
}

TEST_CASE("a window whose middle agrees still knows of its tails") {
  std::vector<double> window(30, 1.0);
  window[3] = 2;
  window[9] = 0.2;
  const Prediction prediction = predict(window, 1, 0.95);
  CHECK(prediction.centre == 1);
  CHECK(prediction.scale > 0.1);
  CHECK(prediction.upper + prediction.lower == doctest::Approx(2));
}

}  // namespace
}  // namespace perfgate::stats
