#pragma once
// The descriptions of an audit report's parts.

#include "model/audit.hpp"
#include "model/history_fields.hpp"

namespace perfgate {

template <>
struct EnumTexts<AuditFrequency> {
  static constexpr std::array<std::pair<AuditFrequency, std::string_view>, 3> values{
      {{AuditFrequency::monthly, "monthly"},
       {AuditFrequency::quarterly, "quarterly"},
       {AuditFrequency::weekly, "weekly"}}};
};
template <>
struct EnumTexts<AuditMergeState> {
  static constexpr std::array<std::pair<AuditMergeState, std::string_view>, 4> values{
      {{AuditMergeState::judged, "judged"},
       {AuditMergeState::covered, "covered"},
       {AuditMergeState::late, "late"},
       {AuditMergeState::gap, "gap"}}};
};
template <>
struct EnumTexts<AuditState> {
  static constexpr std::array<std::pair<AuditState, std::string_view>, 3> values{
      {{AuditState::evidenced, "evidenced"},
       {AuditState::partly, "partly"},
       {AuditState::missing, "missing"}}};
};

template <>
struct Describe<AuditConfig> {
  static constexpr std::string_view name = "AuditConfig";
  static constexpr std::string_view doc = "What audit_config.yaml asked for.";
  static constexpr auto fields = std::tuple(
      field("enabled", &AuditConfig::enabled, "false: no report is made"),
      field("compliance_standards", &AuditConfig::standards, "whose controls are mapped to"),
      field("frequency", &AuditConfig::frequency, "monthly, quarterly or weekly"),
      field("retention_months", &AuditConfig::retention_months, "how long records must be kept"),
      field("export_formats", &AuditConfig::formats, "html, pdf, json"),
      field("baseline_history_retention", &AuditConfig::baseline_months,
            "months of baseline history shown"),
      field("slo_violation_alerts", &AuditConfig::slo_alerts, "a file and a notice"),
      field("regression_incident_tracking", &AuditConfig::incident_tracking,
            "incidents are listed"),
      field("performance_validation", &AuditConfig::performance_validation,
            "evidence that changes and releases were judged"),
      field("audit_trail_generation", &AuditConfig::audit_trail, "evidence of who did what"),
      field("compliance_certification", &AuditConfig::certification,
            "a statement to be signed by a person"));
};

template <>
struct Describe<AuditPeriod> {
  static constexpr std::string_view name = "AuditPeriod";
  static constexpr std::string_view doc = "A span of UTC.";
  static constexpr auto fields =
      std::tuple(field("name", &AuditPeriod::name, "2026-10, 2026-Q4, 2026-W41"),
                 field("begin", &AuditPeriod::begin, "its first moment"),
                 field("end", &AuditPeriod::end, "the first moment after it"));
};

template <>
struct Describe<AuditInput> {
  static constexpr std::string_view name = "AuditInput";
  static constexpr std::string_view doc = "What the report was made by and from.";
  static constexpr auto fields =
      std::tuple(field("name", &AuditInput::name, "the program or file"),
                 field("version", &AuditInput::version, "its version; empty: it has none"),
                 field("sha256", &AuditInput::sha256, "of its bytes"));
};

template <>
struct Describe<AuditCount> {
  static constexpr std::string_view name = "AuditCount";
  static constexpr std::string_view doc = "How many there are of something.";
  static constexpr auto fields = std::tuple(field("name", &AuditCount::name, "of what"),
                                            field("count", &AuditCount::count, "how many"));
};

template <>
struct Describe<AuditChain> {
  static constexpr std::string_view name = "AuditChain";
  static constexpr std::string_view doc = "The period's records, and their place in the chain.";
  static constexpr auto fields = std::tuple(
      field("records", &AuditChain::records, "how many"),
      field("first", &AuditChain::first, "seq of the first; 0: there is none"),
      field("last", &AuditChain::last, "seq of the last; 0: there is none"),
      field("prev", &AuditChain::prev, "sha256 of the record before the first"),
      field("head", &AuditChain::head, "sha256 of the last, else `prev`"),
      field("root", &AuditChain::root, "Merkle tree hash over the records' sha256 (RFC 9162)"),
      field("clock_back", &AuditChain::clock_back, "records older than one before them"),
      field("kinds", &AuditChain::kinds, "records by kind"));
};

template <>
struct Describe<AuditMerge> {
  static constexpr std::string_view name = "AuditMerge";
  static constexpr std::string_view doc = "A first-parent commit of the branch.";
  static constexpr auto fields = std::tuple(
      field("sha", &AuditMerge::sha, "the commit"),
      field("at", &AuditMerge::at, "by the committer's clock"),
      field("subject", &AuditMerge::subject, "first line of its message"),
      field("head", &AuditMerge::head, "what was merged; empty: it is no merge commit"),
      field("pull_request", &AuditMerge::pull_request, "number, as the subject says; 0: none"),
      field("author", &AuditMerge::author, "as git says"),
      field("merger", &AuditMerge::merger, "the committer, as git says"),
      field("approver", &AuditMerge::approver, "of a Reviewed-by or Approved-by; empty: not known"),
      field("state", &AuditMerge::state, "judged, covered, late or gap"),
      field("verdict", &AuditMerge::verdict, "of the judgement"),
      field("judgement", &AuditMerge::judgement, "its key"),
      field("record", &AuditMerge::record, "seq of its record; 0: none"),
      field("reason", &AuditMerge::reason, "why there is none, or what covers it"));
};

template <>
struct Describe<AuditPopulation> {
  static constexpr std::string_view name = "AuditPopulation";
  static constexpr std::string_view doc = "The changes of the branch, joined with judgements.";
  static constexpr auto fields = std::tuple(
      field("branch", &AuditPopulation::branch, "the branch"),
      field("query", &AuditPopulation::query, "what lists it"),
      field("newest", &AuditPopulation::newest, "the newest commit of the period"),
      field("commits", &AuditPopulation::commits, "judged + covered + gaps"),
      field("judged", &AuditPopulation::judged, "commits that were judged"),
      field("covered", &AuditPopulation::covered, "commits that a later judged one holds"),
      field("gaps", &AuditPopulation::gaps, "commits without either"),
      field("late", &AuditPopulation::late, "of the period before, judged in this one"),
      field("merges", &AuditPopulation::merges, "oldest first"));
};

template <>
struct Describe<AuditRun> {
  static constexpr std::string_view name = "AuditRun";
  static constexpr std::string_view doc = "A run and the judgement over it.";
  static constexpr auto fields = std::tuple(
      field("run", &AuditRun::run, "key of its record"),
      field("judgement", &AuditRun::judgement, "key; empty: it was not judged"),
      field("record", &AuditRun::record, "seq of the judgement's record, else of the run's"),
      field("sha", &AuditRun::sha, "the commit"), field("branch", &AuditRun::branch, "its branch"),
      field("started", &AuditRun::started, "when"),
      field("attempt", &AuditRun::attempt, "which attempt"),
      field("repeated", &AuditRun::repeated, "the commit had been measured there before"),
      field("verdict", &AuditRun::verdict, "of the judgement"),
      field("exit_code", &AuditRun::exit_code, "of the judgement"),
      field("advisory", &AuditRun::advisory, "the verdict decided nothing"),
      field("tool", &AuditRun::tool, "what judged"),
      field("method", &AuditRun::method, "version of the method"),
      field("baseline", &AuditRun::baseline, "key of the baseline; empty: none of the store"),
      field("counts", &AuditRun::counts, "how much was looked at"),
      field("findings", &AuditRun::findings, "how many findings"),
      field("failed", &AuditRun::failed, "of which failed"),
      field("inconclusive", &AuditRun::inconclusive, "of which decided nothing"),
      field("why", &AuditRun::why, "the worst finding, unless all are good"));
};

template <>
struct Describe<AuditLimit> {
  static constexpr std::string_view name = "AuditLimit";
  static constexpr std::string_view doc = "A floor, ceiling or target over the period.";
  static constexpr auto fields = std::tuple(
      field("subject", &AuditLimit::subject, "headline, or suite/benchmark metric"),
      field("kind", &AuditLimit::kind, "floor, ceiling or target"),
      field("written", &AuditLimit::written, "as the policy said it"),
      field("checks", &AuditLimit::checks, "how often it was held against a value"),
      field("met", &AuditLimit::met, "of which met"),
      field("violated", &AuditLimit::violated, "of which not met"),
      field("uncertain", &AuditLimit::uncertain, "of which within the noise"),
      field("worst", &AuditLimit::worst, "the value of the smallest margin, in the base unit"),
      field("worst_margin", &AuditLimit::worst_margin, "value / floor, or ceiling / value"),
      field("worst_judgement", &AuditLimit::worst_judgement, "key of its judgement"));
};

template <>
struct Describe<AuditDeployment> {
  static constexpr std::string_view name = "AuditDeployment";
  static constexpr std::string_view doc = "A tag of the period.";
  static constexpr auto fields =
      std::tuple(field("tag", &AuditDeployment::tag, "its name"),
                 field("sha", &AuditDeployment::sha, "its commit"),
                 field("at", &AuditDeployment::at, "when it was made, as git says"),
                 field("verdict", &AuditDeployment::verdict, "of the judgement"),
                 field("judgement", &AuditDeployment::judgement, "its key; empty: none"),
                 field("record", &AuditDeployment::record, "seq of its record; 0: none"),
                 field("reason", &AuditDeployment::reason, "what it was judged by, or why not"));
};

template <>
struct Describe<AuditDeletion> {
  static constexpr std::string_view name = "AuditDeletion";
  static constexpr std::string_view doc = "What retention took away.";
  static constexpr auto fields = std::tuple(
      field("month", &AuditDeletion::month, "whose records"),
      field("first", &AuditDeletion::first, "seq"), field("last", &AuditDeletion::last, "seq"),
      field("records", &AuditDeletion::records, "how many"),
      field("by", &AuditDeletion::by, "who", {.personal = true}),
      field("why", &AuditDeletion::why, "why"), field("at", &AuditDeletion::at, "when"));
};

template <>
struct Describe<AuditEvidence> {
  static constexpr std::string_view name = "AuditEvidence";
  static constexpr std::string_view doc = "One kind of evidence, and how much of it there is.";
  static constexpr auto fields =
      std::tuple(field("name", &AuditEvidence::name, "as audit_controls.toml calls it"),
                 field("state", &AuditEvidence::state, "evidenced, partly or missing"),
                 field("reason", &AuditEvidence::reason, "why"),
                 field("records", &AuditEvidence::records, "seq of up to 20 that show it"));
};

template <>
struct Describe<AuditControl> {
  static constexpr std::string_view name = "AuditControl";
  static constexpr std::string_view doc = "A control or switch, and what there is for it.";
  static constexpr auto fields =
      std::tuple(field("standard", &AuditControl::standard, "SOX, ...; or audit_config.yaml"),
                 field("id", &AuditControl::id, "as the standard numbers it"),
                 field("title", &AuditControl::title, "what it asks for, in our words"),
                 field("state", &AuditControl::state, "evidenced, partly or missing"),
                 field("reason", &AuditControl::reason, "why"),
                 field("evidence", &AuditControl::evidence, "names of the kinds of evidence"));
};

template <>
struct Describe<Audit> {
  static constexpr std::string_view name = "Audit";
  static constexpr std::string_view doc = "How performance was governed in a period.";
  static constexpr auto fields = std::tuple(
      field("schema", &Audit::schema, "perfgate.audit/1"),
      field("period", &Audit::period, "what is reported"),
      field("config", &Audit::config, "what was asked for"),
      field("inputs", &Audit::inputs, "what it was made by and from"),
      field("retention_policy_months", &Audit::retention_policy_months,
            "how long the policy keeps records"),
      field("signing", &Audit::signing, "whether the checkpoint is signed, and by which key"),
      field("chain", &Audit::chain, "the records of the period"),
      field("population", &Audit::population, "the changes of the branch"),
      field("verdicts", &Audit::verdicts, "judgements of the period by verdict"),
      field("runs", &Audit::runs, "runs and judgements of the period"),
      field("limits", &Audit::limits, "floors, ceilings and targets"),
      field("incidents", &Audit::incidents, "as they were at the period's end"),
      field("baselines", &Audit::baselines, "promotions of the last months"),
      field("deployments", &Audit::deployments, "tags of the period"),
      field("waivers", &Audit::waivers, "accepted changes"),
      field("marks", &Audit::marks, "what people said of verdicts"),
      field("deeds", &Audit::deeds, "what was done to the history, or was refused"),
      field("deletions", &Audit::deletions, "what retention took away"),
      field("evidence", &Audit::evidence, "by kind"),
      field("controls", &Audit::controls, "by standard and switch"),
      field("rows", &Audit::rows, "how long each list is"),
      field("limits_of_report", &Audit::limits_of_report, "what it does not show"),
      field("statement", &Audit::statement, "to be signed by a person"));
};

}  // namespace perfgate
