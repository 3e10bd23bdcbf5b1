#include "gate/drift.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gate/findings.hpp"
#include "gate/judge.hpp"

namespace perfgate::gate {
namespace {

/// The policy with the drift budget as its only band. Rules still say what is judged, and which way
/// is better.
Policy with_budget(Policy policy, const Decimal& budget) {
  policy.regression_threshold.reset();
  policy.regression_fail_threshold = budget;
  for (Rule& rule : policy.rules) {
    if (!rule.bands) continue;
    const bool any = rule.bands->warn || rule.bands->fail || rule.bands->warn_absolute ||
                     rule.bands->fail_absolute;
    rule.bands = Bands{};
    if (any) rule.bands->fail = budget;
  }
  return policy;
}

Better better_of(const Finding& finding, const Run& head, const Policy& policy) {
  if (!finding.headline.empty()) {
    const auto headline = std::ranges::find(head.headlines, finding.headline, &Headline::name);
    return headline == head.headlines.end() ? Better::unknown : headline->better;
  }
  const Rule rule = effective_rule(policy, finding.suite, finding.benchmark, finding.metric);
  const Metric* metric = head.find_metric(finding.metric);
  return rule.better.value_or(metric ? metric->better : Better::unknown);
}

}  // namespace

Result<void> add_drift_findings(const Run& head, const Anchor& anchor, const Policy& policy,
                                bool printed, Judgement& judgement) {
  if (!policy.baseline.drift_budget) return {};
  if (!anchor.run) {
    if (!anchor.name.empty())
      judgement.notes.push_back(
          {.severity = Severity::warning,
           .text = fmt::format("the policy measures drift from the anchor {}, and there is none of "
                               "this name for this branch and host class: perfgate baseline "
                               "promote --anchor makes one",
                               anchor.name)});
    return {};
  }
  if (const auto differences =
          host_differences(head.fingerprint, anchor.run->fingerprint, policy.host_class);
      !differences.empty()) {
    judgement.notes.push_back(
        {.severity = Severity::warning,
         .text = fmt::format("the anchor {} was measured on another class of host ({}): the drift "
                             "since then is not known",
                             anchor.name, fmt::join(differences, "; "))});
    return {};
  }
  const Decimal& budget = *policy.baseline.drift_budget;
  const double allowed = budget.to_double();
  std::vector<Finding> findings;
  Counts counts;
  std::vector<Note> notes;  // of a control: an anchor is none
  CHECKED(add_regression_findings(head, {.run = anchor.run, .state = BaselineState::active},
                                  with_budget(policy, budget), printed, findings, counts, notes));
  for (Finding& finding : findings) {
    if (!finding.comparison) continue;
    const double change = finding.comparison->change;
    const double worse = better_of(finding, head, policy) == Better::higher ? -change : change;
    if (!judgement.drift || worse > judgement.drift->change)
      judgement.drift = Drift{.anchor = anchor.name,
                              .run_id = anchor.run->id,
                              .suite = finding.suite,
                              .benchmark = finding.benchmark,
                              .metric = finding.metric,
                              .headline = finding.headline,
                              .change = worse,
                              .budget = allowed};
    const bool drifted = finding.reason == Reason::regressed;
    const bool unsure = finding.verdict == Verdict::inconclusive && worse > allowed;
    if (!drifted && !unsure) continue;
    if (drifted) finding.reason = Reason::drifted;
    finding.anchor = anchor.name;
    finding.why = fmt::format("since {}: {}", anchor.name, finding.why);
    judgement.findings.push_back(std::move(finding));
  }
  return {};
}

}  // namespace perfgate::gate
