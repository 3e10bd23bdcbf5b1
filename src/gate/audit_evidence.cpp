// What a report shows, weighed: by kind of evidence, and by the controls that those may support.

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "gate/audit.hpp"
#include "gate/audit_period.hpp"
#include "model/audit_fields.hpp"

namespace perfgate::gate {
namespace {

constexpr std::size_t most_records = 20;

bool is_good(Verdict verdict) {
  return verdict == Verdict::pass || verdict == Verdict::improved || verdict == Verdict::warn;
}

class Scales {
 public:
  Scales(const Audit& audit, const AuditTerms& terms, const std::vector<AuditDeletion>& deletions,
         const std::vector<std::int64_t>& erased, const std::vector<std::int64_t>& clock_back)
      : audit_(audit),
        terms_(terms),
        deletions_(deletions),
        erased_(erased),
        clock_back_(clock_back) {}

  std::vector<AuditEvidence> all() const {
    return {population(), outcome(),   deployments(), approvals(), duties(),
            log(),        integrity(), retention(),   clock(),     incidents(),
            slo(),        baselines(), overrides(),   testing(),   statement()};
  }

 private:
  using enum AuditState;

  static AuditEvidence told(std::string name, AuditState state, std::string reason,
                            std::vector<std::int64_t> records = {}) {
    std::erase(records, 0);
    if (records.size() > most_records) records.resize(most_records);
    return {std::move(name), state, std::move(reason), std::move(records)};
  }

  std::vector<const AuditMerge*> own_merges() const {
    std::vector<const AuditMerge*> merges;
    for (const AuditMerge& merge : audit_.population.merges)
      if (merge.state != AuditMergeState::late) merges.push_back(&merge);
    return merges;
  }

  AuditEvidence population() const {
    const AuditPopulation& p = audit_.population;
    std::vector<std::int64_t> records;
    for (const AuditMerge& merge : p.merges) records.push_back(merge.record);
    if (p.commits == 0)
      return told("population", evidenced,
                  fmt::format("no change was merged to {} in this period", p.branch));
    std::string reason = fmt::format("{} to {}: {} judged, {} held by a later one that was, {}",
                                     counted(p.commits, "change"), p.branch, p.judged, p.covered,
                                     counted(p.gaps, "gap"));
    if (p.gaps == 0) return told("population", evidenced, std::move(reason), records);
    if (p.judged + p.covered == 0) return told("population", missing, std::move(reason));
    return told("population", partly, reason + ", each named with its reason", records);
  }

  AuditEvidence outcome() const {
    std::int64_t judged = 0, failed = 0, not_passed = 0;
    std::vector<std::int64_t> records;
    for (const AuditMerge* merge : own_merges()) {
      if (!merge->verdict) continue;
      ++judged;
      if (is_good(*merge->verdict)) continue;
      if (*merge->verdict == Verdict::fail) ++failed;
      ++not_passed;
      records.push_back(merge->record);
    }
    if (judged == 0) return told("outcome", missing, "no merged change has a verdict");
    if (not_passed == 0)
      return told("outcome", evidenced,
                  fmt::format("{} passed, warnings included", counted(judged, "merged change")));
    return told("outcome", partly,
                fmt::format("{} of {} with a verdict did not pass, {} of them failed, and are on "
                            "the branch",
                            not_passed, counted(judged, "merged change"), failed),
                records);
  }

  AuditEvidence deployments() const {
    if (audit_.deployments.empty())
      return told("deployments", missing, "no release (tag) falls in this period");
    std::int64_t passed = 0, judged = 0;
    std::vector<std::int64_t> records;
    for (const AuditDeployment& one : audit_.deployments) {
      judged += one.verdict.has_value();
      passed += one.verdict && is_good(*one.verdict);
      records.push_back(one.record);
    }
    const auto all = std::ssize(audit_.deployments);
    std::string reason =
        fmt::format("{}: {} judged, {} passed", counted(all, "release"), judged, passed);
    return told("deployments",
                passed == all ? evidenced
                : judged == 0 ? missing
                              : partly,
                std::move(reason), records);
  }

