#include "base/percent.hpp"

#include <doctest/doctest.h>

namespace perfgate {
namespace {

TEST_CASE("percent: a change has its sign and two digits") {
  CHECK(percent(0.123) == "+12.30 %");
  CHECK(percent(-0.032) == "-3.20 %");
  CHECK(percent(0) == "+0.00 %");
  CHECK(percent(-0.00004) == "+0.00 %");
  CHECK(percent(-0.00006) == "-0.01 %");
}

TEST_CASE("percent: a share has the digits that its size deserves, and more where asked") {
  CHECK(percent_of(0.0004) == "0.04 %");
  CHECK(percent_of(0.03) == "3.0 %");
  CHECK(percent_of(0.25) == "25 %");
  CHECK(percent_of(0.0302, 1) == "3.02 %");
}

TEST_CASE("percent: what was written keeps its digits") {
  CHECK(percent_as_written(0.125) == "12.5 %");
  CHECK(percent_as_written(0.1) == "10 %");
}

}  // namespace
}  // namespace perfgate
