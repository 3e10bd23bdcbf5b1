#pragma once
// The verdict over one comparison, and over those of a suite together. What the experiment was like
// is told by who gathers the evidence: same_runner, across_runners, window, family.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/judgement.hpp"
#include "model/run.hpp"

namespace perfgate::stats {

/// The version of the method; it changes whenever the same numbers could get another answer.
inline constexpr std::string_view verdict_method = "shift-bounds/4";

/// A regression is shown with this one-sided confidence for its own bound (its estimate, its
/// fastest values, and what else the experiment knows must agree); what is reported, and what a
/// pass stands on, has the usual 95 %.
inline constexpr double shown_confidence = 0.90, reported_confidence = 0.95;
/// Of the interval between two bounds that are reported.
inline constexpr double interval_confidence = 0.90;

/// The share of false failures among the failures of a suite.
inline constexpr double false_discovery_rate = 0.05;

/// The standard deviation, as a log ratio, of a benchmark between two instances of hosted runners.
/// From 1 465 series of 39 projects: 4.4 % in the median series, 3.5 % balanced over projects.
inline constexpr double between_runners = 0.04;
/// What is added for two runners is beyond all but 1.75 % of such normal differences: with those
/// that have another processor (8 %), a regression is wrongly shown in about 2 %.
inline constexpr double between_confidence = 0.9825;

/// The fewest independent values a side that a pass may stand on.
inline constexpr std::size_t fewest_values = 5;

/// What the policy allows. Ratios: 0.03 is 3 %. Absent: the band does not exist.
struct Budget {
  double floor = 0.01;                ///< changes up to this are never judged
  std::optional<double> warn;         ///< worse by more than this warns
  std::optional<double> fail = 0.03;  ///< worse by more than this fails
};

/// What is allowed of the values, as what is allowed of their costs: where higher is better, a drop
/// by a share r is a rise of the cost by r / (1 - r), so that exactly 5 % less is not more than 5
/// %.
Budget in_costs(Budget of_values, Better better);

/// A band with a relative and an absolute part is exceeded only where both are: the larger of the
/// two as a ratio of `base`, the baseline's median. Absent where neither is given.
std::optional<double> band(std::optional<double> relative, std::optional<double> absolute,
                           double base);

/// What a reader should know before believing a verdict.
enum class Doubt {
  few_values,               ///< fewer than `fewest_values` a side: the noise is assumed
  constant,                 ///< no value differs from its neighbours
  coarse_timer,             ///< the timer's step is part of the interval
  correlated,               ///< neighbours resemble each other: the interval was widened
  drift,                    ///< the values of a side have a trend
  modes,                    ///< two modes, compared like with like
  modes_differ,             ///< one side is in another mode, or more often
  fastest_unmoved,          ///< the middle is worse, the fastest values are not
  began_elsewhere,          ///< another moment explains the change better than the change of code
  assumed_between_runners,  ///< the difference of two runners is assumed, not measured
  short_window,             ///< too few past values for a test by ranks
  not_all_beyond,           ///< the later values do not agree
  unusual_suite,            ///< the whole suite is spread wider than its noise explains
  one_of_many,  ///< what shows here is expected by chance somewhere in a suite of this size
};
std::string_view sentence(Doubt doubt);

/// What an experiment says about head against base. All changes are logarithms of ratios of cost:
/// positive is worse, whether the metric is better lower or higher.
struct Evidence {
  double estimate = 0;
  double low = 0, high = 0;          ///< each with reported_confidence
  double worse_by = 0;               ///< at least, with shown_confidence
  double better_by = 0;              ///< at most (negative: better), with shown_confidence
  double standard_error = 0;         ///< of the estimate, as its wider bound has it
  double lasting_error = 0;          ///< the part of it that more values of these runs leave
  double p_worse = 1, p_better = 1;  ///< one-sided, against the noise floor
  bool agree_worse = true;           ///< what else the experiment knows agrees with "worse"
  bool agree_better = true;          ///< ... with "better"
  bool enough = true;                ///< a pass may stand on it
  std::size_t base_count = 0, head_count = 0;
  std::vector<Doubt> doubts;

  bool operator==(const Evidence&) const = default;
};

/// Adds an error that more values do not take away, `deviation` as a log ratio, to what the
/// evidence does not know: to the bounds that show a change at `confidence`, to those that are
/// reported at theirs. The p-values become those of a normal law.
void add_error(Evidence& evidence, double deviation, double confidence, const Budget& budget);

struct Decision {
  Verdict verdict = Verdict::inconclusive;
  Reason reason = Reason::uncertain;
  std::vector<Doubt> doubts;  ///< the evidence's, and why a regression that shows was not believed

  bool operator==(const Decision&) const = default;
};

/// fail: the estimate lies beyond the fail band, its bound beyond the noise floor, and what else is
/// known agrees (an intersection-union test; Berger 1982). improved: the same, mirrored. warn: the
/// same with the warn band, or slower beyond the floor where there is no such band. pass: the upper
/// bound lies within the budget, the warn band or else the fail band (non-inferiority; Schuirmann
/// 1987). Otherwise inconclusive.
Decision decide(const Evidence& evidence, const Budget& budget);

enum class Correction { none, benjamini_hochberg, holm };

/// The same for the comparisons of one suite, or all suites, of a run, each with a budget of its
/// own: what fails or improves alone must also be significant among all of them. Never makes a
/// verdict worse.
std::vector<Decision> decide_members(std::span<const Evidence> family,
                                     std::span<const Budget> budgets,
                                     Correction correction = Correction::benjamini_hochberg,
                                     double rate = false_discovery_rate);
/// With one budget for all.
std::vector<Decision> decide_together(std::span<const Evidence> family, const Budget& budget,
                                      Correction correction = Correction::benjamini_hochberg,
                                      double rate = false_discovery_rate);

/// p-value of the two one-sided tests that the change lies outside of +/- margin (a ratio): small
/// where the sides are shown to be equivalent. Source: Schuirmann (1987).
double equivalence_p(const Evidence& evidence, double margin);

/// The smallest worsening, as a ratio, that an experiment as precise as this one fails in `power`
/// of all cases: its bound must pass the floor, and its estimate the band.
double smallest_detectable(const Evidence& evidence, const Budget& budget, double power = 0.8);

/// How many further values a side would decide an undecided comparison, if what is seen stays as it
/// is: at most `limit`, which stands for "more than that", or for "no number: another runner
/// would". 0 where it is decided.
int further_values(const Evidence& evidence, const Budget& budget, int limit = 1000);

/// Logarithms of costs: of the values where lower is better, of their inverses where higher is.
/// Values must be positive; `better` must be known.
std::vector<double> log_costs(std::span<const double> values, Better better);

/// exp(change) - 1: what a reader calls a change of so many percent of cost.
double as_ratio(double log_change);

}  // namespace perfgate::stats