  AuditEvidence approvals() const {
    const auto merges = own_merges();
    if (merges.empty()) return told("approvals", missing, "no change was merged in this period");
    const auto known = std::ranges::count_if(
        merges, [](const AuditMerge* merge) { return !merge->approver.empty(); });
    if (known == 0)
      return told("approvals", missing,
                  "no merged commit carries a Reviewed-by or Approved-by; reviews that only the "
                  "forge knows are not in git");
    return told("approvals", known == std::ssize(merges) ? evidenced : partly,
                fmt::format("{} of {} carry who reviewed or approved", known,
                            counted(std::ssize(merges), "merged change")));
  }

  AuditEvidence duties() const {
    const auto merges = own_merges();
    if (merges.empty()) return told("duties", missing, "no change was merged in this period");
    std::int64_t apart = 0;
    for (const AuditMerge* merge : merges) {
      const bool reviewed = !merge->approver.empty() && merge->approver != merge->author;
      const bool merged =
          !merge->merger.empty() && merge->merger != merge->author && merge->merger != "GitHub";
      apart += reviewed || merged;
    }
    return told("duties",
                apart == 0                    ? missing
                : apart == std::ssize(merges) ? evidenced
                                              : partly,
                fmt::format("of {} git names somebody beside the author for {}; whoever merged by "
                            "a forge's button is not in git",
                            counted(std::ssize(merges), "merged change"), apart));
  }

  AuditEvidence log() const {
    std::int64_t unnamed = 0, refused = 0;
    for (const AuditRecord& deed : audit_.deeds) {
      unnamed += deed.actor.empty() || deed.actor == "local";
      refused += !deed.allowed;
    }
    std::string reason =
        fmt::format("{} ({} refused), with who, what, when, result and subject; {}",
                    counted(std::ssize(audit_.deeds), "deed"), refused,
                    counted(audit_.chain.records, "record"));
    if (!erased_.empty())
      reason += fmt::format("; {} erased, each by a tombstone",
                            counted(std::ssize(erased_), "entry", "entries"));
    if (audit_.chain.records == 0)
      return told("log", missing, "no record was written in this period");
    if (unnamed > 0)
      return told(
          "log", partly,
          fmt::format("{}; {} by nobody that is known (`local`)", reason, counted(unnamed, "deed")),
          erased_);
    return told("log", evidenced, reason, erased_);
  }

  AuditEvidence integrity() const {
    const AuditChain& chain = audit_.chain;
    const std::vector<std::int64_t> ends{chain.first, chain.last == chain.first ? 0 : chain.last};
    const bool is_signed = terms_.signing.starts_with("signed");
    return told("integrity", is_signed ? evidenced : partly,
                fmt::format("{}: {} in an unbroken chain; changes after the head {:.12} was "
                            "written down elsewhere are detectable",
                            terms_.signing, counted(chain.records, "record"), chain.head),
                ends);
  }

  AuditEvidence retention() const {
    const int wanted = terms_.config.retention_months;
    // What may go at the period's end is what was written before this.
    std::int64_t short_of = 0;
    std::string months;
    for (const AuditDeletion& deletion : deletions_) {
      const auto month = audit_period(deletion.month);
      if (!month || !(month_before(deletion.at, wanted) <= month->begin)) continue;
      ++short_of;
      months += (months.empty() ? "" : ", ") + deletion.month;
    }
    if (short_of > 0)
      return told("retention", missing,
                  fmt::format("retention was cut short: {} deleted before {} months were over: {}",
                              counted(short_of, "month was", "months were"), wanted, months));
    if (terms_.retention_policy_months < wanted)
      return told("retention", partly,
                  fmt::format("thresholds.toml keeps {} months, and audit_config.yaml asks for {}",
                              terms_.retention_policy_months, wanted));
    return told(
        "retention", evidenced,
        fmt::format("records are kept for {} months; {} deleted so far, each by a record",
                    terms_.retention_policy_months,
                    counted(std::ssize(deletions_), "older month was", "older months were")));
  }

  AuditEvidence clock() const {
    if (clock_back_.empty())
      return told("clock", evidenced, "no record is older than the one before it");
    return told("clock", partly,
                fmt::format("{} older than one before: clocks went back, or differ",
                            counted(std::ssize(clock_back_), "record is", "records are")),
                clock_back_);
  }

