#include "config/policy.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include "paths.hpp"

using namespace perfgate;
using namespace perfgate::config;

namespace {

Policy policy_of(std::string_view toml) {
  const auto policy = read_policy(toml, "thresholds.toml");
  if (!policy) FAIL(policy.error().message);
  return *policy;
}

Error refused_policy(std::string_view toml) {
  CAPTURE(toml);
  const auto policy = read_policy(toml, "thresholds.toml");
  REQUIRE_FALSE(policy);
  CHECK(policy.error().code == Code::config);
  return policy.error();
}

Decimal dec(std::string_view text) { return *Decimal::parse(text); }

}  // namespace

// AC:policy-as-shipped
TEST_CASE("the shipped thresholds are read as they stand") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/config/thresholds.toml");
  std::stringstream text;
  text << file.rdbuf();
  const Policy policy = policy_of(text.str());
  CHECK(policy.regression_threshold == dec("0.05"));
  CHECK(policy.regression_fail_threshold == dec("0.1"));
  CHECK(policy.safety_margin_multiplier == dec("10"));
  CHECK(policy.automation.benchmark_timeout_minutes == 30);
  CHECK(policy.automation.pr_comment_enabled);
  REQUIRE(policy.headlines.size() == 2);
  const HeadlineRule& comp3 = *policy.find_headline("comp3");
  CHECK(comp3.floor->value == 40 * 1048576);
  CHECK(comp3.target->written == "500 MiB/s");
  const HeadlineRule& display = *policy.find_headline("display");
  CHECK(display.floor->value == 80 * 1048576);  // MiB/s, not MB/s: the suffix rules
  CHECK(display.floor->written == "80 MiB/s");
  CHECK(display.floor->origin == "thresholds.toml:4");
  CHECK(display.floor->unit == find_unit("MiB/s"));
  CHECK(display.target->value == dec("4") * 1073741824);
  CHECK_FALSE(display.ceiling);
  CHECK(policy.origin == "thresholds.toml");
}

// AC:policy-headline-keys
TEST_CASE("a headline's limit takes its unit from the end of its key") {
  const Policy policy = policy_of(
      "[performance_floors]\nstart_up_max_ms = 20\nstart_up_target_us = 5000\na_min_mbs = 1.5\n"
      "[enterprise_targets]\nz_min_gib = 0.1\nx_max_min = 2\n");
  CHECK(policy.find_headline("start_up")->ceiling->value == dec("0.02"));
  CHECK(policy.find_headline("start_up")->target->value == dec("0.005"));
  CHECK(policy.find_headline("a")->floor->value == 1'500'000);
  CHECK(policy.find_headline("z")->floor->value == dec("0.1") * 1073741824);
  CHECK(policy.find_headline("x")->ceiling->value == 120);  // minutes
}

TEST_CASE("the fail threshold is twice the warn threshold unless it is given") {
  CHECK(policy_of("").regression_threshold == dec("0.05"));
  CHECK(policy_of("").regression_fail_threshold == dec("0.1"));
  const Policy given = policy_of(
      "[performance_floors]\nregression_threshold = \"2 %\"\nregression_fail_threshold = 0.03\n");
  CHECK(given.regression_threshold == dec("0.02"));
  CHECK(given.regression_fail_threshold == dec("0.03"));
  CHECK_FALSE(policy_of("[performance_floors]\nregression_fail_threshold = \"never\"\n")
                  .regression_fail_threshold);
}

TEST_CASE("without a file the built-in policy holds until a threshold is given") {
  const Policy policy = *policy_from(Node(), PolicyOrigin::built_in, "built-in");
  CHECK_FALSE(policy.regression_threshold);
  CHECK(policy.regression_fail_threshold == dec("0.03"));
}

