#pragma once
// The gate's own error, from launches of one build and the policy.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/policy.hpp"
#include "model/qualification.hpp"

namespace perfgate::gate {

struct QualifyOptions {
  int max_rounds = 30;  ///< of an experiment; fewer where the launches cannot stand for so many
  std::vector<int> (*looks)(int rounds) = nullptr;  ///< after how many rounds it is looked at
  int experiments = 1000;
  std::int64_t seed = 1;
  unsigned workers = 1;
  std::map<Symbol, int> repetitions = {};  ///< of the suites, as configured
  std::function<void(double)> progress = {};
};

/// How many launches all suites of the run have. 0: nothing was measured.
int common_launches(const Run& run);

/// Draws experiments without and with a change from the run's launches, judges them as an
/// interleaved comparison of one build a side (stats::qualify), and holds the policy's bands
/// against what can be seen. The threshold that a benchmark is held to is its failing band, or its
/// warning band where it has no other. Errors: Code::nothing_measured; Code::usage (too few
/// launches).
Result<Qualification> qualify(const Run& run, const Policy& policy, const QualifyOptions& options);

/// What is wrong with it, as one configuration error that names each benchmark and the number that
/// would do; nothing where no threshold is too fine.
Result<void> thresholds_hold(const Qualification& qualification);

/// Rules for thresholds.toml that mend what is too fine; empty where nothing is.
std::string suggested_rules(const Qualification& qualification);

}  // namespace perfgate::gate
