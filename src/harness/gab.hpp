#pragma once
// github-action-benchmark's history: data.js, as it lies on a gh-pages branch.

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate::harness {

/// Whether a file begins as data.js does: `window.BENCHMARK_DATA =`.
bool is_gab(std::string_view text);

/// One run per entry, in the order of the file. Its id is made of suite, commit and date, so that
/// the same entry always gives the same run. Kept are names, values, units and ranges, and of the
/// commit its id and time: no messages, addresses or names of people, and no `extra`.
///
/// The unit says what is measured and which way is better; only where it says nothing, and all
/// benchmarks of the entry have it, does a tool called customBiggerIsBetter or
/// customSmallerIsBetter. A name that comes again with the same metric is a benchmark of its own,
/// "name #2". Errors: Code::parse, for a file that is not such a history.
Result<std::vector<Run>> read_gab(std::string_view text, std::string_view name);

/// What a unit as people write it says.
struct GabUnit {
  Metric metric;
  double numerator = 1, denominator = 1;  ///< value * numerator / denominator is in base units
  bool known = true;                      ///< false: it does not say which way is better
};
GabUnit gab_unit(std::string_view unit);

}  // namespace perfgate::harness
