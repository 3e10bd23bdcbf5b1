#include "report/site_parts.hpp"

#include <algorithm>

namespace perfgate::report {
namespace {

const SiteVerdict* verdict_of_run(const SiteBranch& branch, std::string_view run_id) {
  const auto found = std::ranges::find(branch.verdicts, run_id, &SiteVerdict::run_id);
  return found == branch.verdicts.end() ? nullptr : &*found;
}

}  // namespace

bool is_open(const Incident& incident) { return incident.state == IncidentState::open; }

std::string subject_of(const Incident& incident) {
  if (!incident.headline.empty()) return incident.headline;
  if (incident.benchmark.empty()) return "suite " + incident.suite.text();
  const std::string of = incident.suite.empty() ? incident.benchmark
                                                : incident.suite.text() + "/" + incident.benchmark;
  return incident.metric.empty() ? of : of + " " + incident.metric.text();
}

std::string_view incident_word(const Incident& incident) {
  if (!incident.limit) return "Regression";
  return *incident.limit == LimitKind::ceiling ? "Above ceiling" : "Below floor";
}

std::string page_of(const SiteBranch& branch, const Incident& incident) {
  const SiteVerdict* verdict = verdict_of_run(branch, incident.run_id);
  if (verdict && !verdict->page.empty()) return verdict->page;
  return branch.folder + "/index.html";
}

IncidentCommit commit_of(const SiteBranch& branch, const Incident& incident) {
  constexpr std::size_t digits = 10;
  const auto known = branch.subjects.find(incident.commit);
  return {.sha = std::string_view(incident.commit).substr(0, digits),
          .subject = known == branch.subjects.end() ? std::string_view() : known->second};
}

}  // namespace perfgate::report
