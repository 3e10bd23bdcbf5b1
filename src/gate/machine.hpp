#pragma once
// What the machine did, other than the code that was measured: contention, and uneven speed.

#include <optional>
#include <span>
#include <string>

#include "model/run.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {

/// What a difference between two measurements may owe to the machine alone, as log costs of at
/// least 0.
struct MachineShift {
  double head_slower = 0;  ///< head may look worse than it is by up to this
  double base_slower = 0;  ///< base may, so that head looks better
  std::string why = {};    ///< in words, where it is large enough to speak of

  bool operator==(const MachineShift&) const = default;
};

/// The share of the launches' wall time, 0 to 1, in which something that could have run waited for
/// a processor: of one suite, or of all. Nothing where it was not told for every launch.
std::optional<double> wait_share(const Run& run, std::optional<Symbol> suite);

/// What contention can explain. Who waited for a share s of the time t would have needed at least
/// (1 - s) t alone. What both sides have in common (a suite that waits for its own threads) is no
/// difference; the excess of one side is: it may make the other look better by a factor of up to
/// 1 / (1 - excess).
MachineShift shift_by_waiting(std::optional<double> base_share, std::optional<double> head_share);

/// Benchmarks of which "all" says something.
inline constexpr std::size_t fewest_for_all = 4;

/// What a machine can explain that was slower, or faster, all the while: where all benchmarks moved
/// to one side, by no more than three times what two sessions of it may lie apart, what it did to
/// the one that moved least it may have done twice as strongly to others. `shifts`: a log cost
/// ratio of each benchmark; fewer than `fewest_for_all` explain nothing, and so does a machine that
/// is even.
MachineShift shift_in_common(std::span<const double> shifts, double wander);

/// What the machine may have done between two sessions, as all of a run shows it.
struct BetweenSessions {
  double wander = 0;         ///< by how much they differ though nothing changed (stats/wander.hpp)
  MachineShift common = {};  ///< ... and what it did to all benchmarks alike
};

/// In words how far two sessions may lie apart (stats::wander_reach), where that is enough to speak
/// of; else empty.
std::string wandered(double wander);

/// Widens the evidence by what the machine can explain.
void allow_for(const MachineShift& shift, stats::Evidence& evidence);

}  // namespace perfgate::gate
