#pragma once
// What the values of a judgement's subjects say, by the design of the experiment.

#include <span>
#include <string>
#include <vector>

#include "gate/machine.hpp"
#include "gate/subjects.hpp"
#include "stats/family.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {

/// What the policy allows a subject, as costs. The median of its base values holds absolute bands.
/// One build a side lifts an interleaved floor to policy.build_variance.
stats::Budget budget_of(const Subject& subject, const Policy& policy, Design design,
                        const Run& head);

/// What it allows of what a suite has in common.
stats::Budget suite_budget(const Policy& policy);

/// What all members of a suite have in common.
struct SuiteShift {
  Symbol suite;
  stats::Evidence evidence;
  std::size_t members = 0;
};

struct Gathered {
  // Of each subject, in their order.
  std::vector<stats::Evidence> evidence;
  std::vector<stats::Budget> budgets;
  std::vector<double> shared;        ///< the suite's common shift that was taken out, as log cost
  std::vector<std::string> machine;  ///< what the machine explains, in words; empty: nothing
  std::vector<SuiteShift> suites;
};

/// Comparisons of one run are corrected for their number; what stands `alone`, or was the only one
/// asked for, is not one of many.
stats::Correction correction_of(std::span<const Subject> subjects, bool alone);

/// What the machine may have done between the two sessions of these subjects, as their launches
/// show it (stats::session_wander), or the suite, where a side is one launch (stats::suite_wander).
/// Nothing where the sides took turns, or a window holds what sessions differ by.
BetweenSessions between_sessions(std::span<const Subject> subjects, Design design);

/// Evidence of noisy subjects whose values are all positive. Suites of enough members are families
/// where the design is two runners or a window; `alone`: none is (headlines repeat benchmarks).
/// `machine`: of all benchmarks of the run.
Gathered gather(std::span<const Subject> subjects, Design design, const Run& head,
                const Policy& policy, bool alone, const BetweenSessions& machine);

}  // namespace perfgate::gate
