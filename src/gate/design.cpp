#include "gate/design.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"

namespace perfgate::gate {
namespace {

constexpr std::int64_t session_gap_ms = 3'600'000;
constexpr std::size_t most_looks = 50;  // boundaries of more would take long to compute

std::int64_t end_ms(const Run& run) {
  return run.started.unix_ms + static_cast<std::int64_t>(run.duration_seconds * 1000);
}

std::string interleaved_why(const Experiment& experiment, const Policy& policy) {
  std::string why = "measured by turns on one machine";
  if (experiment.builds > 1) {
    why += fmt::format(", {} builds of each side", experiment.builds);
  } else if (!experiment.identical) {
    why += fmt::format(
        "; one build a side: code layout alone may move it by {} %, and --builds 3 measures that",
        (policy.build_variance * Decimal(100)).text());
  }
  return why;
}

}  // namespace

bool one_session(const Run& a, const Run& b) {
  const auto& here = a.fingerprint.instance;
  const auto& there = b.fingerprint.instance;
  if (!here || here->empty() || here != there) return false;
  const bool a_first = a.started.unix_ms <= b.started.unix_ms;
  const Run &earlier = a_first ? a : b, &later = a_first ? b : a;
  return later.started.unix_ms - end_ms(earlier) <= session_gap_ms;
}

bool one_experiment(const Run& head, const Run& base) {
  return head.experiment && base.experiment && !head.experiment->id.empty() &&
         head.experiment->id == base.experiment->id && head.experiment->side == Side::head &&
         base.experiment->side == Side::base;
}

bool sides_are_runs(Design design) {
  return design == Design::one_runner || design == Design::two_runners;
}

std::vector<int> looks_of(const Experiment& experiment, int rounds) {
  const std::vector<int>& looks = experiment.looks;
  const bool ascending =
      std::ranges::adjacent_find(looks, std::ranges::greater_equal{}) == looks.end();
  if (looks.empty() || looks.front() < 1 || !ascending || looks.size() > most_looks)
    return {std::max(rounds, 1)};
  return looks;
}

Designed design_of(const Run& head, const Reference& base, const Policy& policy, bool printed) {
  if (printed)
    return {.design = Design::printed,
            .why = "single figures: the noise of hosted runners is assumed"};
  if (one_experiment(head, *base.run))
    return {.design = Design::interleaved, .why = interleaved_why(*head.experiment, policy)};
  if (base.pooled.size() < 2 && one_session(head, *base.run))
    return {.design = Design::one_runner, .why = "measured one after the other on one machine"};
  if (base.window.size() >= smallest_window)
    return {.design = Design::window,
            .why = fmt::format("held against {}{}", counted(base.window.size(), "past run"),
                               base.confirmations.empty()
                                   ? ""
                                   : fmt::format(", together with {} of this commit",
                                                 counted(base.confirmations.size(), "more run")))};
  return {.design = Design::two_runners, .why = "measured on two machines, or at two times"};
}

}  // namespace perfgate::gate
