#pragma once
// From the rounds of an experiment to its two runs and the judgement over them.

#include <string>
#include <vector>

#include "cli/gating/judging.hpp"
#include "measure/experiment.hpp"

namespace perfgate::cli {

/// What the sides are, beside what was measured.
struct SidesKnown {
  Commit base, head;
  Fingerprint fingerprint;  ///< compiler and flags; the machine is known to the runs
  std::string id;           ///< of the experiment; empty: made, and kept here
};

struct JudgedSides {
  Run base, head;
  Judgement judgement;
};

/// Completes copies of both runs and judges head against base. Errors: as complete_run and
/// gate::judge.
Result<JudgedSides> judge_sides(const measure::PairedRuns& runs, SidesKnown& known,
                                const Settings& settings, const std::string& fail_on, Env& env);

/// Whom further rounds could decide.
std::vector<measure::Undecided> undecided_of(const JudgedSides& judged, const Settings& settings);

/// Adds what the rounds say beside the verdicts: who begins a round, and instructions.
void add_remarks(JudgedSides& judged);

}  // namespace perfgate::cli