TEST_CASE("every section is read") {
  const Policy policy = policy_of(R"(
[gate]
on_missing_baseline = "fail"
on_inconclusive = "pass"
on_not_comparable = "warn"
noise_floor = "0.5 %"
confidence = 0.99
min_samples = 7
expected = ["bundled/*", "other/x"]
expect_baseline = true
host_class = ["cpu_model", "arch"]
[gate.aliases]
"bundled/old" = "bundled/new"
[promotion]
branches = ["main", "release/*"]
min_runs = 3
min_samples = 10
[automation]
benchmark_timeout_minutes = 0.5
pr_comment_enabled = false
baseline_promotion_enabled = false
audit_generation_enabled = false
[retention]
months = 24
legal_hold = "case 7"
)");
  CHECK(policy.on_missing_baseline == OnState::fail);
  CHECK(policy.on_inconclusive == OnState::pass);
  CHECK(policy.on_not_comparable == OnState::warn);
  CHECK(policy.noise_floor == dec("0.005"));
  CHECK(policy.confidence == 0.99);
  CHECK(policy.min_samples == 7);
  CHECK(policy.expected == std::vector<std::string>{"bundled/*", "other/x"});
  CHECK(policy.expect_baseline);
  CHECK(policy.host_class == std::vector<std::string>{"cpu_model", "arch"});
  CHECK(policy.aliases.at("bundled/old") == "bundled/new");
  CHECK(policy.promotion.branches.back() == "release/*");
  CHECK(policy.promotion.min_runs == 3);
  CHECK(policy.promotion.min_samples == 10);
  CHECK(policy.automation.benchmark_timeout_minutes == dec("0.5"));
  CHECK_FALSE(policy.automation.pr_comment_enabled);
  CHECK_FALSE(policy.automation.baseline_promotion_enabled);
  CHECK(policy.retention.months == 24);
  CHECK(policy.retention.legal_hold == "case 7");
  CHECK_FALSE(policy.automation.audit_generation_enabled);
}

// AC:policy-rules
TEST_CASE("a rule has globs and limits and bands") {
  const Policy policy = policy_of(R"(
[[rule]]
benchmark = "decode/*"
metric = "throughput"
floor = "80 MB/s"
target = " 4.22 GiB/s "
warn = 0.02
better = "higher"
[[rule]]
suite = "io"
warn = ["5 %", "500 ns"]
fail = "10 %"
ceiling = "1,000 ns"
[[rule]]
warn = "100 us"
[[rule]]
fail = "never"
)");
  REQUIRE(policy.rules.size() == 4);
  const Rule& first = policy.rules[0];
  CHECK(first.suite == "*");
  CHECK(first.benchmark == "decode/*");
  CHECK(first.metric == "throughput");
  CHECK(first.floor->value == 80'000'000);
  CHECK(first.floor->written == "80 MB/s");
  CHECK(first.floor->origin == "thresholds.toml:5");
  CHECK(first.target->written == "4.22 GiB/s");
  CHECK(first.bands->warn == dec("0.02"));
  CHECK(first.bands->fail == dec("0.04"));
  CHECK(first.better == Better::higher);
  CHECK(first.origin == "thresholds.toml:2");
  const Rule& second = policy.rules[1];
  CHECK(second.suite == "io");
  CHECK(second.bands->warn == dec("0.05"));
  CHECK(second.bands->warn_absolute->value == dec("5e-7"));
  CHECK(second.bands->fail == dec("0.1"));
  CHECK_FALSE(second.bands->fail_absolute);
  CHECK(second.ceiling->value == dec("1e-6"));
  CHECK(policy.rules[2].bands->fail_absolute->value == dec("2e-4"));
  CHECK(policy.rules[2].bands->fail_absolute->written == "twice 100 us");
  CHECK_FALSE(policy.rules[3].bands->fail);
  CHECK_FALSE(policy.rules[3].bands->warn);
}

// AC:policy-unknown-key
TEST_CASE("an unknown key is an error that names the nearest known key and the line") {
  Error error = refused_policy("[performance_floors]\n\nregresion_threshold = 0.05\n");
  CHECK(error.message ==
        "thresholds.toml:3: unknown key `regresion_threshold` in [performance_floors]");
  CHECK(error.hint == "did you mean `regression_threshold`?");
  error = refused_policy("[gates]\nconfidence = 0.9\n");
  CHECK(error.message == "thresholds.toml:1: unknown key `gates`");
  CHECK(error.hint == "did you mean `gate`?");
  error = refused_policy("[automation]\nfoo = 1\n");
  CHECK(error.hint.find("known keys: benchmark_timeout_minutes, ") == 0);
  CHECK(refused_policy("[[rule]]\nflor = \"80 MB/s\"\n").message ==
        "thresholds.toml:2: unknown key `flor` in [[rule]] 1");
  CHECK(refused_policy("[promotion]\nbranch = []\n").hint == "did you mean `branches`?");
  CHECK(refused_policy("[gate]\nmin_sample = 3\n").hint == "did you mean `min_samples`?");
  CHECK(refused_policy("[enterprise_targets]\nsafety_margin = 3\n").code == Code::config);
}

