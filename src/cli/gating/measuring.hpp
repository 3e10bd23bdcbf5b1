#pragma once
// From the project's suites, or one command, to a complete run: what run and gate share.

#include <chrono>
#include <string>
#include <vector>

#include "cli/new_run.hpp"
#include "cli/shared.hpp"
#include "measure/preflight.hpp"
#include "measure/progress.hpp"
#include "store/store.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

struct MeasureOptions {
  std::vector<std::string> command;  ///< after `--`; empty: the project's suites
  std::string harness;               ///< of that command
  std::string results;               ///< what it writes: file or folder; empty: {out} or stdout
  std::vector<std::string> suites;   ///< only these (globs)
  int repetitions = 0;               ///< 0: as configured
  std::string timeout;               ///< "10 min"; empty: as configured
  bool no_store = false;             ///< do not keep the run
  Identity identity;
};

void add_measuring(CLI::App& app, MeasureOptions& options);

/// Checks what would fail half an hour later, measures, and fills in the rest. `more_checks` are
/// the caller's own. Errors: those of the checks and of measure::measure.
Result<Run> measure_run(const MeasureOptions& options, const Shared& shared,
                        const Settings& settings, const std::string& directory,
                        const std::vector<measure::Check>& more_checks, const store::Store& store,
                        Env& env);

/// Whether the store took it. Where it did not, people are told, and nothing else changes.
bool keep_run(const Run& run, store::Store& store, Env& env);

/// The suites that are asked for: the project's, or the one command. Errors: Code::usage,
/// Code::config.
Result<std::vector<measure::Suite>> suites_of(const MeasureOptions& options,
                                              const Settings& settings);

measure::Verbosity verbosity(const Shared& shared);
std::string temporary_directory(const Env& env);
std::chrono::nanoseconds nanoseconds_of(double seconds);

/// Of a process: `--timeout`, else what the policy allows to any.
Result<std::chrono::nanoseconds> timeout_of(const MeasureOptions& options,
                                            const Settings& settings);

/// The baseline can be read: a check of its own, made before anything is measured.
measure::Check baseline_check(const std::string& baseline_file, const Settings& settings,
                              const store::Store& store);

}  // namespace perfgate::cli