  AuditEvidence incidents() const {
    if (!terms_.config.incident_tracking)
      return told("incidents", missing,
                  "regression_incident_tracking is switched off in audit_config.yaml");
    std::int64_t open = 0, accepted = 0;
    for (const Incident& incident : audit_.incidents) {
      open += incident.state == IncidentState::open;
      accepted += incident.state == IncidentState::accepted;
    }
    return told("incidents", evidenced,
                fmt::format("{}, from open to close: {} still open at the end of the period, {} "
                            "accepted by waiver",
                            counted(std::ssize(audit_.incidents), "incident"), open, accepted));
  }

  AuditEvidence slo() const {
    std::int64_t checks = 0, violated = 0;
    for (const AuditLimit& limit : audit_.limits) {
      checks += limit.checks;
      if (limit.kind != LimitKind::target) violated += limit.violated;
    }
    if (checks == 0)
      return told("slo", missing, "no floor, ceiling or target was held in this period");
    return told("slo", evidenced,
                fmt::format("{} held {}; floors and ceilings were violated {}",
                            counted(std::ssize(audit_.limits), "limit was", "limits were"),
                            counted(checks, "time"), counted(violated, "time")));
  }

  AuditEvidence baselines() const {
    if (audit_.baselines.empty())
      return told("baselines", missing,
                  fmt::format("no baseline was promoted in the last {} months",
                              terms_.config.baseline_months));
    const auto unnamed = std::ranges::count_if(
        audit_.baselines, [](const Baseline& one) { return one.by.empty() || one.why.empty(); });
    return told("baselines", unnamed == 0 ? evidenced : partly,
                fmt::format("{} in {} months, with who and when; {} without who or why",
                            counted(std::ssize(audit_.baselines), "promotion"),
                            terms_.config.baseline_months, unnamed));
  }

  AuditEvidence overrides() const {
    std::int64_t incomplete = 0;
    for (const Waiver& waiver : audit_.waivers)
      incomplete += waiver.owner.empty() || waiver.reason.empty();
    for (const Mark& mark : audit_.marks) incomplete += mark.by.empty() || mark.why.empty();
    return told(
        "overrides", incomplete == 0 ? evidenced : partly,
        fmt::format("{} and {}; {} without who or why",
                    counted(std::ssize(audit_.waivers), "waiver"),
                    counted(std::ssize(audit_.marks), "mark of a verdict", "marks of verdicts"),
                    incomplete));
  }

  AuditEvidence testing() const {
    std::int64_t judged = 0, unjudged = 0;
    for (const AuditRun& run : audit_.runs) ++(run.verdict ? judged : unjudged);
    if (judged == 0) return told("testing", missing, "nothing was judged in this period");
    return told("testing", evidenced,
                fmt::format("{} and {} without one", counted(judged, "judgement"),
                            counted(unjudged, "run")));
  }

  AuditEvidence statement() const {
    if (!terms_.config.certification)
      return told("statement", missing, "compliance_certification is switched off");
    return told("statement", partly, "the statement waits for a person to sign it");
  }

