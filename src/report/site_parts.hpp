#pragma once
// What the pages of the site and its feed say of an incident.

#include <string>
#include <string_view>

#include "report/site.hpp"

namespace perfgate::report {

bool is_open(const Incident& incident);

/// "suite/sort time", as much of it as is known.
std::string subject_of(const Incident& incident);
/// "Regression", "Below floor".
std::string_view incident_word(const Incident& incident);

/// Where an incident is read about: the page of its judgement, else of its branch.
std::string page_of(const SiteBranch& branch, const Incident& incident);

/// "0a1b2c3d4e" and what the commit's message says; both may be empty.
struct IncidentCommit {
  std::string_view sha, subject;
};
IncidentCommit commit_of(const SiteBranch& branch, const Incident& incident);

}  // namespace perfgate::report
