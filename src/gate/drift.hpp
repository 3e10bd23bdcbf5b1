#pragma once
// The slow loss, each step of it below the threshold: a run against an anchor, with a budget.

#include <string>

#include "model/judgement.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

struct Anchor {
  const Run* run = nullptr;  ///< nullptr: there is none
  std::string name;          ///< "v1.4"
};

/// Compares everything that regressions are looked for in with the anchor. What is beyond the
/// budget becomes a finding: drifted where it is shown, inconclusive where it is not. The worst is
/// kept in `judgement.drift`. What is better than the anchor makes no room for what is worse.
/// Errors: as of add_regression_findings.
Result<void> add_drift_findings(const Run& head, const Anchor& anchor, const Policy& policy,
                                bool printed, Judgement& judgement);

}  // namespace perfgate::gate
