#include "print/curve.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace perfgate::print {
namespace {

TEST_CASE("curve: of many values the extremes and the ends stay") {
  std::vector<Point> points;
  for (int i = 0; i < 20'000; ++i)
    points.push_back({i * 0.02, i == 7777 ? 500.0 : i == 12345 ? -500.0 : std::sin(i * 0.1)});
  const std::vector<Point> kept = thinned(points);
  CHECK(kept.size() <= 4 * 801);
  CHECK(kept.front().x == points.front().x);
  CHECK(kept.back().x == points.back().x);
  CHECK(std::ranges::any_of(kept, [](const Point& p) { return p.y == 500.0; }));
  CHECK(std::ranges::any_of(kept, [](const Point& p) { return p.y == -500.0; }));
  CHECK(std::ranges::is_sorted(kept, {}, &Point::x));
}

TEST_CASE("curve: few values all stay") {
  const std::vector<Point> points{{0, 1}, {3, 2}, {6, 1.5}};
  CHECK(thinned(points).size() == 3);
  CHECK(thinned({}).empty());
}

}  // namespace
}  // namespace perfgate::print
