#include "gate/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "gate/design.hpp"
#include "stats/across_runners.hpp"
#include "stats/builds.hpp"
#include "stats/looks.hpp"
#include "stats/same_runner.hpp"
#include "stats/summary.hpp"
#include "stats/wander.hpp"
#include "stats/window.hpp"

namespace perfgate::gate {
namespace {

using stats::Budget;
using stats::Evidence;

std::optional<double> band_of(const std::optional<Decimal>& relative,
                              const std::optional<Limit>& absolute, double base) {
  return stats::band(relative ? std::optional(relative->to_double()) : std::nullopt,
                     absolute ? std::optional(absolute->value.to_double()) : std::nullopt, base);
}

/// A subject's values as log costs: of the rounds, where its sides took turns.
struct Costs {
  std::vector<double> base, head;
  std::size_t rounds() const { return std::min(base.size(), head.size()); }
};
/// Whether a slower machine changes it.
bool timed(const Subject& subject) { return subject.unit != BaseUnit::byte && !subject.exact; }

Costs costs_of(const Subject& subject) {
  return {.base = stats::log_costs(subject.base, subject.better),
          .head = stats::log_costs(subject.head, subject.better)};
}

Evidence read_at(const Costs& turns, const stats::Look& look, int builds, const Budget& budget) {
  const std::size_t count = std::min(static_cast<std::size_t>(look.rounds), turns.rounds());
  const auto x = std::span(turns.base).first(count), y = std::span(turns.head).first(count);
  Evidence evidence = stats::same_runner(x, y, stats::Order::interleaved, budget);
  if (builds > 1) evidence = stats::over_builds(std::move(evidence), x, y, builds, budget);
  return stats::at_look(std::move(evidence), look);
}

/// What its rounds do not reach is not looked at; before the first look its bounds hold already.
std::vector<Evidence> interleaved(std::span<const Subject> subjects, const Experiment& experiment,
                                  std::span<const Budget> budgets, stats::Correction correction) {
  std::vector<Costs> turns;
  for (const Subject& subject : subjects) turns.push_back(costs_of(subject));
  if (looks_of(experiment, 0) != experiment.looks) {
    std::vector<Evidence> evidence(subjects.size());
    for (std::size_t i = 0; i < turns.size(); ++i)
      evidence[i] = read_at(turns[i], {.rounds = static_cast<int>(turns[i].rounds())},
                            experiment.builds, budgets[i]);
    return evidence;
  }
  const std::vector<stats::Look> plan = stats::plan_looks(experiment.looks);
  const auto read = [&](std::size_t i, const stats::Look& look) -> std::optional<Evidence> {
    const bool reached = turns[i].rounds() >= static_cast<std::size_t>(look.rounds);
    if (!reached && look.rounds != plan.front().rounds) return std::nullopt;
    return read_at(turns[i], look, experiment.builds, budgets[i]);
  };
  return stats::look_by_look(plan, budgets, correction, read).evidence;
}

/// Subjects by suite, in the order in which suites appear; each alone where that is asked for.
std::vector<std::vector<std::size_t>> families(std::span<const Subject> subjects, bool alone) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<Symbol, std::size_t> known;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (alone) {
      groups.push_back({i});
      continue;
    }
    const auto [group, added] = known.try_emplace(subjects[i].finding.suite, groups.size());
    if (added) groups.emplace_back();
    groups[group->second].push_back(i);
  }
  return groups;
}

stats::Family across_runners(std::span<const Subject> subjects, std::span<const std::size_t> group,
                             const std::function<const std::vector<double>&(const Subject&)>& later,
                             const Budget& suite, std::span<const Budget> budgets) {
  std::vector<std::vector<double>> costs;
  for (const std::size_t i : group) {
    costs.push_back(stats::log_costs(subjects[i].base, subjects[i].better));
    costs.push_back(stats::log_costs(later(subjects[i]), subjects[i].better));
  }
  std::vector<stats::Sides> sides;
  for (std::size_t i = 0; i < costs.size(); i += 2) sides.push_back({costs[i], costs[i + 1]});
  return stats::across_runners_family(sides, suite, budgets);
}

