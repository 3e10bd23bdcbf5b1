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

TEST_CASE("percent: a share has the digits that its size deserves") {
  CHECK(percent_of(0.0004) == "0.04 %");
  CHECK(percent_of(0.03) == "3.0 %");
  CHECK(percent_of(0.25) == "25 %");
}

TEST_CASE("percent: two that are close are told apart by more digits") {
  CHECK(percents_apart(0.03, 0.0302) == std::pair<std::string, std::string>("3.00 %", "3.02 %"));
  CHECK(percents_apart(0.03, 0.05) == std::pair<std::string, std::string>("3.0 %", "5.0 %"));
  CHECK(percents_apart(0.03, 0.03) == std::pair<std::string, std::string>("3.0000 %", "3.0000 %"));
}

TEST_CASE("percent: what was written keeps its digits") {
  CHECK(percent_as_written(0.125) == "12.5 %");
  CHECK(percent_as_written(0.1) == "10 %");
}

}  // namespace
}  // namespace perfgate
