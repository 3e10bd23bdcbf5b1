#pragma once
// Service levels: each value that a floor, ceiling or target is set for.

#include <optional>
#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/reported.hpp"

namespace perfgate {

struct ServiceLevel {
  ReportedSubject subject;  ///< of a headline: `name` is its label, and there is no suite
  std::string headline;     ///< its name; empty: of a benchmark
  LimitKind kind = LimitKind::floor;
  double limit = 0, value = 0;  ///< base units
  double shortfall = 0;         ///< how far on the wrong side; 0 where it is met
  double margin = 0;            ///< value / floor, or ceiling / value
  std::string written;          ///< the limit as the policy says it
  std::string unit_shown;       ///< symbol that values are shown in; empty: as reads best
  std::string origin;           ///< thresholds.toml:4
  Verdict verdict = Verdict::pass;
  Reason reason = Reason::limit_met;
  std::optional<Code> code;
  std::string why;
  std::optional<Time> since;  ///< since when it has been violated, where history knows

  bool operator==(const ServiceLevel&) const = default;
};

struct SloReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  std::string run_id;
  Commit commit;
  std::optional<Time> timestamp;
  std::string policy;
  int met_count = 0, violated_count = 0, unsure_count = 0;
  std::vector<ServiceLevel> levels;  ///< worst first, then by margin

  bool operator==(const SloReport&) const = default;
};

}  // namespace perfgate
