#include "config/precedence.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "config/policy.hpp"
#include "config/project.hpp"

using namespace perfgate;
using namespace perfgate::config;

namespace {

std::vector<Override> overrides(const std::vector<Variable>& environment) {
  const auto result = overrides_from(environment);
  if (!result) FAIL(result.error().message);
  return *result;
}

Result<Policy> policy_with(std::string_view toml, const std::vector<Override>& given) {
  TRY(Node tree, parse_toml(toml, "thresholds.toml"));
  CHECKED(apply(tree, Source::policy, given));
  return policy_from(tree, PolicyOrigin::file, "thresholds.toml");
}

}  // namespace

// AC:precedence
TEST_CASE("a variable wins over the file and a flag wins over the variable") {
  const std::string_view file = "[gate]\nconfidence = 0.9\nmin_samples = 3\n";
  CHECK(policy_with(file, {})->confidence == 0.9);
  auto given = overrides({{"PERFGATE_CONFIDENCE", "0.99"}, {"HOME", "/root"}});
  CHECK(policy_with(file, given)->confidence == 0.99);
  CHECK(policy_with(file, given)->min_samples == 3);
  given.push_back({.key = "gate.confidence", .value = "0.8", .origin = "--confidence"});
  CHECK(policy_with(file, given)->confidence == 0.8);
  CHECK(policy_with("", given)->confidence == 0.8);
}

// AC:precedence-variables
TEST_CASE("every scalar key has a variable of its own that the readers understand") {
  std::set<std::string_view> keys, variables;
  for (const Setting& setting : settings()) {
    CAPTURE(setting.key);
    CHECK(keys.insert(setting.key).second);
    CHECK(variables.insert(setting.variable).second);
    std::string value = setting.kind == Setting::Kind::boolean          ? "true"
                        : setting.kind == Setting::Kind::number_or_text ? "1"
                        : setting.key.starts_with("gate.on_")           ? "fail"
                        : setting.key == "gate.host_class"              ? "arch, cores,"
                                                                        : "text";
    if (setting.key == "gate.confidence") value = "0.9";
    if (setting.key == "gate.advisory") value = "always";
    if (setting.key.ends_with(".roles")) value = "OWNER, write";
    const auto given = overrides({{std::string(setting.variable), value}});
    REQUIRE(given.size() == 1);
    CHECK(given[0].key == setting.key);
    Node policy, project;
    REQUIRE(apply(policy, Source::policy, given));
    REQUIRE(apply(project, Source::project, given));
    CHECK(policy.members.size() == (setting.source == Source::policy ? 1 : 0));
    CHECK(project.members.size() == (setting.source == Source::project ? 1 : 0));
    const auto read_policy = policy_from(policy, PolicyOrigin::built_in, "built-in");
    if (!read_policy) FAIL(read_policy.error().message);
    const auto read_project = project_from(project, "built-in");
    if (!read_project) FAIL(read_project.error().message);
  }
}

TEST_CASE("a headline's limit has a variable and replaces the file's in whatever unit") {
  const auto given = overrides({{"PERFGATE_DISPLAY_MIN_GIBS", "1.5"}});
  const auto policy = policy_with(
      "[performance_floors]\ndisplay_min_mibs = 80\n[enterprise_targets]\ndisplay_target_gibs = "
      "4\n",
      given);
  REQUIRE(policy);
  const HeadlineRule& display = *policy->find_headline("display");
  CHECK(display.floor->written == "1.5 GiB/s");
  CHECK(display.floor->origin == "PERFGATE_DISPLAY_MIN_GIBS");
  CHECK(display.target->written == "4 GiB/s");
}

TEST_CASE("an unknown variable is an error that names the nearest") {
  auto result = overrides_from(std::vector<Variable>{{"PERFGATE_CONFIDENC", "1"}});
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::config);
  CHECK(result.error().message == "unknown environment variable `PERFGATE_CONFIDENC`");
  CHECK(result.error().hint == "did you mean `PERFGATE_CONFIDENCE`?");
  result = overrides_from(std::vector<Variable>{{"PERFGATE_X_MIN_PARSECS_AND_MORE", "1"}});
  REQUIRE_FALSE(result);
  CHECK(result.error().hint.find("perfgate config --origin") != std::string::npos);
}

TEST_CASE("reserved and empty and foreign variables are not looked at") {
  CHECK(overrides({{"PERFGATE_BINARY", "x"},
                   {"PERFGATE_FULL", "1"},
                   {"PERFGATE_SOURCE_DIR", "x"},
                   {"PERFGATE_ACCEPT", "1"},
                   {"PERFGATE_SUITE_SLOWER", "9"},
                   {"PERFGATE_CONFIDENCE", ""},
                   {"PATH", "/bin"}})
            .empty());
}

