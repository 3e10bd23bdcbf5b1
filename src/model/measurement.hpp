#pragma once
// One metric of one benchmark in one run, flat: all that a query, a trend or a matrix asks for.

#include <string>
#include <string_view>
#include <vector>

#include "model/run.hpp"

namespace perfgate {

struct Measurement {
  std::string run;  ///< the key of its Run in the store; empty: not from a store
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  bool exact = false;
  Time time;           ///< when the run began
  std::string commit;  ///< full id; empty: not in a repository
  std::string branch;
  Dimensions dimensions;
  Values values;  ///< base units, in the order measured

  bool operator==(const Measurement&) const = default;
};

/// The measurements of a run, in its order; benchmarks that were not measured have none.
std::vector<Measurement> measurements(const Run& run, std::string_view run_key);

}  // namespace perfgate
