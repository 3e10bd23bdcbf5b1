#pragma once
// What an audit report is asked for (audit_config.yaml), and which controls there are
// (audit_controls.toml).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/audit.hpp"

namespace perfgate::config {

/// The controls as the file has them: state and reason are still to be found out.
struct AuditControls {
  std::string version;
  std::vector<AuditControl> controls;

  /// The standards that have controls, in the file's order, without audit_config.yaml.
  std::vector<std::string> standards() const;
};

/// Errors: Code::config, every mistake with file and line.
Result<AuditControls> read_audit_controls(std::string_view toml, std::string_view name);

/// `known`: the standards that may be named. Errors: Code::config, every mistake with file, line
/// and column; Code::audit where a standard is not known.
Result<AuditConfig> read_audit_config(std::string_view yaml, std::string_view name,
                                      const std::vector<std::string>& known);

/// The kinds of evidence that a report weighs: population, slo, log, ...
const std::vector<std::string_view>& audit_evidence_names();

}  // namespace perfgate::config
