#pragma once
// What the policy says of a run, and why.

#include <optional>
#include <string>
#include <vector>

#include "base/code.hpp"
#include "base/time.hpp"
#include "model/hypothesis.hpp"
#include "model/run.hpp"
#include "model/summary.hpp"
#include "model/waiver.hpp"

namespace perfgate {

enum class Verdict { pass, improved, warn, inconclusive, not_comparable, not_measured, fail };

/// "[PASS]", "[WARN]", "[FAIL]", "[INCONCLUSIVE]", "[NOT MEASURED]", "[NOT COMPARABLE]".
std::string_view label(Verdict verdict);

enum class Reason {
  within_budget,       ///< shown to be no worse than the budget allows
  improved,            ///< shown to be better
  regressed,           ///< shown to be worse
  slower_within_fail,  ///< worse beyond the warning band, not beyond the failing one
  uncertain,           ///< the interval does not decide
  too_few_samples,     ///< fewer independent samples than the policy asks for
  limit_met,           ///< floor, ceiling or target is met
  limit_violated,      ///< a floor or ceiling is violated (CBKB005)
  limit_uncertain,     ///< the limit lies within the measured noise
  target_missed,       ///< a target is not reached
  thin_margin,         ///< a floor is met, with less than the safety margin
  no_baseline,         ///< there is nothing to compare with
  new_benchmark,       ///< the baseline does not know it
  other_host,          ///< the baseline comes from another host class
  too_far,             ///< the baseline lies too far from the commit that head was made from
  other_unit,          ///< unit or direction differ between base and head
  undefined_ratio,     ///< a value of zero or below has no ratio
  missing,             ///< expected, and not measured
  not_measured,        ///< the harness reported an error, or no value
  reported_error,      ///< perf.json, or the run itself, carries an error
  reported_warning,    ///< perf.json carries a warning
  drifted,             ///< shown to be worse than an anchor by more than the drift budget
  accepted,            ///< worse, and a waiver accepts it
  waiver_dead,         ///< a waiver matches nothing that was measured
  waiver_expired,      ///< a waiver is past its date
};

/// What kind of experiment the two sides of a comparison make: the same numbers mean different
/// things in each.
enum class Design {
  interleaved,  ///< by turns on one machine: launch i of either side is round i
  one_runner,   ///< one after the other on one machine, within the hour
  two_runners,  ///< on two machines, or at two times
  window,       ///< one value a run against those of past runs
  exact,        ///< counts that do not vary: no statistics
  printed,      ///< single figures, as perf.json prints them
};

/// How head differs from base; as ratios, positive: the value is larger.
struct Comparison {
  Summary base, head;                         ///< over independent samples
  double change = 0;                          ///< the estimate
  double low = 0, high = 0;                   ///< interval of the change
  double confidence = 0;                      ///< of the interval, two-sided
  std::optional<double> p;                    ///< two-sided p-value of no difference
  std::optional<double> smallest_detectable;  ///< the smallest change that this could have seen
  std::optional<Design> design;               ///< absent in judgements before shift-bounds/1
  std::string method;  ///< of judgements before shift-bounds/1: rank-sum, exact, assumed-noise
  /// What the whole suite changed by, which was taken out of the change; absent: nothing was.
  std::optional<double> suite_shift;
  /// About how many more rounds, launches or runs a side would decide it; absent: it is decided, or
  /// no number would.
  std::optional<int> further_values;
  std::vector<std::string> doubts;

  bool operator==(const Comparison&) const = default;
};

/// A value held to a floor, ceiling or target.
enum class LimitKind { floor, ceiling, target };

struct LimitCheck {
  LimitKind kind = LimitKind::floor;
  double limit = 0;           ///< base units
  double value = 0;           ///< base units
  double shortfall = 0;       ///< how far on the wrong side, base units; 0 where it is met
  double margin = 0;          ///< value / floor, or ceiling / value
  std::string written;        ///< as the policy says it: "80 MiB/s"
  std::string origin;         ///< thresholds.toml:4
  std::optional<Time> since;  ///< since when it has been violated, where history knows

  bool operator==(const LimitCheck&) const = default;
};

/// One rule applied to one metric of one benchmark (or to one headline).
struct Finding {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  std::string headline;  ///< the headline's name, where the rule is about one
  std::string unit;      ///< symbol that values are shown in; empty: as reads best
  Reason reason = Reason::within_budget;
  Verdict verdict = Verdict::pass;
  std::optional<Code> code;
  std::string why;  ///< the sentence that says why
  std::optional<Comparison> comparison;
  std::optional<LimitCheck> limit;
  std::string anchor;  ///< the anchor that it was compared with; empty: the baseline
  std::string waiver;  ///< id of the waiver that it is about, or that accepts it; empty: none

  bool operator==(const Finding&) const = default;
};

/// What there was to compare with.
enum class BaselineState {
  none,            ///< no baseline of this branch
  given,           ///< a file
  seeding,         ///< a rolling baseline of fewer runs than asked for
  active,          ///< the store's
  expired,         ///< the store's, and older than the policy allows
  not_comparable,  ///< of another host class
};

/// The comparison with an anchor that comes out worst.
struct Drift {
  std::string anchor;  ///< its name: "v1.4"
  std::string run_id;  ///< its run
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  std::string headline;
  double change = 0;  ///< for the worse, as a ratio; negative: better
  double budget = 0;

  bool operator==(const Drift&) const = default;
};

struct Counts {
  int expected = 0;  ///< benchmarks that had to be there
  int measured = 0;  ///< benchmarks with at least one value
  int compared = 0;  ///< benchmarks compared with the baseline
  int added = 0;     ///< benchmarks that the baseline does not know

  bool operator==(const Counts&) const = default;
};

struct Judgement {
  std::string schema;  ///< perfgate.judgement/1
  std::string tool;
  std::string method;  ///< the version of the method that reached the verdict: shift-bounds/1
  Verdict verdict = Verdict::pass;
  int exit_code = 0;
  std::string summary;  ///< Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s [PASS]
  std::string run;      ///< key of the run's record; empty: not from or for a store
  std::string run_id;
  Commit commit;
  std::string policy;  ///< where the policy came from
  BaselineState baseline_state = BaselineState::none;
  std::string baseline;     ///< key of the baseline's record; empty: a file, rolling, or none
  std::string baseline_id;  ///< its run
  Commit baseline_commit;
  /// Of a pull request: how it lies to the commit that the change was made from ("2 commits before
  /// the merge base 1a2b3c4d5e of main"); empty: not known.
  std::string baseline_distance;
  std::vector<std::string> baseline_runs;  ///< ids of the runs of a rolling baseline, newest first
  std::optional<Design> design;            ///< of the comparisons with the baseline
  std::string experiment;                  ///< the design and why, as a sentence
  /// What half of the noisy comparisons could have seen, with 80 % power.
  std::optional<double> smallest_detectable;
  std::optional<Drift> drift;                 ///< the worst since an anchor, where there is one
  std::vector<std::string> host_differences;  ///< cpu_model: "A" here, "B" there
  Counts counts;
  std::vector<Headline> headlines;
  std::vector<Finding> findings;               ///< sorted, worst first
  std::vector<Waiver> waivers;                 ///< those that findings name
  std::optional<HypothesisResult> hypothesis;  ///< the answer, where one was asked
  std::vector<Note> notes;
  std::string advisory;                ///< why the verdict decides nothing; empty: it decides
  std::vector<std::string> reproduce;  ///< the commands that reach this verdict again

  bool operator==(const Judgement&) const = default;
};

}  // namespace perfgate
