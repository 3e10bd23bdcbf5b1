#include "gate/incidents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace perfgate::gate {
namespace {

std::optional<LimitKind> kind_of_limit(const Finding& finding) {
  return finding.limit ? std::optional(finding.limit->kind) : std::nullopt;
}

bool opens(const Finding& finding) {
  if (finding.verdict != Verdict::fail) return false;
  return finding.reason == Reason::regressed || finding.reason == Reason::drifted ||
         finding.reason == Reason::limit_violated;
}

Incident incident_of(const Finding& finding, const Judgement& judgement, std::string_view key,
                     Time started) {
  Incident incident{.branch = judgement.commit.branch,
                    .suite = finding.suite,
                    .benchmark = finding.benchmark,
                    .metric = finding.metric,
                    .headline = finding.headline,
                    .limit = kind_of_limit(finding),
                    .reason = finding.reason,
                    .why = finding.why,
                    .opened = started,
                    .opened_by = std::string(key),
                    .run_id = judgement.run_id,
                    .commit = judgement.commit.sha};
  // The same judgement, kept again, opens the same incident.
  incident.id =
      "i-" + sha256(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", key, incident.suite.text(),
                                incident.benchmark, incident.metric.text(), incident.headline,
                                incident.limit ? static_cast<int>(*incident.limit) : -1))
                 .substr(0, 12);
  return incident;
}

}  // namespace

bool is_about(const Incident& incident, const Finding& finding) {
  if (finding.benchmark.empty() && finding.headline.empty()) return false;
  return incident.suite == finding.suite && incident.benchmark == finding.benchmark &&
         incident.metric == finding.metric && incident.headline == finding.headline &&
         incident.limit == kind_of_limit(finding);
}

std::vector<Incident> incident_changes(const std::vector<Incident>& known,
                                       const Judgement& judgement, std::string_view key,
                                       const Policy& policy, Time started) {
  const std::string& branch = judgement.commit.branch;
  if (branch.empty() ||
      std::ranges::none_of(policy.promotion.branches,
                           [&](const std::string& glob) { return glob_matches(glob, branch); }))
    return {};
  std::vector<Incident> changes;
  for (const Incident& incident : known) {
    if (incident.state != IncidentState::open || incident.branch != branch ||
        started < incident.opened)
      continue;
    bool any = false, all_pass = true;
    std::string waiver;
    for (const Finding& finding : judgement.findings) {
      if (!is_about(incident, finding)) continue;
      any = true;
      all_pass &= finding.verdict == Verdict::pass || finding.verdict == Verdict::improved;
      if (finding.reason == Reason::accepted) waiver = finding.waiver;
    }
    if (!any || !all_pass) continue;
    Incident closed = incident;
    closed.state = waiver.empty() ? IncidentState::resolved : IncidentState::accepted;
    closed.closed = started;
    closed.closed_by = key;
    closed.waiver = waiver;
    changes.push_back(std::move(closed));
  }
  for (const Finding& finding : judgement.findings) {
    if (!opens(finding)) continue;
    const Incident fresh = incident_of(finding, judgement, key, started);
    const auto covers = [&](const Incident& incident) {
      return incident.id == fresh.id || (incident.state == IncidentState::open &&
                                         incident.branch == branch && is_about(incident, finding));
    };
    if (std::ranges::none_of(known, covers) && std::ranges::none_of(changes, covers) &&
        (!finding.benchmark.empty() || !finding.headline.empty()))
      changes.push_back(fresh);
  }
  return changes;
}

}  // namespace perfgate::gate
