#include "gate/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/wander.hpp"

namespace perfgate::gate {
namespace {

constexpr double worth_a_word = 0.02;
constexpr double most = 0.95;  // something else always gets a little done

}  // namespace

std::optional<double> wait_share(const Run& run, std::optional<Symbol> suite) {
  double waited = 0, wall = 0;
  for (const Launch& launch : run.launches) {
    if (suite && launch.suite != *suite) continue;
    if (!launch.cpu_wait_seconds) return std::nullopt;
    waited += *launch.cpu_wait_seconds;
    wall += launch.wall_seconds;
  }
  if (wall <= 0) return std::nullopt;
  return std::min(waited / wall, most);
}

MachineShift shift_by_waiting(std::optional<double> base_share, std::optional<double> head_share) {
  if (!base_share || !head_share || *base_share == *head_share) return {};
  const double excess = std::abs(*head_share - *base_share);
  const bool head_waited = *head_share > *base_share;
  // Waiting costs: what waited more may in truth cost less, by up to this.
  const double reach = -std::log1p(-excess);
  MachineShift shift{.head_slower = head_waited ? reach : 0,
                     .base_slower = head_waited ? 0 : reach};
  if (excess >= worth_a_word)
    shift.why = fmt::format(
        "the machine was busy: for {:.0f} % of the time something waited for a processor while {} "
        "was measured, and for {:.0f} % while {} was",
        100 * (head_waited ? *head_share : *base_share), head_waited ? "this run" : "the baseline",
        100 * (head_waited ? *base_share : *head_share), head_waited ? "the baseline" : "this run");
  return shift;
}

MachineShift shift_in_common(std::span<const double> shifts, double wander) {
  constexpr double seldom = 3;  // times the reach: a neighbour that takes half of a core
  if (shifts.size() < fewest_for_all || wander <= 0) return {};
  const auto [least, most] = std::ranges::minmax(shifts);
  const bool slower = least > 0;
  const double shared = slower ? least : -most;
  if (shared <= 0 || shared > seldom * stats::wander_reach(wander)) return {};
  MachineShift shift{.head_slower = slower ? 2 * shared : 0,
                     .base_slower = slower ? 0 : 2 * shared};
  const double ratio = slower ? std::expm1(shared) : -std::expm1(-shared);
  if (ratio >= worth_a_word)
    shift.why = fmt::format(
        "all {} benchmarks are {}, by {:.0f} % at least, and the machine is uneven: it may have "
        "been {} all the while",
        shifts.size(), slower ? "slower" : "faster", 100 * ratio, slower ? "slower" : "faster");
  return shift;
}

std::string wandered(double wander) {
  const double apart = std::expm1(stats::wander_reach(wander));
  if (apart < worth_a_word) return {};
  return fmt::format("the machine is uneven: two sessions of it may lie {:.0f} % apart",
                     100 * apart);
}

void allow_for(const MachineShift& shift, stats::Evidence& evidence) {
  evidence.low -= shift.head_slower;
  evidence.worse_by -= shift.head_slower;
  evidence.high += shift.base_slower;
  evidence.better_by += shift.base_slower;
}

}  // namespace perfgate::gate