TEST_CASE("an unknown unit suffix is explained") {
  const Error error = refused_policy("[performance_floors]\ndisplay_min_mibps = 80\n");
  CHECK(error.message ==
        "thresholds.toml:2: unknown key `display_min_mibps`: `mibps` is no unit's suffix; did you "
        "mean `display_min_mibs`?");
  CHECK(error.hint.find("mibs (MiB/s)") != std::string::npos);
  CHECK(refused_policy("[performance_floors]\ndisplay_min_parsecs = 80\n")
            .message.ends_with("`parsecs` is no unit's suffix"));
  CHECK(refused_policy("[performance_floors]\n\"dis-play_min_mibs\" = 80\n").message.find("`-`") !=
        std::string::npos);
}

// AC:policy-finite-limits
TEST_CASE("a limit must be a finite number that is not negative") {
  for (const char* value : {"nan", "inf", "-inf", "-1", "-0.5", "true", "\"80 MiB/s\"", "[80]"}) {
    const Error error =
        refused_policy(std::string("[performance_floors]\ndisplay_min_mibs = ") + value + "\n");
    CHECK(
        error.message.find("thresholds.toml:2: `display_min_mibs` expects a finite number that is "
                           "not negative, in MiB/s, but is") == 0);
    CHECK(error.hint == "the unit stands in the key; write the number alone");
  }
  for (const char* value : {"nan", "inf", "-0.1", "\"often\"", "\"5 ns\"", "true"})
    CHECK(
        refused_policy(std::string("[performance_floors]\nregression_threshold = ") + value + "\n")
            .message.find("expects a share such as 0.05 or \"5 %\"") != std::string::npos);
  const Error five = refused_policy("[performance_floors]\nregression_threshold = 5\n");
  CHECK(five.hint == "5 would be 500 %; write \"5 %\" or 0.05");
  CHECK(
      refused_policy("[[rule]]\nfloor = \"-80 MB/s\"\n").message ==
      "thresholds.toml:2: `floor` expects a quantity that is not negative, but is `\"-80 MB/s\"`");
}

