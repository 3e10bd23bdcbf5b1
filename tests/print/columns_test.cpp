#include "print/columns.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace perfgate::print {
namespace {

double sum(const std::vector<double>& widths) {
  return std::accumulate(widths.begin(), widths.end(), 0.0);
}

TEST_CASE("column widths: what fits stays as it is") {
  const std::vector<ColumnNeed> needs{{10, 40, 1}, {10, 60, 0}};
  CHECK(share_width(needs, 100) == std::vector<double>{40, 60});
}

TEST_CASE("column widths: the highest rank is cut first, of it the widest") {
  const std::vector<ColumnNeed> needs{{20, 200, 2}, {20, 80, 2}, {20, 100, 1}, {50, 50, 0}};
  auto widths = share_width(needs, 330);
  REQUIRE(widths);
  CHECK((*widths)[0] == doctest::Approx(100));  // 430 - 330 off the widest alone
  CHECK((*widths)[1] == doctest::Approx(80));
  CHECK((*widths)[2] == doctest::Approx(100));
  CHECK((*widths)[3] == doctest::Approx(50));

  widths = share_width(needs, 250);
  REQUIRE(widths);
  CHECK((*widths)[0] == doctest::Approx(50));  // both cut to the same
  CHECK((*widths)[1] == doctest::Approx(50));
  CHECK((*widths)[2] == doctest::Approx(100));

  widths = share_width(needs, 120);
  REQUIRE(widths);
  CHECK((*widths)[0] == doctest::Approx(20));
  CHECK((*widths)[1] == doctest::Approx(20));
  CHECK((*widths)[2] == doctest::Approx(30));
  CHECK(sum(*widths) == doctest::Approx(120));
}

TEST_CASE("column widths: less than the least is no width") {
  const std::vector<ColumnNeed> needs{{20, 200, 2}, {30, 80, 0}};
  CHECK(!share_width(needs, 49));
  CHECK(share_width(needs, 50) == std::vector<double>{20, 30});
}

}  // namespace
}  // namespace perfgate::print
