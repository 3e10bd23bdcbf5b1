#pragma once
// The pieces that a judgement is made of. Each takes the run and the policy and adds findings.

#include <vector>

#include "gate/judge.hpp"
#include "gate/machine.hpp"
#include "model/judgement.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// The rule that holds for one metric of one benchmark: all that match, a later one winning over an
/// earlier one field by field.
Rule effective_rule(const Policy& policy, Symbol suite, std::string_view benchmark, Symbol metric);
/// The bands of the rule, or else the policy's own.
Bands effective_bands(const Policy& policy, const Rule& rule);

/// "suite/benchmark", as inventories and aliases name it; just the benchmark where the suite has no
/// name.
std::string full_name(Symbol suite, std::string_view benchmark);

// inventory.cpp: what was expected, and what the run itself says went wrong.
void add_inventory_findings(const Run& head, const Run* base, const Policy& policy,
                            std::vector<Finding>& findings, Counts& counts);

// limits.cpp: floors, ceilings, targets and safety margins of headlines and benchmarks.
/// `printed`: only the decimals of perf.json are known. Errors: Code::config, where the limit is
/// finer than those decimals can tell and the value is near it.
Result<void> add_limit_findings(const Run& head, const Policy& policy, bool printed,
                                std::vector<Finding>& findings);

// regressions.cpp: every headline and every judged metric against the baseline.
struct Experimented {
  Design design = Design::two_runners;
  std::string why;            ///< a sentence for the report
  bool too_few_runs = false;  ///< the policy asks for more runs of the commit before a failure
  BetweenSessions machine = {};
};
/// `base.run` must be there. Errors: as above.
Result<Experimented> add_regression_findings(const Run& head, const Reference& base,
                                             const Policy& policy, bool printed,
                                             std::vector<Finding>& findings, Counts& counts,
                                             std::vector<Note>& notes);

}  // namespace perfgate::gate
