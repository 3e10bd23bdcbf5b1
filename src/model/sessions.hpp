#pragma once
// Two runs or more set side by side: what changed, and by how much. Of two alone also what that is
// worth, by the policy.

#include <optional>
#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/names.hpp"
#include "model/reported.hpp"
#include "model/run.hpp"

namespace perfgate {

struct SessionRow {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  std::vector<std::optional<double>> scores;  ///< the median in each session, base units
  Percentage change;                          ///< from the first session to the last that hold it
  Trend trend = Trend::unchanged;
  std::optional<double> p;         ///< rank-sum, first against last, where there are samples
  std::optional<Finding> finding;  ///< what the policy says of it, where there are two sessions
};

struct Sessions {
  SessionStatus status = SessionStatus::success;
  std::string error;
  std::vector<std::string> titles;
  std::optional<Time> timestamp;  ///< when the last was started
  std::vector<SessionRow> rows;   ///< worst first
  /// Geometric mean of last / first over the common rows, for the worse where above 1.
  std::optional<double> geometric_mean;
  int improvements = 0, unchanged = 0, regressions = 0;
  std::vector<std::string> notes;  ///< other hosts, benchmarks that are not in all sessions
  // Of two sessions, else empty.
  std::string experiment;            ///< how they were measured
  std::vector<std::string> reasons;  ///< what is to be said of whole suites
};

}  // namespace perfgate
