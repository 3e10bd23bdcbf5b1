#include "config/audit.hpp"

#include <doctest/doctest.h>

#include "base/embedded.hpp"

namespace perfgate::config {
namespace {

const std::vector<std::string> known{"SOX", "PCI-DSS", "GDPR", "ISO-27001"};

std::string message_of(std::string_view yaml) {
  const auto config = read_audit_config(yaml, "audit_config.yaml", known);
  return config ? "read"
                : to_text(config.error().code) + " " + config.error().message + " | " +
                      config.error().hint;
}

constexpr std::string_view origin = R"(enterprise_audit:
  enabled: true
  compliance_standards:
    - "SOX"
    - "PCI-DSS"
    - "GDPR"

  reporting:
    frequency: "monthly"
    retention_months: 36
    export_formats: ["html", "pdf", "json"]

  performance_tracking:
    baseline_history_retention: 12  # months
    slo_violation_alerts: true
    regression_incident_tracking: true

  regulatory_requirements:
    performance_validation: true
    audit_trail_generation: true
    compliance_certification: true
)";

// AC:audit-config
TEST_CASE("audit config: the file of the origin and the shipped one say the same") {
  const auto read = read_audit_config(origin, "audit_config.yaml", known);
  REQUIRE(read);
  CHECK(read->standards == std::vector<std::string>{"SOX", "PCI-DSS", "GDPR"});
  CHECK(read->retention_months == 36);
  CHECK(read->baseline_months == 12);
  CHECK(read->formats == std::vector<std::string>{"html", "pdf", "json"});
  CHECK(*read ==
        *read_audit_config(embedded("config/audit_config.yaml"), "audit_config.yaml", known));
}

// AC:audit-config-errors
TEST_CASE("audit config: every mistake is named with its place and the nearest key") {
  CHECK(message_of("enterprise_audit:\n  compliance_standards: [SOX, HIPAA]\n") ==
        "CBKB007 audit_config.yaml:2:31: unknown standard `HIPAA`; known are SOX, PCI-DSS, GDPR, "
        "ISO-27001 | audit_controls.toml holds the standards and their controls");
  CHECK(message_of("enterprise_audit:\n  compliance_standards: [PCIDSS]\n")
            .contains("did you mean `PCI-DSS`?"));
  const std::string several = message_of(
      "enterprise_audit:\n  enabled: maybe\n  reporting:\n    frequency: daily\n    "
      "retention_month: "
      "1\n    export_formats: [html, docx]\n");
  CHECK(several.starts_with("CBKB102"));
  CHECK(several.contains("audit_config.yaml:2:12"));
  CHECK(several.contains("audit_config.yaml:4:16"));
  CHECK(several.contains("retention_months"));
  CHECK(several.contains("docx"));
  CHECK(message_of("audit: {}\n").contains("`enterprise_audit` is missing"));
  CHECK(message_of("enterprise_audit:\n  reporting: {retention_months: 0}\n")
            .contains("a whole number from 1 to 1200"));
  CHECK(message_of("enterprise_audit:\n  compliance_standards: [SOX, SOX]\n")
            .contains("stands here twice"));
}

// AC:audit-controls
TEST_CASE("audit controls: the mapping is data, and every standard of the issue has controls") {
  const auto controls = read_audit_controls(embedded("config/audit_controls.toml"), "controls");
  REQUIRE(controls);
  CHECK(controls->standards() == known);
  CHECK_FALSE(controls->version.empty());
  const auto wrong = read_audit_controls(
      "version = \"1\"\n[[control]]\nstandard = \"SOX\"\nid = \"1\"\ntitle = \"t\"\nevidence = "
      "[\"poplation\"]\n",
      "c.toml");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.contains("c.toml:6"));
  CHECK(wrong.error().hint.contains("did you mean `population`?"));
  CHECK_FALSE(read_audit_controls("[[control]]\nid = \"1\"\n", "c.toml"));
}

}  // namespace
}  // namespace perfgate::config
