#pragma once
// What `perfgate init` writes.

#include <span>
#include <string>
#include <vector>

#include "cli/setup/init_suites.hpp"

namespace perfgate::cli {

struct InitFile {
  std::string path;  ///< below the top
  std::string text;
  std::string what;  ///< for people: what it is for
};

/// perfgate.toml with these suites.
std::string project_text(std::span<const ProposedSuite> suites);

struct WorkflowChoices {
  std::string branch = "main";  ///< whose pushes make baselines
  std::string action;           ///< OWNER/REPO@COMMIT of the action; empty: a place to fill in
};

/// The place to fill in, in every workflow.
inline constexpr std::string_view action_place =
    "your-org/perfgate@0000000000000000000000000000000000000000";

std::vector<InitFile> workflow_files(const WorkflowChoices& choices);

/// The pre-push hook: all it does is to become `perfgate pre-push`.
std::string_view pre_push_hook();

}  // namespace perfgate::cli