/// Both may tell of one moment of the machine: either way, by what explains more.
MachineShift larger(const MachineShift& a, const MachineShift& b) {
  const bool first = a.head_slower + a.base_slower >= b.head_slower + b.base_slower;
  return {.head_slower = std::max(a.head_slower, b.head_slower),
          .base_slower = std::max(a.base_slower, b.base_slower),
          .why = first ? a.why : b.why};
}

/// "Worse" and "better" hold only where the other run shows the same.
void must_agree(Evidence& evidence, const Evidence& other, const Budget& budget) {
  const Verdict verdict = stats::decide(other, budget).verdict;
  const bool worse = verdict == Verdict::fail || verdict == Verdict::warn;
  const bool shows = evidence.estimate > 0 ? evidence.agree_worse && !worse
                                           : evidence.agree_better && verdict != Verdict::improved;
  evidence.agree_worse &= worse;
  evidence.agree_better &= verdict == Verdict::improved;
  const bool told =
      std::ranges::find(evidence.doubts, stats::Doubt::not_all_beyond) != evidence.doubts.end();
  if (shows && !told && std::abs(evidence.estimate) > std::log1p(budget.floor))
    evidence.doubts.push_back(stats::Doubt::not_all_beyond);
}

stats::Family two_runners(std::span<const Subject> subjects, std::span<const std::size_t> group,
                          const Budget& suite, std::span<const Budget> budgets) {
  stats::Family family = across_runners(
      subjects, group, [](const Subject& s) -> const std::vector<double>& { return s.head; }, suite,
      budgets);
  for (std::size_t run = 0; run < subjects[group.front()].confirmed.size(); ++run) {
    std::vector<std::size_t> measured;
    std::vector<Budget> theirs;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (subjects[group[i]].confirmed[run].empty()) {
        must_agree(family.members[i], Evidence{.agree_worse = false}, budgets[i]);
      } else {
        measured.push_back(i);
        theirs.push_back(budgets[i]);
      }
    }
    std::vector<std::size_t> again;
    for (const std::size_t i : measured) again.push_back(group[i]);
    if (again.empty()) continue;
    const stats::Family other = across_runners(
        subjects, again,
        [run](const Subject& s) -> const std::vector<double>& { return s.confirmed[run]; }, suite,
        theirs);
    for (std::size_t i = 0; i < measured.size(); ++i)
      must_agree(family.members[measured[i]], other.members[i], theirs[i]);
    if (family.measured && other.measured)
      must_agree(family.common.evidence, other.common.evidence, suite);
  }
  return family;
}

stats::Family window(std::span<const Subject> subjects, std::span<const std::size_t> group,
                     const Budget& suite, std::span<const Budget> budgets) {
  std::vector<std::vector<double>> values;
  for (const std::size_t i : group) {
    // The logarithm of NaN is NaN: where nothing was measured, nothing is known.
    std::vector<double>& costs =
        values.emplace_back(stats::log_costs(subjects[i].past, subjects[i].better));
    const auto later = stats::log_costs(subjects[i].later, subjects[i].better);
    costs.insert(costs.end(), later.begin(), later.end());
  }
  return stats::window_family(values, subjects[group.front()].later.size(), suite, budgets);
}

}  // namespace

Budget suite_budget(const Policy& policy) {
  Budget budget{.floor = policy.noise_floor.to_double(), .warn = {}, .fail = {}};
  if (policy.regression_threshold) budget.warn = policy.regression_threshold->to_double();
  if (policy.regression_fail_threshold) budget.fail = policy.regression_fail_threshold->to_double();
  return budget;
}

Budget budget_of(const Subject& subject, const Policy& policy, Design design, const Run& head) {
  const double base = stats::median(subject.base);
  Budget budget{.floor = policy.noise_floor.to_double(),
                .warn = band_of(subject.bands.warn, subject.bands.warn_absolute, base),
                .fail = band_of(subject.bands.fail, subject.bands.fail_absolute, base)};
  if (design == Design::interleaved && head.experiment && head.experiment->builds < 2)
    budget.floor = std::max(budget.floor, policy.build_variance.to_double());
  return stats::in_costs(budget, subject.better);
}