TEST_CASE("a value of the wrong type or unit says what was expected") {
  Error error = refused_policy("[[rule]]\nfloor = 80\n");
  CHECK(error.message == "thresholds.toml:2: `floor` expects a quantity as text, but is `80`");
  CHECK(error.hint.find("floor = \"80 MiB/s\"") != std::string::npos);
  error = refused_policy("[[rule]]\nfloor = \"80 Mb/s\"\n");
  CHECK(error.message.find(
            "thresholds.toml:2: `floor`: `80 Mb/s`: the unit `Mb/s` would be bits") == 0);
  for (const char* band : {"5", "-0.1", "nan", "\"soon\"", "[0.1, 0.2]", "[]", "true", "\"-5 ns\"",
                           "[\"1 ns\", \"2 ns\"]"})
    CHECK(refused_policy(std::string("[[rule]]\nwarn = ") + band + "\n")
              .message.find("`warn` expects a share (0.05 or \"5 %\"), a quantity") !=
          std::string::npos);
  CHECK(refused_policy("[[rule]]\nwarn = 5\n").hint == "a number is a share: 0.05 is 5 %");
  CHECK(refused_policy("[[rule]]\nbetter = \"bigger\"\n").message ==
        "thresholds.toml:2: `better` expects one of lower, higher, unknown, but is `\"bigger\"`");
  CHECK(refused_policy("[gate]\non_inconclusive = \"wran\"\n").hint == "did you mean \"warn\"?");
  CHECK(refused_policy("[gate]\non_inconclusive = 1\n").hint == "");
  CHECK(refused_policy("[gate]\nconfidence = 95\n").message ==
        "thresholds.toml:2: `confidence` expects a number from 0.5 to 0.99999, but is `95`");
  CHECK(refused_policy("[gate]\nmin_samples = 2.5\n").message ==
        "thresholds.toml:2: `min_samples` expects a whole number from 1 to 1000000, but is `2.5`");
  CHECK(refused_policy("[gate]\nexpected = \"x\"\n").hint == "write expected = [\"one\", \"two\"]");
  CHECK(refused_policy("[gate]\nexpected = [1]\n").message ==
        "thresholds.toml:2: `expected` expects a list of texts, but is `[1]`");
  CHECK(refused_policy("[gate]\nhost_class = [\"cpu\"]\n")
            .message.find("no field of the fingerprint") != std::string::npos);
  CHECK(refused_policy("[gate]\nhost_class = [\"core\"]\n")
            .message.ends_with("did you mean `cores`?"));
  CHECK(refused_policy("[gate]\naliases = 1\n").hint.find("[aliases]") != std::string::npos);
  CHECK(refused_policy("[gate.aliases]\na = \"a\"\n").message.find("the alias of `a` expects") !=
        std::string::npos);
  CHECK(refused_policy("[automation]\npr_comment_enabled = \"yes\"\n").message ==
        "thresholds.toml:2: `pr_comment_enabled` expects true or false, but is `\"yes\"`");
  CHECK(refused_policy("[automation]\nbenchmark_timeout_minutes = 0\n").code == Code::config);
  CHECK(refused_policy("[[rule]]\nsuite = \"\"\n").hint == "write text in quotes");
  CHECK(refused_policy("rule = 1\n").hint == "begin each with [[rule]] on a line of its own");
  CHECK(refused_policy("rule = [1]\n").message ==
        "thresholds.toml:1: `rule` expects a list of tables");
  CHECK(refused_policy("gate = 2026-11-20\n").message ==
        "thresholds.toml:1: `gate` expects a table, but is `2026-11-20`");
}

// AC:policy-contradictions
TEST_CASE("limits that contradict each other are refused") {
  Error error = refused_policy("[performance_floors]\nx_min_mibs = 100\nx_max_mibs = 50\n");
  CHECK(
      error.message ==
      "thresholds.toml:3: the floor of headline `x`, 100 MiB/s, lies above its ceiling, 50 MiB/s");
  CHECK(error.hint.find("MB and MiB") != std::string::npos);
  // The floor is 83.9 MB/s, though its number is the smaller one.
  error = refused_policy("[[rule]]\nfloor = \"80 MiB/s\"\nceiling = \"81 MB/s\"\n");
  CHECK(error.message ==
        "thresholds.toml:1: the floor of [[rule]] 1, 80 MiB/s, lies above its ceiling, 81 MB/s");
  CHECK(refused_policy("[[rule]]\nfloor = \"80 MiB/s\"\nceiling = \"500 ns\"\n")
            .message.ends_with("these are of different kinds"));
  CHECK(refused_policy(
            "[performance_floors]\nx_min_mibs = 100\n[enterprise_targets]\nx_target_mibs = 99\n")
            .message.find("thresholds.toml:4: the floor of headline `x`") == 0);
  CHECK(refused_policy("[performance_floors]\nx_max_ms = 1\nx_target_ms = 2\n")
            .message.find("the target of headline `x`, 2 ms, lies above its ceiling, 1 ms") !=
        std::string::npos);
  error = refused_policy("[performance_floors]\nx_min_mibs = 1\nx_min_gibs = 1\n");
  CHECK(error.message ==
        "thresholds.toml:3: `x_min_gibs`: this limit of `x` is given twice, here as 1 GiB/s and at "
        "thresholds.toml:2 as 1 MiB/s");
  CHECK(refused_policy("[performance_floors]\nregression_fail_threshold = 0.01\n").message ==
        "thresholds.toml:2: `regression_threshold`, 0.05, lies above `regression_fail_threshold`, "
        "0.01");
  CHECK(refused_policy("[[rule]]\nwarn = 0.1\nfail = 0.05\n").message ==
        "thresholds.toml:2: `warn`, 0.1, lies above `fail`, 0.05");
  CHECK(refused_policy("[[rule]]\nwarn = \"2 us\"\nfail = \"500 ns\"\n").message ==
        "thresholds.toml:2: `warn`, 2 us, lies above `fail`, 500 ns");
  CHECK(refused_policy("[[rule]]\nwarn = \"2 us\"\nfail = \"500 B\"\n")
            .message.find("thresholds.toml:3: `warn` is 2 us and `fail` is 500 B") == 0);
}

