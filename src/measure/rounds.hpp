#pragma once
// How an experiment's launches follow each other, and when it is looked at.

#include <cstdint>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "stats/bootstrap.hpp"

namespace perfgate::measure {

enum class Ordering {
  balanced,     ///< each pair of rounds is ABBA or BAAB, as the seed has it
  alternating,  ///< ABBA, ABBA, ...: nothing is left to chance
};

/// Which side begins each round. In every pair of rounds each side begins once, so that neither
/// profits from what the machine does to the first or the second of two processes, and what drifts
/// slowly cancels. Source: Kalibera & Jones (2013) for randomising; Bulej et al. (2020), section 5.
class Rounds {
 public:
  Rounds(Ordering ordering, std::int64_t seed)
      : ordering_(ordering), random_(static_cast<std::uint64_t>(seed)) {}
  /// Rounds count from 0.
  Side first(int round);
  /// The launches of so many rounds: "BHHBHBBH".
  std::string order(int rounds);

 private:
  Ordering ordering_;
  stats::Random random_;
  std::vector<bool> head_begins_;  // of each pair of rounds
};

/// After how many rounds it is looked at: stats::usual_looks cut to `max_rounds`, or gone on with
/// by steps of a third. The last is `max_rounds`, which is at least 5.
std::vector<int> planned_looks(int max_rounds);

}  // namespace perfgate::measure
