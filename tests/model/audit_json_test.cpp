#include "model/audit_json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "paths.hpp"

namespace perfgate {
namespace {

// AC:receipts-for-ever
TEST_CASE("the audit report of version 1 is read") {
  std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/receipts/audit.v1.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto audit = read_audit(text, "audit.v1.json");
  if (!audit) FAIL(audit.error().message);
  CHECK(audit->period.name == "2024-02");
  CHECK(audit->chain.records > 20);
  CHECK(audit->chain.root.size() == 64);
  CHECK(audit->population.commits ==
        audit->population.judged + audit->population.covered + audit->population.gaps);
  REQUIRE(audit->marks.size() == 1);
  CHECK(audit->marks[0].why == "a noisy runner");
  REQUIRE(audit->deletions.size() == 1);
  CHECK(audit->deletions[0].records == 30);
  CHECK(audit->deeds.size() == 1);
  CHECK(audit->waivers.size() == 1);
  CHECK(audit->incidents.size() == 7);
  CHECK(std::ranges::any_of(audit->controls, [](const AuditControl& control) {
    return control.standard == "GDPR" && !control.evidence.empty();
  }));
  std::string again;
  write_audit(*audit, [&](std::string_view piece) { again += piece; });
  CHECK(again + "\n" == text);
}

}  // namespace
}  // namespace perfgate
