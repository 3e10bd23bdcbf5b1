#pragma once
// What the rounds of an experiment say beside the comparison.

#include <optional>
#include <string>
#include <vector>

#include "model/run.hpp"

namespace perfgate::measure {

/// Whether it matters to a benchmark who begins a round.
struct PositionEffect {
  Symbol suite;
  std::string benchmark;
  std::size_t rounds = 0;
  double second = 0;  ///< what being measured second does to the time, as a ratio: 0.02 is 2 %
  double p = 1;       ///< of no effect, corrected for all benchmarks of the experiment (Holm)
};

/// Of every benchmark with a time and at least 6 rounds: the rank-sum test of the log ratios head
/// to base where base began against those where head began, which differ by twice the effect. The
/// order is balanced, so that it does not move the estimate; it tells of a machine that is not
/// fit.
std::vector<PositionEffect> position_effects(const Run& base, const Run& head);

/// How the instructions of a suite's launches changed: the median over rounds of head to base,
/// less 1. Nothing where they were not counted.
std::optional<double> instruction_change(const Run& base, const Run& head, Symbol suite);

/// Why instructions were not counted; empty where they were.
std::string why_no_instructions(const Run& run);

}  // namespace perfgate::measure
