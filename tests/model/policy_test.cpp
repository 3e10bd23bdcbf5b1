#include "model/policy.hpp"

#include <doctest/doctest.h>

using namespace perfgate;

TEST_CASE("without a file the noise floor is one per cent and more than three fail") {
  const Policy policy;
  CHECK(policy.noise_floor == *Decimal::parse("0.01"));
  CHECK_FALSE(policy.regression_threshold);
  CHECK(policy.regression_fail_threshold == *Decimal::parse("0.03"));
  CHECK(policy.on_missing_baseline == OnState::warn);
  CHECK(policy.origin == "built-in");
}

TEST_CASE("what a policy demands of a headline is found by its name") {
  Policy policy;
  policy.headlines = {{.headline = "comp3", .floor = {}, .ceiling = {}, .target = {}}};
  CHECK(policy.find_headline("comp3") == &policy.headlines[0]);
  CHECK(policy.find_headline("display") == nullptr);
}
