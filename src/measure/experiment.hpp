#pragma once
// Two sides measured by turns on one machine, round after round, until they are decided.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "measure/measure.hpp"
#include "measure/paired.hpp"
#include "measure/rounds.hpp"
#include "measure/same_program.hpp"

namespace perfgate::measure {

/// The suites of one side, as each of its builds has them: the same suites in the same order.
using Builds = std::vector<std::vector<Suite>>;

/// Who is not decided after a look, so that further rounds are spent on them.
struct Undecided {
  Symbol suite;
  std::string benchmark;
  bool operator==(const Undecided&) const = default;
};

struct Trial {
  Builds base, head;  ///< as many builds of either
  Ordering ordering = Ordering::balanced;
  std::int64_t seed = 0;
  int max_rounds = 30;                             ///< at least 5
  std::optional<std::chrono::nanoseconds> budget;  ///< for measuring, setup aside
  std::string only = "*";                          ///< of the benchmarks: a glob
  std::vector<Undecided> wanted;  ///< whom alone it is about; empty: all that `only` leaves
  Sameness surroundings = Sameness::unlike;  ///< of what the programs may read
};

using AfterLook = std::function<Result<std::vector<Undecided>>(const PairedRuns&)>;

/// How an experiment ended.
enum class Ended {
  decided,      ///< nobody is undecided
  rounds,       ///< all rounds are done
  budget,       ///< there is no time for what is left
  failed,       ///< no suite could be measured any more
  interrupted,  ///< a signal came
};

struct Experimented {
  PairedRuns runs;
  Ended ended = Ended::decided;
  int rounds = 0;  ///< of the suite that has most
};

/// Sets both sides up, then measures by rounds: one launch of either side, in the order that
/// Rounds gives, of every suite that somebody undecided is in. Where the harness can, further
/// rounds measure the undecided alone. A round in which a launch fails, or lacks a benchmark that
/// it had before, is dropped on both sides and measured again, three times at most: then the suite
/// is given up with an error in both runs. `after_look` is asked after the planned rounds only.
/// Fills what `measure` fills, and Run::experiment but for its id.
/// Errors: those of measure; Code::usage where the budget is too small for five rounds; those of
/// `after_look`.
Result<Experimented> experiment(const Trial& trial, const Conditions& conditions,
                                const AfterLook& after_look, Progress& progress);

}  // namespace perfgate::measure
