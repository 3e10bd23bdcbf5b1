#pragma once
// What there is to compare: every headline and every judged metric of each benchmark that both
// sides hold, with the values that the design of the experiment looks at.

#include <optional>
#include <string>
#include <vector>

#include "gate/judge.hpp"
#include "gate/machine.hpp"

namespace perfgate::gate {

struct Subject {
  Finding finding{};  ///< the part that names it
  std::string name;   ///< in sentences: "decode/100 time", "DISPLAY"
  Better better = Better::lower;
  BaseUnit unit = BaseUnit::one;
  bool exact = false;
  std::optional<Decimal> step{};  ///< of the last printed decimal, where only that is known
  Bands bands{};
  MachineShift waited{};  ///< what waiting for a processor can explain
  /// Independent values in base units, in the order measured; of a window one for each run that
  /// counts. Both sides hold some.
  std::vector<double> base{}, head{};
  bool independent = true;  ///< false: repetitions of one process
  /// Of a window: one value for each past run, oldest first, and for each run of the commit that is
  /// judged; NaN where it was not measured, or before the level that counts.
  std::vector<double> past{}, later{};
  /// Of two runners: the values of each confirmation; empty where it lacks them.
  std::vector<std::vector<double>> confirmed{};
};

struct Subjects {
  std::vector<Subject> headlines, benchmarks;
};

/// Adds the findings of what cannot be compared: new benchmarks, metrics that appear or vanish,
/// other units. `base.run` must be there.
Subjects subjects_of(const Run& head, const Reference& base, const Policy& policy, Design design,
                     std::vector<Finding>& findings, Counts& counts);

}  // namespace perfgate::gate
