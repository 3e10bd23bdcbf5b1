#pragma once
// Incidents: opened by a judgement that fails, closed by one that passes or by a waiver.

#include <string>
#include <string_view>
#include <vector>

#include "model/history.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// Whether a finding is about what the incident is about: suite, benchmark, metric or headline, and
/// the kind of limit.
bool is_about(const Incident& incident, const Finding& finding);

/// What the judgement does to the incidents of its branch: those that it opens, and those that it
/// closes. Nothing on a branch that the policy does not promote for. `known`: all of the branch;
/// `key`: of the judgement's record; `started`: when the run that it judged was started. A finding
/// that is inconclusive or missing closes nothing, and a run closes nothing that began after it.
std::vector<Incident> incident_changes(const std::vector<Incident>& known,
                                       const Judgement& judgement, std::string_view key,
                                       const Policy& policy, Time started);

}  // namespace perfgate::gate
