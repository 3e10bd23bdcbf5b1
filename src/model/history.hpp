#pragma once
// What the history keeps beside runs and judgements: baselines, incidents, waivers, marks, and who
// did what.

#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/judgement.hpp"

namespace perfgate {

/// A run that has been promoted for a branch and a host class. Without a name it is the current
/// one, which the next promotion supersedes; with one it is an anchor ("v1.4") beside it, which
/// drift is measured from.
struct Baseline {
  std::string branch;
  std::string host_class;
  std::string name;    ///< of an anchor; empty: the current baseline
  std::string run;     ///< key of the run's record; empty in records of the first version
  std::string run_id;  ///< and attempt: the run
  int attempt = 1;
  std::string commit;  ///< of the run; empty: not known
  Time at;
  std::string by;
  std::string why;
  std::string action;  ///< promote or rollback

  bool operator==(const Baseline&) const = default;
};

enum class IncidentState {
  open,
  resolved,  ///< a later judgement shows that it is over
  accepted,  ///< a waiver covers it
};

/// A regression or SLO violation with a beginning, and an end once resolved or accepted.
struct Incident {
  std::string id;
  std::string branch;
  IncidentState state = IncidentState::open;
  // What it is about, as the finding that opened it says.
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  std::string headline;
  std::optional<LimitKind> limit;  ///< a floor or ceiling is violated; absent: a regression
  Reason reason = Reason::regressed;
  std::string why;
  Time opened;            ///< when the run that shows it first was started
  std::string opened_by;  ///< key of the judgement
  std::string run_id;     ///< the run that it judged
  std::string commit;     ///< its commit; empty: not known
  std::optional<Time> closed;
  std::string closed_by;  ///< key of the judgement; empty: open
  std::string waiver;     ///< id of the waiver that accepts it; empty: none

  bool operator==(const Incident&) const = default;
};

/// One thing that was done to the history, or was refused.
enum class AuditAction { promote, rollback, accept, mark, prune, compact, erase, migrate, import };

struct AuditRecord {
  Time at;
  AuditAction action = AuditAction::promote;
  std::string actor;  ///< a GitHub login; `local`: somebody at a machine of their own
  std::string role;   ///< as the event says: OWNER, MEMBER, write, ...; empty: not known
  std::string branch;
  std::string subject;  ///< the run, waiver, record or month that it was about
  bool allowed = true;
  std::string why;  ///< what was given as the reason, or why it was refused

  bool operator==(const AuditRecord&) const = default;
};

/// What people say of a judgement: "that red was wrong".
struct Mark {
  std::string judgement;  ///< key of the judgement
  Time at;
  std::string by;
  bool wrong = true;  ///< false: it was right after all
  std::string why;

  bool operator==(const Mark&) const = default;
};

}  // namespace perfgate
