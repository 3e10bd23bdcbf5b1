#pragma once
// What the verbs of `perfgate audit` share.

#include <string>

#include "cli/command.hpp"
#include "cli/shared.hpp"

namespace perfgate::cli {

/// Options that name configuration: --project --policy --set; --config is audit_config.yaml here.
struct AuditOptions {
  Shared shared;
  std::string config, controls, repository, branch, key;
};
void add_audit(CLI::App& app, AuditOptions& options);

}  // namespace perfgate::cli