stats::Correction correction_of(std::span<const Subject> subjects, bool alone) {
  return alone || subjects.size() == 1 ? stats::Correction::none
                                       : stats::Correction::benjamini_hochberg;
}

BetweenSessions between_sessions(std::span<const Subject> subjects, Design design) {
  BetweenSessions machine;
  if (!sides_are_runs(design)) return machine;
  const auto positive = [](double value) { return value > 0; };
  std::vector<Costs> launches, processes;
  std::vector<double> shifts;
  for (const Subject& subject : subjects) {
    if (!timed(subject) || !std::ranges::all_of(subject.base, positive) ||
        !std::ranges::all_of(subject.head, positive))
      continue;
    Costs costs = costs_of(subject);
    shifts.push_back(stats::median(costs.head) - stats::median(costs.base));
    (subject.independent ? launches : processes).push_back(std::move(costs));
  }
  const auto sides_of = [](const std::vector<Costs>& costs) {
    std::vector<stats::Sides> sides;
    for (const Costs& one : costs) sides.push_back({one.base, one.head});
    return sides;
  };
  machine.wander = stats::session_wander(sides_of(launches));
  if (design != Design::one_runner) return machine;
  // On two runners a suite has a yardstick of its own.
  machine.wander = std::max(machine.wander, stats::suite_wander(sides_of(processes)));
  machine.common = shift_in_common(shifts, machine.wander);
  return machine;
}

Gathered gather(std::span<const Subject> subjects, Design design, const Run& head,
                const Policy& policy, bool alone, const BetweenSessions& machine) {
  Gathered result{.evidence = std::vector<Evidence>(subjects.size()),
                  .shared = std::vector<double>(subjects.size()),
                  .machine = std::vector<std::string>(subjects.size())};
  for (const Subject& subject : subjects)
    result.budgets.push_back(budget_of(subject, policy, design, head));

  std::vector<bool> in_family(subjects.size());
  if (design == Design::interleaved) {
    result.evidence =
        interleaved(subjects, *head.experiment, result.budgets, correction_of(subjects, alone));
  } else if (design == Design::one_runner || design == Design::printed) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto [x, y] = costs_of(subjects[i]);
      result.evidence[i] =
          design == Design::printed
              ? stats::few_values(x, y, result.budgets[i])
              : stats::same_runner(x, y, stats::Order::sequential, result.budgets[i]);
    }
  } else {
    const Budget suite = suite_budget(policy);
    for (const std::vector<std::size_t>& group : families(subjects, alone)) {
      std::vector<Budget> budgets;
      for (const std::size_t i : group) budgets.push_back(result.budgets[i]);
      stats::Family family = design == Design::window
                                 ? window(subjects, group, suite, budgets)
                                 : two_runners(subjects, group, suite, budgets);
      for (std::size_t i = 0; i < group.size(); ++i) {
        result.evidence[group[i]] = std::move(family.members[i]);
        if (family.measured) result.shared[group[i]] = family.common.evidence.estimate;
        in_family[group[i]] = family.measured;
      }
      if (!family.measured) continue;
      stats::allow_wander(family.common.evidence, machine.wander, suite);
      result.suites.push_back({.suite = subjects[group.front()].finding.suite,
                               .evidence = std::move(family.common.evidence),
                               .members = group.size()});
    }
  }

  const std::string uneven = wandered(machine.wander);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Subject& subject = subjects[i];
    Evidence& evidence = result.evidence[i];
    // Sides that are measured by turns have the machine in common; a family, its suite's speed.
    if (design != Design::interleaved && timed(subject)) {
      const double wander = in_family[i] ? 0 : machine.wander;
      stats::allow_wander(evidence, wander, result.budgets[i]);
      const MachineShift shift = larger(machine.common, subject.waited);
      allow_for(shift, evidence);
      if (!shift.why.empty())
        result.machine[i] = shift.why;
      else if (wander > 0)
        result.machine[i] = uneven;
    }
    const auto fewest = static_cast<int>(std::min(subject.base.size(), subject.head.size()));
    if (design != Design::window && fewest < policy.min_samples) evidence.enough = false;
  }
  return result;
}

}  // namespace perfgate::gate
