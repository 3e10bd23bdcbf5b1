#pragma once
// What kind of experiment two runs make, and why: what their numbers can say depends on it.

#include <string>
#include <vector>

#include "gate/judge.hpp"

namespace perfgate::gate {

/// Whether one machine measured both without being started anew in between, and the later began
/// within the hour after the earlier ended.
bool one_session(const Run& a, const Run& b);
/// Whether the two are the sides of one interleaved experiment.
bool one_experiment(const Run& head, const Run& base);
/// Whether one run is held against one other, one after the other.
bool sides_are_runs(Design design);
/// The rounds at which an experiment is looked at: as planned, or all at once where no plan is told
/// or what is told is none (rounds must ascend from 1).
std::vector<int> looks_of(const Experiment& experiment, int rounds);

struct Designed {
  Design design = Design::two_runners;
  std::string why;  ///< a sentence for the report
};
/// Interleaved, one session, a window of past runs, and else two runners: the sharpest that holds.
/// `base.run` must be there. `printed`: either side is a perf.json alone.
Designed design_of(const Run& head, const Reference& base, const Policy& policy, bool printed);

}  // namespace perfgate::gate