  const Audit& audit_;
  const AuditTerms& terms_;
  const std::vector<AuditDeletion>& deletions_;
  const std::vector<std::int64_t>& erased_;
  const std::vector<std::int64_t>& clock_back_;
};

AuditState both(AuditState a, AuditState b) { return a == b ? a : AuditState::partly; }

bool is_switched_off(const AuditConfig& config, std::string_view id) {
  return (id == "slo_violation_alerts" && !config.slo_alerts) ||
         (id == "regression_incident_tracking" && !config.incident_tracking) ||
         (id == "performance_validation" && !config.performance_validation) ||
         (id == "audit_trail_generation" && !config.audit_trail) ||
         (id == "compliance_certification" && !config.certification);
}

AuditControl weigh(AuditControl control, const Audit& audit) {
  if (control.standard == "audit_config.yaml" && is_switched_off(audit.config, control.id)) {
    control.state = AuditState::missing;
    control.reason = "switched off in audit_config.yaml";
    return control;
  }
  if (control.evidence.empty()) {
    control.state = AuditState::missing;
    control.reason = "perfgate keeps nothing that would show it";
    return control;
  }
  bool first = true;
  control.reason.clear();
  for (const std::string& name : control.evidence) {
    const auto found = std::ranges::find(audit.evidence, name, &AuditEvidence::name);
    const AuditState state = found == audit.evidence.end() ? AuditState::missing : found->state;
    control.state = first ? state : both(control.state, state);
    first = false;
    if (!control.reason.empty()) control.reason += "; ";
    control.reason += found == audit.evidence.end()
                          ? fmt::format("{}: not known", name)
                          : fmt::format("{} ({}): {}", name, to_text(state), found->reason);
  }
  return control;
}

std::vector<std::string> limits_said(const Audit& audit, const AuditTerms& terms) {
  std::vector<std::string> limits{
      ("This report is evidence that may support controls. Whether a control is met is for the "
       "assessor to decide."),
      ("The mapping to controls is in our own words and must be checked by a person against the "
       "standards themselves."),
      ("The chain makes changes detectable that come after a head was written down elsewhere: in a "
       "job summary, a comment, a commit message, an attestation. Without such a head a complete "
       "rewrite of the store, or the loss of its newest records, does not show."),
      ("Records say what was given to perfgate. That a run came from the machine and the commit "
       "that it names is for the workflow to attest."),
      fmt::format("Changes are those that git lists by `{}`, by the committers' clocks. A branch "
                  "that was rewritten lists others; a squashed change is one commit, a rebased one "
                  "as many as it had.",
                  audit.population.query),
      ("Authors, committers and reviewers are those that commits name. Reviews and merges that "
       "only "
       "the forge knows are not in this report."),
      ("Verdicts are those of the policy and method of their time. `perfgate audit verify` holds "
       "their figures against the samples, and does not judge again."),
      ("A change that was merged in the last hours of the period may be judged after it: it is a "
       "gap here, and stands in the next report as late."),
      ("A record counts from its own time in UTC, or from that of the newest record before it, "
       "where clocks went back.")};
  if (!terms.signing.starts_with("signed"))
    limits.emplace_back(
        "The checkpoint is chained, not signed: who made it is not shown by a key.");
  if (terms.config.standards.empty())
    limits.emplace_back("audit_config.yaml names no standard: no control is listed.");
  return limits;
}

std::string statement_of(const Audit& audit) {
  const AuditPopulation& p = audit.population;
  std::int64_t judgements = 0;
  for (const AuditCount& verdict : audit.verdicts) judgements += verdict.count;
  std::string text = fmt::format(
      "For the period {} ({} to {}), perfgate checked: that {} of the history follow each other "
      "in a chain ending with {}; that {} of branch {} are listed, {} judged, {} held by a later "
      "one that was judged and {} named as gaps; that {} and the figures of this report come from "
      "those records. It did not check anything that the section \"Limits of this report\" names."
      "\n\nI have read this report, and the gaps and exceptions that it names.\n\n"
      "Name:       ____________________________\n\n"
      "Function:   ____________________________\n\n"
      "Date:       ____________________________\n\n"
      "Signature:  ____________________________",
      audit.period.name, to_text(audit.period.begin), to_text(audit.period.end),
      counted(audit.chain.records, "record"), audit.chain.head, counted(p.commits, "change"),
      p.branch, p.judged, p.covered, p.gaps, counted(judgements, "judgement"));
  return text;
}

}  // namespace

void weigh_evidence(Audit& audit, const AuditTerms& terms,
                    const std::vector<AuditDeletion>& all_deletions,
                    const std::vector<std::int64_t>& erased,
                    const std::vector<std::int64_t>& clock_back) {
  audit.evidence = Scales(audit, terms, all_deletions, erased, clock_back).all();
  for (const AuditControl& control : terms.controls) {
    const bool asked =
        control.standard == "audit_config.yaml" ||
        std::ranges::find(terms.config.standards, control.standard) != terms.config.standards.end();
    if (asked) audit.controls.push_back(weigh(control, audit));
  }
  audit.limits_of_report = limits_said(audit, terms);
  if (terms.config.certification) audit.statement = statement_of(audit);
}

}  // namespace perfgate::gate
