#pragma once
// What a comparison of two sessions cannot settle, and measuring both sides by turns would.

#include "model/judgement.hpp"
#include "model/policy.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

/// Whether a finding speaks against the change, and could be the machine's doing: it fails by
/// values that vary and were not measured by turns (or warns, where `warnings_fail`); or it is not
/// decided, or not compared with a baseline of another host class, and the policy fails for that;
/// or, of two sessions on one machine, it is worse than the policy fails for, and more of the same
/// would not decide it.
bool is_suspicion(const Finding& finding, const Run& head, const Policy& policy,
                  bool warnings_fail);

}  // namespace perfgate::gate