TEST_CASE("all mistakes of a file are told at once in the order of its lines") {
  const Error error =
      refused_policy("[gate]\nfoo = 1\nconfidence = 2\n[performance_floors]\nx_min_mibs = nan\n");
  CHECK(error.message.find("thresholds.toml:2: unknown key `foo`") == 0);
  CHECK(error.message.find("\nthresholds.toml:3: `confidence`") != std::string::npos);
  CHECK(error.message.find("\nthresholds.toml:5: `x_min_mibs`") != std::string::npos);
}

TEST_CASE("letters beyond ASCII stand within quotes and comments only") {
  CHECK(refused_policy("\né = 1\n").message ==
        "thresholds.toml:2: the character `é` may only stand within quotes or a comment");
  CHECK(refused_policy("a = \"é\" é\n").message.find("`é`") != std::string::npos);
  CHECK(refused_policy("a = \"\\é\"\n").message.find("`é`") != std::string::npos);
  CHECK(refused_policy("a = \"\"\"x\\\n  é\"\"\"\n").message.find("thresholds.toml:2: ") == 0);
  CHECK(refused_policy("a = \"b\né\"\n").message.find("thresholds.toml:2: ") == 0);
  CHECK(read_policy(
      "# é\n[[rule]] # \" é\nsuite = \"é\\\"é\"\nbenchmark = 'é\\'\nmetric = \"\"\"é\"\né\"\"\"\n",
      "x"));
  CHECK(read_policy("[[rule]]\nsuite = \'\'\'é'\né\'\'\'\nmetric = \"\"\"a\\\n  b é\"\"\" # é\n",
                    "x"));
  CHECK(refused_policy("a = \"\\").message.find("thresholds.toml:1: ") == 0);
  CHECK(refused_policy("a = 1\nb = 0\"é\"\n").message.find("thresholds.toml:2: ") == 0);
  // Several lines may end with one or two quotes of their own, and no more.
  CHECK(read_policy("[[rule]]\nsuite = \"\"\"é\"\"\"\"\nmetric = '''é'''''\n", "x"));
  CHECK(refused_policy("a = \"\"\"b\"\"\"\"µ\"\n").message.find("`µ`") != std::string::npos);
  CHECK(refused_policy("a = '''b'''''µ'\n").message.find("`µ`") != std::string::npos);
}

