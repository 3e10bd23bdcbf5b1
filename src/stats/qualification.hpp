#pragma once
// How often the gate errs and what it can see, by its own verdicts over experiments whose truth is
// known: launches of one build, paired at random, with and without a slowdown put in.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/proportion.hpp"
#include "stats/verdict.hpp"

namespace perfgate::stats {

/// The launches of one benchmark of one build: log costs, one per process launch, in the order
/// measured; and what the policy allows it.
struct Course {
  std::vector<double> costs;
  Budget budget;
  int repetitions = 0;  ///< rounds that the project is configured for; 0: not known
};

/// The fewest launches that pairs are drawn from.
inline constexpr std::size_t fewest_launches = 20;

/// The most rounds that so many launches can stand for: each pair is drawn twice at most, and half
/// of them once, as values that come up again look like a coarse timer's.
int most_rounds(std::size_t launches);

struct QualifyPlan {
  std::vector<int> looks;  ///< of the experiment; the last is its rounds, at most most_rounds
  int experiments = 1000;  ///< without a change
  std::uint64_t seed = 1;
  unsigned workers = 1;
  std::vector<double> planted = {0.02, 0.03, 0.05, 0.10, 0.20};  ///< slowdowns, as ratios
  /// Called now and then, from any thread: which share is done, 0 to 1.
  std::function<void(double)> progress = {};
};

/// The power, in fresh experiments, that "can be seen" means.
inline constexpr double seen_power = 0.8;

/// What is found of one benchmark.
struct CourseQualified {
  Proportion false_alarms;    ///< of experiments without a change: this benchmark fails
  Proportion inconclusive;    ///< ... remains undecided
  std::vector<double> power;  ///< of each planted slowdown: the share that fails
  std::size_t planted = 0;    ///< experiments behind each of these
  /// The smallest slowdown that fails with seen_power, under its own budget; absent: none up to
  /// largest_planted.
  std::optional<double> detectable;
  std::optional<double> detectable_at_repetitions;  ///< in an experiment of so many rounds
  /// The smallest slowdown that is told from the noise floor with seen_power, whatever the budget:
  /// no budget below it can be kept.
  std::optional<double> finest;
};

struct Qualified {
  std::vector<CourseQualified> courses;  ///< in the order given
  Proportion any_false_alarm;            ///< of experiments without a change: any benchmark fails
  std::size_t experiments = 0;
};

/// The largest slowdown that is planted.
inline constexpr double largest_planted = 2;

/// All courses hold as many launches, at least fewest_launches; launch i of each belongs together.
/// Each experiment draws its rounds from pairs of neighbouring launches, in blocks of four pairs
/// that stay together (Kuensch 1989), so that drift and autocorrelation remain; in each pair of
/// rounds each side begins once, as the order of `ab` has it. The same draw serves all benchmarks:
/// what they have in common stays common. It is then looked at and decided as the product does
/// (same_runner, at_look, decide_members at each look). A slowdown is planted in one benchmark at a
/// time, as a factor on its head side; it must hold among the others. The same seed gives the same
/// answer on any machine and with any number of workers.
Qualified qualify(std::span<const Course> courses, const QualifyPlan& plan);

/// How many rounds would make `finest` as small as `band`, where `rounds` gave it: errors shrink
/// with the square root of rounds. Nothing where the band is no wider than the floor, or where
/// `limit` would not do.
std::optional<int> rounds_for(double finest, double band, double floor, int rounds,
                              int limit = 200);

/// Whether a comparison with this one-sided p-value is significant at `rate` among others,
/// ascending p-values, by Benjamini and Hochberg: the answer of `benjamini_hochberg` for one of
/// them.
bool discovered(double p, std::span<const double> others, double rate);

}  // namespace perfgate::stats
