#pragma once
#include <string>
#include <vector>

#include "model/policy.hpp"
#include "model/sessions.hpp"

namespace perfgate::gate {

/// Sets side by side what the sessions have in common: for each benchmark its time or, without one,
/// each metric that is known to be better one way.
/// Two are judged too, the second against the first, where a policy is given.
Sessions compare_sessions(const std::vector<Run>& runs, std::vector<std::string> titles,
                          const Policy* policy = nullptr);

}  // namespace perfgate::gate
