#pragma once
// The descriptions of what the history keeps beside runs and judgements.

#include "model/history.hpp"
#include "model/judgement_fields.hpp"

namespace perfgate {

template <>
struct EnumTexts<IncidentState> {
  static constexpr std::array<std::pair<IncidentState, std::string_view>, 3> values{
      {{IncidentState::open, "open"},
       {IncidentState::resolved, "resolved"},
       {IncidentState::accepted, "accepted"}}};
};
template <>
struct EnumTexts<AuditAction> {
  static constexpr std::array<std::pair<AuditAction, std::string_view>, 9> values{
      {{AuditAction::promote, "promote"},
       {AuditAction::rollback, "rollback"},
       {AuditAction::accept, "accept"},
       {AuditAction::mark, "mark"},
       {AuditAction::prune, "prune"},
       {AuditAction::compact, "compact"},
       {AuditAction::erase, "erase"},
       {AuditAction::migrate, "migrate"},
       {AuditAction::import, "import"}}};
};

template <>
struct Describe<Baseline> {
  static constexpr std::string_view name = "Baseline";
  static constexpr std::string_view doc = "A run promoted for a branch and a host class.";
  static constexpr auto fields = std::tuple(
      field("branch", &Baseline::branch, "the branch", {.key = true}),
      field("host_class", &Baseline::host_class, "what the policy holds equal", {.key = true}),
      field("name", &Baseline::name, "of an anchor; empty: the current baseline",
            {.key = true, .may_lack = true}),
      field("run", &Baseline::run, "key of the run's record",
            {.may_lack = true, .refers = "Run", .back = "baselines"}),
      field("run_id", &Baseline::run_id, "the run"),
      field("attempt", &Baseline::attempt, "its attempt"),
      field("commit", &Baseline::commit, "its commit; empty: not known", {.may_lack = true}),
      field("at", &Baseline::at, "when"), field("by", &Baseline::by, "who", {.personal = true}),
      field("why", &Baseline::why, "why"),
      field("action", &Baseline::action, "promote or rollback"));
};

template <>
struct Describe<Incident> {
  static constexpr std::string_view name = "Incident";
  static constexpr std::string_view doc =
      "A regression or violated limit with a beginning, and an end once resolved or accepted.";
  static constexpr auto fields = std::tuple(
      field("id", &Incident::id, "its identity", {.key = true}),
      field("branch", &Incident::branch, "the branch that it is on"),
      field("state", &Incident::state, "open, resolved or accepted"),
      field("suite", &Incident::suite, "the suite's name"),
      field("benchmark", &Incident::benchmark, "the benchmark's name"),
      field("metric", &Incident::metric, "the metric's name"),
      field("headline", &Incident::headline, "the headline's name, where it is about one"),
      field("limit", &Incident::limit, "the kind of limit violated; absent: a regression"),
      field("reason", &Incident::reason, "what opened it, as a word"),
      field("why", &Incident::why, "what opened it, as a sentence"),
      field("opened", &Incident::opened, "when the first run that shows it was started"),
      field("opened_by", &Incident::opened_by, "key of the judgement",
            {.refers = "Judgement", .back = "opened"}),
      field("run_id", &Incident::run_id, "the run that it judged"),
      field("commit", &Incident::commit, "its commit; empty: not known"),
      field("closed", &Incident::closed, "when it was over"),
      field("closed_by", &Incident::closed_by, "key of the judgement; empty: none",
            {.refers = "Judgement", .back = "closed"}),
      field("waiver", &Incident::waiver, "id of the waiver that accepts it; empty: none",
            {.refers = "Waiver", .back = "incidents"}));
};

template <>
struct Describe<Mark> {
  static constexpr std::string_view name = "Mark";
  static constexpr std::string_view doc = "What people say of a judgement.";
  static constexpr auto fields = std::tuple(
      field("judgement", &Mark::judgement, "key of the judgement",
            {.key = true, .refers = "Judgement", .back = "marks"}),
      field("at", &Mark::at, "when"), field("by", &Mark::by, "who", {.personal = true}),
      field("wrong", &Mark::wrong, "the judgement was wrong"), field("why", &Mark::why, "why"));
};

template <>
struct Describe<AuditRecord> {
  static constexpr std::string_view name = "AuditRecord";
  static constexpr std::string_view doc = "What was done to the history, or was refused.";
  static constexpr auto fields = std::tuple(
      field("at", &AuditRecord::at, "when", {.key = true}),
      field("action", &AuditRecord::action, "what was asked for", {.key = true}),
      field("actor", &AuditRecord::actor, "who; `local`: at a machine of their own",
            {.personal = true}),
      field("role", &AuditRecord::role, "as the event says; empty: not known"),
      field("branch", &AuditRecord::branch, "the branch"),
      field("subject", &AuditRecord::subject, "the run, waiver, record or month", {.key = true}),
      field("allowed", &AuditRecord::allowed, "false: it was refused"),
      field("why", &AuditRecord::why, "the reason given, or why it was refused"));
};

}  // namespace perfgate
