#pragma once
// What a run needs beyond what was measured: who it is, where and on what; and where it is kept.

#include <string>

#include "cli/shared.hpp"
#include "model/run.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

/// What the caller may say of the run; the rest is found out.
struct Identity {
  std::string id;
  int attempt = 1;
  std::string commit, branch;
};

void add_identity(CLI::App& app, Identity& identity);  ///< --run-id --attempt --commit --on-branch

/// The commit that is checked out, and the machine, with compiler and flags as configured.
Result<void> describe_here(Run& run, const Settings& settings, Env& env);

/// Schema, tool, id, headlines and summaries. Errors: as add_headlines.
Result<void> complete_run(Run& run, const Identity& identity, const Settings& settings, Env& env);

/// Writes run.json and perf.json, and tells people what was measured and what was not.
Result<void> write_new_run(const Run& run, const Settings& settings, const std::string& directory,
                           bool quiet, Env& env);

bool measured_anything(const Run& run);
bool has_errors(const Run& run);

}  // namespace perfgate::cli