TEST_CASE("what is not TOML is refused with its line") {
  Error error = refused_policy("[gate]\nconfidence = \n");
  CHECK(error.message.find("thresholds.toml:2: ") == 0);
  CHECK(error.hint.find("toml.io") != std::string::npos);
  CHECK(refused_policy("[gate]\nconfidence = 0.9\nconfidence = 0.8\n")
            .message.find("thresholds.toml:3: ") == 0);
  CHECK(refused_policy("[gate]\n\n[=]\nx = 1\n").message.find("thresholds.toml:3: ") == 0);
  CHECK(refused_policy("[\x1e").message.find("thresholds.toml:1: ") == 0);
  CHECK(refused_policy("a = \"\xff\"\n").message.find("thresholds.toml:1: ") == 0);
  CHECK(refused_policy("a = " + std::string(100'000, '[')).message.find("thresholds.toml:1: ") ==
        0);
  CHECK(refused_policy(std::string((1 << 20) + 1, '#')).message.find("at most 1 MiB is read") !=
        std::string::npos);
}

// AC:baseline-policy
TEST_CASE("the baseline table says what is compared with and how far it may drift") {
  const Policy plain = policy_of("");
  CHECK(plain.baseline.rolling == 0);
  CHECK(plain.baseline.drift_budget == dec("0.1"));
  CHECK(plain.baseline.window == 30);
  CHECK(plain.baseline.confirm == 1);
  CHECK(plain.build_variance == dec("0.01"));
  CHECK(plain.by_turns);
  CHECK_FALSE(policy_of("[gate]\nby_turns = false\n").by_turns);
  CHECK_FALSE(plain.turns_budget_seconds);
  CHECK(policy_of("[gate]\nturns_budget = \"20 min\"\n").turns_budget_seconds == 1200);
  CHECK(policy_of("[gate]\nturns_budget = 0.5\n").turns_budget_seconds == 30);
  const Policy windowed =
      policy_of("[baseline]\nwindow = 12\nconfirm = 2\n[gate]\nbuild_variance = \"2 %\"\n");
  CHECK(windowed.baseline.window == 12);
  CHECK(windowed.baseline.confirm == 2);
  CHECK(windowed.build_variance == dec("0.02"));
  CHECK(refused_policy("[baseline]\nconfirm = 0\n").message ==
        "thresholds.toml:2: `confirm` expects a whole number from 1 to 20, but is `0`");
  CHECK(plain.baseline.anchor.empty());
  CHECK(plain.baseline.max_age_days == 90);
  CHECK(plain.baseline.max_distance == 50);
  const Policy policy = policy_of(
      "[baseline]\nrolling = 5\ndrift_budget = \"7.5 %\"\nanchor = \"v1.4\"\nmax_age_days = 30\n"
      "max_distance = 7\n");
  CHECK(policy.baseline.rolling == 5);
  CHECK(policy.baseline.drift_budget == dec("0.075"));
  CHECK(policy.baseline.anchor == "v1.4");
  CHECK(policy.baseline.max_age_days == 30);
  CHECK(policy.baseline.max_distance == 7);
  CHECK_FALSE(policy_of("[baseline]\ndrift_budget = \"never\"\n").baseline.drift_budget);

  CHECK(refused_policy("[baseline]\nrolling = 1.5\n").message ==
        "thresholds.toml:2: `rolling` expects a whole number from 0 to 1000, but is `1.5`");
  CHECK(refused_policy("[baseline]\ndrift_budget = 10\n").message ==
        "thresholds.toml:2: `drift_budget` expects a share such as 0.05 or \"5 %\", but is `10`");
  CHECK(refused_policy("[baseline]\ndrift_budget = nan\n")
            .message.contains("`drift_budget` expects"));
  CHECK(
      refused_policy("[baseline]\nmax_age_days = 0\n").message.contains("`max_age_days` expects"));
  const Error unknown = refused_policy("[baseline]\nroling = 3\n");
  CHECK(unknown.message == "thresholds.toml:2: unknown key `roling` in [baseline]");
  CHECK(unknown.hint == "did you mean `rolling`?");
}

// AC:access-policy
TEST_CASE("the access tables say who may do what") {
  CHECK_FALSE(policy_of("").access.promote);
  const Policy policy = policy_of(
      "[access.promote]\nactors = [\"ann\"]\nroles = [\"OWNER\", \"maintain\"]\n"
      "branches = [\"main\"]\n[access.accept]\nactors = []\n[access.prune]\n");
  REQUIRE(policy.access.promote);
  CHECK(*policy.access.promote->actors == std::vector<std::string>{"ann"});
  CHECK(policy.access.promote->roles->size() == 2);
  CHECK(policy.access.promote->branches->front() == "main");
  CHECK(policy.access.promote->origin == "thresholds.toml:1");
  CHECK(policy.access.accept->actors->empty());
  CHECK_FALSE(policy.access.accept->roles);
  CHECK(policy.access.prune);

  const Error role = refused_policy("[access.promote]\nroles = [\"OWNR\"]\n");
  CHECK(role.message ==
        "thresholds.toml:2: `roles` names `OWNR`, which is no role; did you mean `OWNER`?");
  CHECK(role.hint.starts_with("known roles: OWNER, MEMBER, COLLABORATOR"));
  CHECK(refused_policy("[access.promote]\nactor = [\"ann\"]\n").hint == "did you mean `actors`?");
  CHECK(refused_policy("[access.promot]\n").hint == "did you mean `promote`?");
  CHECK(refused_policy("[access]\nprune = true\n").message.contains("`prune` expects a table"));
  CHECK(refused_policy("[access.prune]\nactors = \"ann\"\n").message.contains("a list of texts"));
}
