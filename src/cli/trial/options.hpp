#pragma once
// How an interleaved experiment is to run: what ab and bisect share.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/gating/measuring.hpp"
#include "cli/shared.hpp"
#include "measure/experiment.hpp"

namespace perfgate::cli {

struct TrialOptions {
  int max_rounds = 30;
  std::string budget;      ///< "5m"; empty: none
  std::int64_t seed = -1;  ///< -1: made up
  std::string order = "balanced";
};

void add_trial(CLI::App& app, TrialOptions& options);  ///< --max-rounds --budget --seed --order

/// --harness --results --suite: of a command that is named, or of the project's suites.
void add_measured(CLI::App& app, MeasureOptions& options);

/// The trial without its sides. Errors: Code::usage.
Result<measure::Trial> trial_of(const TrialOptions& options, const Env& env);

/// "90s", "5m", "1h30m", "10 min". Errors: Code::usage, naming `option`.
Result<std::chrono::nanoseconds> parse_duration(const std::string& text, std::string_view option);

/// The words of a command line: blanks part them, quotes and backslashes hold them together. One
/// that only a shell understands (`|`, `>`, `$`, ...) is given to /bin/sh. Errors: Code::usage.
Result<std::vector<std::string>> words_of(const std::string& text, std::string_view option);

/// What measuring is done in.
measure::Conditions conditions_of(const Env& env);

/// Checks both sides before anything is measured. Errors: as measure::passed.
Result<void> check_sides(const measure::Trial& trial, const std::string& directory, Env& env,
                         measure::Progress& progress);

}  // namespace perfgate::cli
