#include <doctest/doctest.h>

#include "store/checkpoint.hpp"
#include "store/store.hpp"
#include "support/cli.hpp"

namespace perfgate::test {
namespace {

constexpr std::int64_t day = 86'400'000;

// AC:audit-old
TEST_CASE("audit: a push is told when the newest report is older than 35 days") {
  Desk desk;
  const store::Checkpoint checkpoint{.period = "2026-10"};
  const auto store = store::open("dir:.perfgate");
  REQUIRE(store);
  REQUIRE((*store)->append(Kind::checkpoint, "2026-10", store::checkpoint_record(checkpoint, "{}"),
                           desk.now));
  desk.write_run("run.json");
  const auto told = [&](std::int64_t days, const std::string& event) {
    const Time before = desk.now;
    desk.now.unix_ms += days * day;
    desk.environment["GITHUB_EVENT_NAME"] = event;
    CHECK(desk({"check", "--run", "run.json", "--store", "dir:.perfgate"}) == 0);
    desk.now = before;
    return desk.err.contains("the newest audit report, of 2026-10");
  };
  CHECK(told(36, "push"));
  CHECK_FALSE(told(35, "push"));
  CHECK_FALSE(told(36, "pull_request"));
  desk.write("thresholds.toml", "[automation]\naudit_generation_enabled = false\n");
  CHECK_FALSE(told(36, "push"));
}

TEST_CASE("audit: what is switched off says so and exits 0") {
  Desk desk;
  desk.write("thresholds.toml", "[automation]\naudit_generation_enabled = false\n");
  CHECK(desk({"audit", "generate"}) == 0);
  says(desk.out, "audit_generation_enabled = false");
  desk.write("thresholds.toml", "");
  desk.write("audit_config.yaml", "enterprise_audit:\n  enabled: false\n");
  CHECK(desk({"audit", "generate"}) == 0);
  says(desk.out, "enabled: false in audit_config.yaml");
}

TEST_CASE("audit: an empty store, an unknown standard and a folder without reports are CBKB007") {
  Desk desk;
  CHECK(desk({"audit", "generate"}) == 8);
  says(desk.err, "CBKB007");
  says(desk.err, "holds no record");
  desk.write("audit_config.yaml", "enterprise_audit:\n  compliance_standards: [HIPAA]\n");
  CHECK(desk({"audit", "generate"}) == 8);
  says(desk.err, "known are SOX, PCI-DSS, GDPR, ISO-27001");
  desk.write("reports/readme", "");
  CHECK(desk({"audit", "verify", "reports"}) == 8);
  says(desk.err, "holds no audit report");
  CHECK(desk({"validate", "audit", "--print-schema"}) == 0);
  says(desk.out, "perfgate.audit/1");
}

}  // namespace
}  // namespace perfgate::test
