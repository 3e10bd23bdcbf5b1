#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gate/design.hpp"
#include "gate/evidence.hpp"
#include "gate/findings.hpp"
#include "gate/sentences.hpp"
#include "gate/subjects.hpp"
#include "stats/compare.hpp"
#include "stats/summary.hpp"
#include "stats/wander.hpp"
#include "stats/window.hpp"

namespace perfgate::gate {
namespace {

using stats::Budget;
using stats::Decision;
using stats::Evidence;

/// Whether the medians differ for the worse by more than a band. In decimals, as an exact 5 % is
/// not more than 5 %.
bool beyond(const Comparison& comparison, Better better, const std::optional<Decimal>& ratio,
            const std::optional<Limit>& absolute) {
  if (!ratio && !absolute) return false;
  const Decimal base = Decimal::nearest(comparison.base.median);
  const Decimal head = Decimal::nearest(comparison.head.median);
  const Decimal worse = better == Better::higher ? base - head : head - base;
  if (ratio && !(worse > *ratio * base)) return false;
  return !absolute || worse > absolute->value;
}

Finding concluded(Finding finding, Reason reason, Verdict verdict, std::string why) {
  finding.reason = reason;
  finding.verdict = verdict;
  finding.why = std::move(why);
  return finding;
}

/// Counts that do not vary: the change is the change, and any is sure.
Finding judge_exact(const Subject& subject) {
  Comparison comparison = stats::compare_exact(subject.base, subject.head);
  if (comparison.base.median <= 0) {
    const bool same = comparison.head.median == comparison.base.median;
    return concluded(subject.finding, same ? Reason::within_budget : Reason::undefined_ratio,
                     same ? Verdict::pass : Verdict::inconclusive,
                     fmt::format("{}: {} against a baseline of {}", subject.name,
                                 shown_value(subject, comparison.head.median),
                                 shown_value(subject, comparison.base.median)));
  }
  const Bands& bands = subject.bands;
  const std::string text = what_changed(subject, comparison);
  const bool worse =
      subject.better == Better::higher ? comparison.change < 0 : comparison.change > 0;
  const bool better = comparison.change != 0 && !worse;
  Finding finding = subject.finding;
  if (!has_bands(bands))
    finding = concluded(finding, Reason::within_budget, Verdict::pass, no_band(text));
  else if (beyond(comparison, subject.better, bands.fail, bands.fail_absolute))
    finding = concluded(finding, Reason::regressed, Verdict::fail, beyond_fail(subject, text));
  else if (beyond(comparison, subject.better, bands.warn, bands.warn_absolute))
    finding =
        concluded(finding, Reason::slower_within_fail, Verdict::warn, beyond_warn(subject, text));
  else
    finding = concluded(finding, better ? Reason::improved : Reason::within_budget,
                        better ? Verdict::improved : Verdict::pass, text);
  finding.comparison = std::move(comparison);
  return finding;
}

/// Single figures are as precise as they are printed: what is finer than their last decimal and
/// near a threshold cannot be told.
Result<void> check_decimals(const Subject& subject) {
  if (!subject.step) return {};
  const double base_median = stats::median(subject.base);
  const Decimal base = Decimal::nearest(base_median);
  const Decimal head = Decimal::nearest(stats::median(subject.head));
  const Decimal drop = subject.better == Better::higher ? base - head : head - base;
  for (const auto& ratio : {subject.bands.warn, subject.bands.fail}) {
    if (!ratio || base == head) continue;
    const Decimal allowed = *ratio * base;
    const Decimal distance = drop < allowed ? allowed - drop : drop - allowed;
    if (*subject.step > allowed && distance < *subject.step)
      return fail(Code::config,
                  fmt::format("{}: one step of the printed decimals is {:.2f} % of it, more than "
                              "the regression threshold of {:.4g} %: they cannot tell",
                              subject.name, 100 * subject.step->to_double() / base_median,
                              100 * ratio->to_double()),
                  "judge run.json instead of perf.json, or write more decimals of this headline");
  }
  return {};
}

bool is_worse(Verdict verdict) { return verdict == Verdict::fail || verdict == Verdict::warn; }

/// How many more runs of the commit would make a test by ranks possible; absent: no few would.
std::optional<int> further_runs(std::size_t past, std::size_t later) {
  constexpr std::size_t at_most = 5;
  double ways = 1;
  for (std::size_t k = 1; k <= later + at_most; ++k) {
    ways *= static_cast<double>(past + k) / static_cast<double>(k);
    if (k > later && 1 / ways <= stats::window_level) return static_cast<int>(k - later);
  }
  return std::nullopt;
}

std::optional<int> further(Design design, const Evidence& evidence, const Budget& budget) {
  if (design == Design::printed) return std::nullopt;
  if (design == Design::window) {
    const bool suspicion =
        evidence.estimate > std::log1p(budget.warn.value_or(budget.fail.value_or(0)));
    return suspicion ? further_runs(evidence.base_count, evidence.head_count) : std::nullopt;
  }
  constexpr int limit = 200;  // more is no advice
  const int count = stats::further_values(evidence, budget, limit);
  return count > 0 && count < limit ? std::optional(count) : std::nullopt;
}

/// What the gathered evidence of one subject is worth.
struct Weighed {
  const Subject& subject;
  const Evidence& evidence;
  const Budget& budget;
  const Decision& decision;
  double shared = 0;
  const std::string& machine;
};

/// Whether nothing but what the whole suite has in common keeps it from passing.
bool hidden_by_suite(const Weighed& one) {
  const std::optional<double> allowed = one.budget.warn ? one.budget.warn : one.budget.fail;
  return one.shared > 0 && one.decision.reason == Reason::uncertain && allowed &&
         one.evidence.high - one.shared < std::log1p(*allowed);
}

Finding judge_noisy(const Weighed& one, const Experimented& experiment, const Policy& policy) {
  const Subject& subject = one.subject;
  const Design design = experiment.design;
  Comparison comparison = stats::comparison_of(one.evidence, subject.base, subject.head,
                                               subject.better, one.budget, design);
  comparison.doubts.clear();
  for (const stats::Doubt doubt : one.decision.doubts)
    comparison.doubts.emplace_back(stats::sentence(doubt));
  if (!one.machine.empty()) comparison.doubts.push_back(one.machine);
  if (!subject.independent)
    comparison.doubts.push_back(
        "repetitions within one process share its luck: separate launches (repetitions in "
        "perfgate.toml) would tell more");
  if (one.shared != 0)
    comparison.suite_shift =
        stats::as_ratio(subject.better == Better::higher ? -one.shared : one.shared);
  const std::string text = what_changed(subject, comparison);
  Verdict verdict = one.decision.verdict;
  Reason reason = one.decision.reason;
  std::string why;
  if (!has_bands(subject.bands)) {
    why = no_band(text);
  } else if (design == Design::printed && verdict == Verdict::inconclusive &&
             !(one.evidence.estimate >
               std::log1p(one.budget.warn.value_or(*one.budget.fail)) + 1e-12)) {
    verdict = Verdict::pass;
    reason = Reason::within_budget;
    why = text + ": within the budget, as far as single values can tell";
  } else if (design == Design::printed && verdict == Verdict::inconclusive) {
    reason = Reason::uncertain;
    why = not_excluded(subject, text, one.evidence.high) +
          "; a second measurement, or run.json with its samples, would decide";
  } else if (is_worse(verdict) && experiment.too_few_runs) {
    verdict = Verdict::inconclusive;
    reason = Reason::uncertain;
    why = fmt::format(
        "{}: beyond the budget, and the policy asks for {} runs of this commit on instances of "
        "their own before it fails: run it once more",
        text, policy.baseline.confirm);
  } else if (verdict == Verdict::fail) {
    why = beyond_fail(subject, text);
  } else if (verdict == Verdict::warn) {
    why = has_warning(subject.bands) ? beyond_warn(subject, text) : below_fail(subject, text);
  } else if (verdict != Verdict::inconclusive) {
    why =
        fmt::format("{}: {}", text, verdict == Verdict::improved ? "better" : "within the budget");
  } else if (hidden_by_suite(one)) {
    why = as_its_suite(text);
  } else {
    // What the machine did is not in the noise of the values: more of them would not show it.
    if (one.machine.empty()) comparison.further_values = further(design, one.evidence, one.budget);
    why = unsure(subject, text, design, one.evidence, one.decision, one.budget, policy.min_samples);
    if (!one.machine.empty()) why += "; " + one.machine;
    why += settled_by(design, comparison.further_values);
  }
  Finding finding = concluded(subject.finding, reason, verdict, std::move(why));
  finding.comparison = std::move(comparison);
  return finding;
}

/// Equal programs are a control: whatever shows is a false alarm. Returns how many do.
int clear_control(std::vector<Finding>& findings, std::size_t begin) {
  int alarms = 0;
  for (std::size_t i = begin; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    if (!finding.comparison || finding.comparison->design == Design::exact) continue;
    const bool alarm = is_worse(finding.verdict) || finding.verdict == Verdict::improved;
    alarms += alarm;
    finding.verdict = Verdict::pass;
    finding.reason = Reason::within_budget;
    finding.why += alarm ? "; both sides are the same program: a false alarm"
                         : "; both sides are the same program";
  }
  return alarms;
}

Finding judge_suite(const SuiteShift& shift, const Budget& budget, const Experimented& experiment,
                    const Policy& policy) {
  const Decision decision = stats::decide(shift.evidence, budget);
  Comparison comparison{.change = stats::as_ratio(shift.evidence.estimate),
                        .low = stats::as_ratio(shift.evidence.low),
                        .high = stats::as_ratio(shift.evidence.high),
                        .confidence = stats::interval_confidence,
                        .smallest_detectable = stats::smallest_detectable(shift.evidence, budget),
                        .design = experiment.design};
  comparison.base.count = comparison.head.count = shift.members;
  comparison.base.median = 1;
  comparison.head.median = 1 + comparison.change;
  for (const stats::Doubt doubt : decision.doubts)
    comparison.doubts.emplace_back(stats::sentence(doubt));
  const bool early = is_worse(decision.verdict) && experiment.too_few_runs;
  Finding finding = concluded({.suite = shift.suite}, early ? Reason::uncertain : decision.reason,
                              early ? Verdict::inconclusive : decision.verdict,
                              whole_suite(shift.members, comparison, decision.verdict, policy));
  finding.comparison = std::move(comparison);
  return finding;
}

/// Whether there is anything to say of what a suite has in common.
bool worth_saying(const SuiteShift& shift, const Budget& budget) {
  const Verdict verdict = stats::decide(shift.evidence, budget).verdict;
  if (verdict == Verdict::pass) return false;
  if (verdict != Verdict::inconclusive) return true;
  return shift.evidence.estimate > std::log1p(budget.warn.value_or(budget.fail.value_or(0)));
}

/// What is found: of the subjects, of what suites have in common, and of how many noisy benchmarks
/// the estimate is slower, the verdict worse, and nothing decided.
struct Found {
  std::vector<Finding>& findings;
  std::vector<Finding> suites{};
  std::size_t noisy = 0, slower = 0, worse = 0, open = 0;
};

/// Noisy subjects into findings, at the places that are kept for them.
void judge_group(const std::vector<Subject>& subjects, const std::vector<std::size_t>& places,
                 const Experimented& experiment, const Run& head, const Policy& policy, bool alone,
                 Found& found) {
  const Gathered gathered =
      gather(subjects, experiment.design, head, policy, alone, experiment.machine);
  const std::vector<Decision> decisions =
      stats::decide_members(gathered.evidence, gathered.budgets, correction_of(subjects, alone));
  for (std::size_t i = 0; i < subjects.size(); ++i)
    found.findings[places[i]] = judge_noisy({.subject = subjects[i],
                                             .evidence = gathered.evidence[i],
                                             .budget = gathered.budgets[i],
                                             .decision = decisions[i],
                                             .shared = gathered.shared[i],
                                             .machine = gathered.machine[i]},
                                            experiment, policy);
  for (std::size_t i = 0; i < subjects.size() && !alone; ++i) {
    ++found.noisy;
    found.slower += gathered.evidence[i].estimate > 0;
    found.worse += is_worse(decisions[i].verdict);
    found.open += decisions[i].verdict == Verdict::inconclusive;
  }
  const Budget budget = suite_budget(policy);
  for (const SuiteShift& shift : gathered.suites)
    if (worth_saying(shift, budget))
      found.suites.push_back(judge_suite(shift, budget, experiment, policy));
}

/// One after the other, a change that slows everything looks like a machine that was slower for a
/// while, and a reader should know.
std::optional<Note> note_on_machine(const Found& found, const BetweenSessions& machine,
                                    const Budget& budget) {
  constexpr std::string_view remedy =
      "`perfgate ab`, which measures both by turns, tells the machine from the code";
  const double allowed = budget.warn.value_or(budget.fail.value_or(0));
  if (!machine.common.why.empty() && found.open > 0)
    return Note{.severity = Severity::warning,
                .text = fmt::format("{}. {}", machine.common.why, remedy)};
  const std::string uneven = wandered(machine.wander);
  if (!uneven.empty() && stats::wander_reach(machine.wander) > std::log1p(allowed))
    return Note{
        .severity = Severity::warning,
        .text = fmt::format("{}, as its launches, or the spread of the suite, show. Less is "
                            "not decided here: {}",
                            uneven, remedy)};
  if (found.noisy < fewest_for_all || found.slower < found.noisy || 2 * found.worse < found.noisy)
    return std::nullopt;
  return Note{
      .severity = Severity::warning,
      .text = fmt::format("all {} benchmarks are slower: by a change that slows everything, "
                          "or by a machine that was slower all the while. {}",
                          found.noisy, remedy)};
}

/// Judges what needs no statistics at once, and the rest together.
Result<void> judge_all(std::vector<Subject> subjects, const Experimented& experiment,
                       const Run& head, const Policy& policy, bool alone, Found& found) {
  std::vector<Subject> noisy;
  std::vector<std::size_t> places;
  const auto positive = [](double value) { return value > 0; };
  for (Subject& subject : subjects) {
    if (subject.exact) {
      found.findings.push_back(judge_exact(subject));
    } else if (!std::ranges::all_of(subject.base, positive) ||
               !std::ranges::all_of(subject.head, positive)) {
      found.findings.push_back(concluded(subject.finding, Reason::undefined_ratio,
                                         Verdict::inconclusive,
                                         subject.name + ": a value of zero or below has no ratio"));
    } else {
      CHECKED(check_decimals(subject));
      places.push_back(found.findings.size());
      found.findings.emplace_back();
      noisy.push_back(std::move(subject));
    }
  }
  judge_group(noisy, places, experiment, head, policy, alone, found);
  return {};
}

}  // namespace

Result<Experimented> add_regression_findings(const Run& head, const Reference& base,
                                             const Policy& policy, bool printed,
                                             std::vector<Finding>& findings, Counts& counts,
                                             std::vector<Note>& notes) {
  Designed designed = design_of(head, base, policy, printed);
  const bool apart = designed.design == Design::window || designed.design == Design::two_runners;
  Experimented experiment{.design = designed.design,
                          .why = std::move(designed.why),
                          .too_few_runs = apart && 1 + static_cast<int>(base.confirmations.size()) <
                                                       policy.baseline.confirm};
  Subjects subjects = subjects_of(head, base, policy, experiment.design, findings, counts);
  experiment.machine = between_sessions(subjects.benchmarks, experiment.design);
  const std::size_t begin = findings.size();
  Found found{.findings = findings};
  CHECKED(judge_all(std::move(subjects.headlines), experiment, head, policy, true, found));
  CHECKED(judge_all(std::move(subjects.benchmarks), experiment, head, policy, false, found));
  findings.insert(findings.end(), found.suites.begin(), found.suites.end());
  if (experiment.design == Design::one_runner)
    if (auto note = note_on_machine(found, experiment.machine, suite_budget(policy)))
      notes.push_back(*std::move(note));
  if (experiment.design == Design::interleaved && head.experiment->identical) {
    const int alarms = clear_control(findings, begin);
    if (alarms > 0)
      notes.push_back(
          {.severity = Severity::warning,
           .text = fmt::format(
               "both sides are the same program, and {} of {} comparisons show a change: this "
               "machine, or the harness, is not fit to judge by (`perfgate qualify` says what it "
               "can see)",
               alarms, findings.size() - begin)});
  }
  return experiment;
}

}  // namespace perfgate::gate
