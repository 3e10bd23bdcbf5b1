#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "stats/sequential.hpp"
#include "stats/verdict.hpp"

namespace perfgate::stats {

/// After how many rounds an interleaved comparison is looked at, unless told otherwise.
inline constexpr int usual_looks[] = {5, 8, 12, 18, 24, 30};

/// A look at an experiment that goes on where it is undecided: by how much farther its bounds lie
/// than those of an experiment that is looked at once, so that all looks together err as often as
/// that one. At least 1.
struct Look {
  int rounds = 0;
  double shown = 1;     ///< of worse_by and better_by
  double reported = 1;  ///< of low and high
};

/// `rounds` ascending, the last is the whole plan. Looks that were not planned are not allowed:
/// the last one planned is the last one taken. Source: Lan & DeMets (1983); Jennison & Turnbull
/// (2000), section 7.2.
std::vector<Look> plan_looks(std::span<const int> rounds,
                             Spending spending = Spending::obrien_fleming);

/// The evidence of a look's rounds as the plan lets it be read.
Evidence at_look(Evidence evidence, const Look& look);

/// What the looks of a plan say of the members of a suite, of each at the look that decided it, or
/// else at the last that its rounds reach.
struct Looked {
  std::vector<Evidence> evidence;
  std::vector<Decision> decisions;
};
/// At each look all are decided together, and what is decided stays as it was then, until nothing
/// is open. `read`: the evidence of a member at a look, as the plan lets it be read; absent where
/// its rounds do not reach it. `seen` is given the evidence of all after each look.
Looked look_by_look(std::span<const Look> plan, std::span<const Budget> budgets,
                    Correction correction,
                    const std::function<std::optional<Evidence>(std::size_t, const Look&)>& read,
                    const std::function<void(std::span<const Evidence>)>& seen = {});

}  // namespace perfgate::stats