TEST_CASE("a bad value of a variable is told with the variable's name") {
  auto policy = policy_with("", overrides({{"PERFGATE_CONFIDENCE", "high"}}));
  REQUIRE_FALSE(policy);
  CHECK(
      policy.error().message ==
      "PERFGATE_CONFIDENCE: `confidence` expects a number from 0.5 to 0.99999, but is `\"high\"`");
  policy = policy_with("", overrides({{"PERFGATE_EXPECT_BASELINE", "yes"}}));
  REQUIRE_FALSE(policy);
  CHECK(policy.error().code == Code::config);
  CHECK(policy.error().message ==
        "PERFGATE_EXPECT_BASELINE: `gate.expect_baseline` expects true or false, but is `yes`");
  CHECK(policy_with("", overrides({{"PERFGATE_EXPECT_BASELINE", "0"}}))->expect_baseline == false);
  // A file that is wrong where the variable points stays wrong.
  CHECK_FALSE(policy_with("gate = 1", overrides({{"PERFGATE_CONFIDENCE", "0.9"}})));
}

TEST_CASE("a flag's or variable's value for the command itself is found") {
  const auto given = overrides({{"PERFGATE_CONFIG", "ci.toml"}});
  CHECK(command_value("config", given) == "ci.toml");
  CHECK(command_value("out", given) == "");
}

// AC:config-origin
TEST_CASE("every value is listed with where it came from") {
  Node tree = *parse_toml(
      "[performance_floors]\ndisplay_min_mibs = 80\n[[rule]]\nwarn = [\"5 %\", \"1 ns\"]\n"
      "[gate]\non_inconclusive = \"fail\"\naliases = { a = \"b\" }\n",
      "thresholds.toml");
  REQUIRE(apply(tree, Source::policy, overrides({{"PERFGATE_MIN_SAMPLES", "9"}})));
  const auto list = origins(tree, Source::policy);
  const auto has = [&](const Origin& origin) {
    return std::ranges::find(list, origin) != list.end();
  };
  CHECK(has({"performance_floors.display_min_mibs", "80", "thresholds.toml:2"}));
  CHECK(has({"rule.1.warn", "[\"5 %\", \"1 ns\"]", "thresholds.toml:4"}));
  CHECK(has({"gate.on_inconclusive", "\"fail\"", "thresholds.toml:6"}));
  CHECK(has({"gate.aliases.a", "\"b\"", "thresholds.toml:7"}));
  CHECK(has({"gate.min_samples", "9", "PERFGATE_MIN_SAMPLES"}));
  CHECK(has({"gate.confidence", "0.95", "built-in"}));
  CHECK_FALSE(has({"store.url", "dir:.perfgate", "built-in"}));
  CHECK(list.size() == 5 + 43 - 2);  // what is given, and every other setting of a policy
}

TEST_CASE("the defaults that are listed are those that hold") {
  const Policy policy = *policy_with("", {});
  Node tree;
  std::vector<Override> given;
  for (const Setting& setting : settings())
    if (setting.source == Source::policy && !setting.default_value.empty() &&
        setting.key != "performance_floors.regression_fail_threshold" &&
        setting.kind != Setting::Kind::list) {
      std::string value(setting.default_value);
      std::erase(value, '"');
      given.push_back({.key = std::string(setting.key), .value = value, .origin = "default"});
    }
  const Policy listed = *policy_with("", given);
  CHECK(listed.regression_threshold == policy.regression_threshold);
  CHECK(listed.regression_fail_threshold == policy.regression_fail_threshold);
  CHECK(listed.noise_floor == policy.noise_floor);
  CHECK(listed.confidence == policy.confidence);
  CHECK(listed.min_samples == policy.min_samples);
  CHECK(listed.on_inconclusive == policy.on_inconclusive);
  CHECK(listed.by_turns == policy.by_turns);
  CHECK(listed.on_missing_baseline == policy.on_missing_baseline);
  CHECK(listed.on_not_comparable == policy.on_not_comparable);
  CHECK(listed.expect_baseline == policy.expect_baseline);
  CHECK(listed.promotion.min_runs == policy.promotion.min_runs);
  CHECK(listed.promotion.min_samples == policy.promotion.min_samples);
  CHECK(listed.automation.benchmark_timeout_minutes == policy.automation.benchmark_timeout_minutes);
}
