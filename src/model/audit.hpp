#pragma once
// An audit report: how performance was governed in a period, with what each figure was computed
// from.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/history.hpp"

namespace perfgate {

/// How often a report is made, and so what a period is: "2026-10", "2026-Q4", "2026-W41".
enum class AuditFrequency { monthly, quarterly, weekly };

/// audit_config.yaml.
struct AuditConfig {
  bool enabled = true;
  std::vector<std::string> standards;  ///< those that audit_controls.toml knows
  AuditFrequency frequency = AuditFrequency::monthly;
  int retention_months = 36;
  std::vector<std::string> formats = {"html", "pdf", "json"};
  int baseline_months = 12;  ///< how many months of baseline history are shown
  bool slo_alerts = true;
  bool incident_tracking = true;
  bool performance_validation = true;
  bool audit_trail = true;
  bool certification = true;

  bool operator==(const AuditConfig&) const = default;
};

/// A span of UTC.
struct AuditPeriod {
  std::string name;  ///< "2026-10"
  Time begin, end;   ///< `end` is not included

  bool operator==(const AuditPeriod&) const = default;
};

/// What the report was made by and from.
struct AuditInput {
  std::string name;     ///< perfgate, audit_config.yaml, thresholds.toml
  std::string version;  ///< where it has one
  std::string sha256;

  bool operator==(const AuditInput&) const = default;
};

struct AuditCount {
  std::string name;
  std::int64_t count = 0;

  bool operator==(const AuditCount&) const = default;
};

/// The records of the period, and their place in the chain of all.
struct AuditChain {
  std::int64_t records = 0;
  std::int64_t first = 0, last = 0;  ///< seq; 0: there are none
  std::string prev;                  ///< sha256 of the record before the first
  std::string head;                  ///< sha256 of the last; where there is none, `prev`
  std::string root;                  ///< Merkle tree hash over the records' sha256 (RFC 9162)
  std::int64_t clock_back = 0;       ///< records that say that they are older than one before them
  std::vector<AuditCount> kinds;

  bool operator==(const AuditChain&) const = default;
};

enum class AuditMergeState {
  judged,   ///< the commit, or the head that it merged
  covered,  ///< a later commit of the branch was, which holds it
  late,     ///< it belongs to the period before, and was judged in this one
  gap,      ///< neither
};

/// A first-parent commit of the branch: a merge, a squashed or rebased change, a direct push.
struct AuditMerge {
  std::string sha;
  Time at;                               ///< by the committer's clock
  std::string subject;                   ///< first line of the message
  std::string head;                      ///< second parent: what was merged; empty: no merge commit
  std::int64_t pull_request = 0;         ///< as the subject says; 0: it does not
  std::string author, merger, approver;  ///< as git says; empty: not known
  AuditMergeState state = AuditMergeState::gap;
  std::optional<Verdict> verdict;
  std::string judgement;    ///< key
  std::int64_t record = 0;  ///< seq of the judgement's record
  std::string reason;       ///< why it is a gap, or what covers it

  bool operator==(const AuditMerge&) const = default;
};

/// The population that a sample of changes can be drawn from.
struct AuditPopulation {
  std::string branch;
  std::string query;   ///< the git command that lists it
  std::string newest;  ///< sha of the newest commit of the period; empty: there is none
  std::int64_t commits = 0, judged = 0, covered = 0, gaps = 0;  ///< judged + covered + gaps
  std::int64_t late = 0;
  std::vector<AuditMerge> merges;  ///< oldest first

  bool operator==(const AuditPopulation&) const = default;
};

/// A run that was kept in the period, with the judgement over it.
struct AuditRun {
  std::string run;          ///< key of its record; empty: the judgement was kept without one
  std::string judgement;    ///< key; empty: it was never judged
  std::int64_t record = 0;  ///< seq of the judgement's record, else of the run's
  std::string sha, branch;
  Time started;
  int attempt = 1;
  bool repeated = false;  ///< the commit had been measured on this branch before
  std::optional<Verdict> verdict;
  int exit_code = 0;
  bool advisory = false;
  std::string tool, method;
  std::string baseline;  ///< key
  Counts counts;
  int findings = 0, failed = 0, inconclusive = 0;
  std::string why;  ///< the worst finding that is not good

  bool operator==(const AuditRun&) const = default;
};

/// A floor, ceiling or target over the period.
struct AuditLimit {
  std::string subject;  ///< headline, or suite/benchmark metric
  LimitKind kind = LimitKind::floor;
  std::string written;  ///< "80 MiB/s"
  std::int64_t checks = 0, met = 0, violated = 0, uncertain = 0;
  double worst = 0;         ///< the value with the smallest margin, in the base unit
  double worst_margin = 0;  ///< value / floor, or ceiling / value
  std::string worst_judgement;

  bool operator==(const AuditLimit&) const = default;
};

/// A release: a tag of the period.
struct AuditDeployment {
  std::string tag, sha;
  Time at;
  std::optional<Verdict> verdict;
  std::string judgement;
  std::int64_t record = 0;
  std::string reason;

  bool operator==(const AuditDeployment&) const = default;
};

/// What retention took away.
struct AuditDeletion {
  std::string month;
  std::int64_t first = 0, last = 0, records = 0;
  std::string by, why;
  Time at;

  bool operator==(const AuditDeletion&) const = default;
};

enum class AuditState { evidenced, partly, missing };

/// One kind of evidence, and how much of it there is.
struct AuditEvidence {
  std::string name;  ///< population, slo, log, ...
  AuditState state = AuditState::missing;
  std::string reason;
  std::vector<std::int64_t> records;  ///< seq of those that show it, or that lack it; at most 20

  bool operator==(const AuditEvidence&) const = default;
};

/// A control of a standard, or a switch of audit_config.yaml, and what there is for it.
struct AuditControl {
  std::string standard;  ///< SOX; audit_config.yaml for a switch
  std::string id, title;
  AuditState state = AuditState::missing;
  std::string reason;
  std::vector<std::string> evidence;  ///< names

  bool operator==(const AuditControl&) const = default;
};

struct Audit {
  std::string schema;  ///< perfgate.audit/1
  AuditPeriod period;
  AuditConfig config;
  std::vector<AuditInput> inputs;
  int retention_policy_months = 36;  ///< what thresholds.toml keeps
  std::string signing;               ///< "chained, not signed", or "signed with Ed25519 key SHA256"
  AuditChain chain;
  AuditPopulation population;
  std::vector<AuditCount> verdicts;  ///< of the period's judgements
  std::vector<AuditRun> runs;
  std::vector<AuditLimit> limits;
  std::vector<Incident> incidents;  ///< opened, closed or open in the period, as they were then
  std::vector<Baseline> baselines;  ///< promotions of the last months, oldest first
  std::vector<AuditDeployment> deployments;
  std::vector<Waiver> waivers;  ///< that were first used, or hold, in the period
  std::vector<Mark> marks;
  std::vector<AuditRecord> deeds;
  std::vector<AuditDeletion> deletions;
  std::vector<AuditEvidence> evidence;
  std::vector<AuditControl> controls;
  std::vector<AuditCount> rows;  ///< of each list above
  std::vector<std::string> limits_of_report;
  std::string statement;  ///< to be signed by a person; empty: not asked for

  bool operator==(const Audit&) const = default;
};

}  // namespace perfgate
