#include "stats/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "stats/multiple_testing.hpp"
#include "stats/power.hpp"
#include "stats/rank_sum.hpp"

namespace perfgate::stats {
namespace {

/// Bounds come from logarithms: exactly 3 % may be a few of their roundings more.
constexpr double log_rounding = 1e-12;

/// The evidence with the sides swapped, as far as a decision looks at it.
Evidence mirrored(const Evidence& evidence) {
  return {.estimate = -evidence.estimate,
          .low = -evidence.high,
          .high = -evidence.low,
          .worse_by = -evidence.better_by,
          .better_by = -evidence.worse_by,
          .agree_worse = evidence.agree_better,
          .agree_better = evidence.agree_worse,
          .enough = evidence.enough};
}

bool shown_worse(const Evidence& evidence, const Budget& budget) {
  return evidence.worse_by > std::log1p(budget.floor) + log_rounding;
}

bool beyond(const Evidence& evidence, const std::optional<double>& ratio) {
  return ratio && evidence.estimate > std::log1p(*ratio) + log_rounding;
}

std::optional<double> allowed(const Budget& budget) {
  return budget.warn ? budget.warn : budget.fail;
}

}  // namespace

Budget in_costs(Budget of_values, Better better) {
  if (better != Better::higher) return of_values;
  constexpr double nothing_left = 1 - 1e-9;  // no drop is larger
  const auto rise = [nothing_left](double drop) {
    const double share = std::min(drop, nothing_left);
    return share / (1 - share);
  };
  of_values.floor = rise(of_values.floor);
  if (of_values.warn) of_values.warn = rise(*of_values.warn);
  if (of_values.fail) of_values.fail = rise(*of_values.fail);
  return of_values;
}

std::optional<double> band(std::optional<double> relative, std::optional<double> absolute,
                           double base) {
  if (!absolute) return relative;
  const double ratio = *absolute / base;
  return relative ? std::max(*relative, ratio) : ratio;
}

std::string_view sentence(Doubt doubt) {
  switch (doubt) {
    case Doubt::few_values:
      return "too few samples to know the noise: that of hosted runners is assumed";
    case Doubt::constant:
      return "the samples of each side are all the same: their noise is not known";
    case Doubt::coarse_timer:
      return "the timer's step is coarse, and was allowed for";
    case Doubt::correlated:
      return "neighbouring samples resemble each other, and count for fewer";
    case Doubt::drift:
      return "the samples drift while they are measured: interleave the two sides";
    case Doubt::modes:
      return "the samples fall into two modes, which were compared one by one";
    case Doubt::modes_differ:
      return "the samples of a side fall into two modes, those of the other do not, or otherwise";
    case Doubt::fastest_unmoved:
      return "the fastest samples are not slower: noise is more likely than a regression";
    case Doubt::began_elsewhere:
      return "the change began within the samples of one side: interleave the two sides";
    case Doubt::assumed_between_runners:
      return "the sides ran on two instances: 4 % between runners is assumed";
    case Doubt::short_window:
      return "too few past runs for a test by ranks";
    case Doubt::not_all_beyond:
      return "not every one of the runs is beyond what past runs explain: run it again";
    case Doubt::unusual_suite:
      return "the whole suite is spread more than its noise explains: the machine is in doubt";
    case Doubt::one_of_many:
      return "in a suite of this size one such difference is expected by chance";
  }
  return {};
}

void add_error(Evidence& evidence, double deviation, double confidence, const Budget& budget) {
  const double shown = normal_quantile(confidence) * deviation;
  const double reported = normal_quantile(reported_confidence) * deviation;
  const double estimate = evidence.estimate, floor = std::log1p(budget.floor);
  evidence.worse_by = estimate - std::hypot(estimate - evidence.worse_by, shown);
  evidence.better_by = estimate + std::hypot(evidence.better_by - estimate, shown);
  evidence.low = estimate - std::hypot(estimate - evidence.low, reported);
  evidence.high = estimate + std::hypot(evidence.high - estimate, reported);
  evidence.standard_error = std::hypot(evidence.standard_error, deviation);
  evidence.lasting_error = std::hypot(evidence.lasting_error, deviation);
  evidence.p_worse = normal_upper_tail((estimate - floor) / evidence.standard_error);
  evidence.p_better = normal_upper_tail((-estimate - floor) / evidence.standard_error);
}

Decision decide(const Evidence& evidence, const Budget& budget) {
  Decision decision{.doubts = evidence.doubts};
  const auto conclude = [&](Verdict verdict, Reason reason) {
    decision.verdict = verdict;
    decision.reason = reason;
    return decision;
  };
  const bool worse = shown_worse(evidence, budget);
  if (!budget.warn && !budget.fail) return conclude(Verdict::pass, Reason::within_budget);
  if (worse && evidence.agree_worse) {
    if (beyond(evidence, budget.fail)) return conclude(Verdict::fail, Reason::regressed);
    if (beyond(evidence, budget.warn)) return conclude(Verdict::warn, Reason::slower_within_fail);
  }
  const Evidence turned = mirrored(evidence);
  if (shown_worse(turned, budget) && turned.agree_worse && beyond(turned, allowed(budget)))
    return conclude(Verdict::improved, Reason::improved);
  if (evidence.enough && evidence.high < std::log1p(*allowed(budget)) + log_rounding)
    return conclude(Verdict::pass, Reason::within_budget);
  if (worse && evidence.agree_worse && !budget.warn)
    return conclude(Verdict::warn, Reason::slower_within_fail);
  return conclude(Verdict::inconclusive,
                  evidence.enough ? Reason::uncertain : Reason::too_few_samples);
}

std::vector<Decision> decide_members(std::span<const Evidence> family,
                                     std::span<const Budget> budgets, Correction correction,
                                     double rate) {
  std::vector<Decision> decisions;
  decisions.reserve(family.size());
  std::vector<double> worse, better;
  for (std::size_t i = 0; i < family.size(); ++i) {
    decisions.push_back(decide(family[i], budgets[i]));
    worse.push_back(family[i].p_worse);
    better.push_back(family[i].p_better);
  }
  if (correction == Correction::none) return decisions;
  const auto adjust = correction == Correction::holm ? holm : benjamini_hochberg;
  worse = adjust(worse);
  better = adjust(better);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    Decision& decision = decisions[i];
    const bool bad = decision.verdict == Verdict::fail || decision.verdict == Verdict::warn;
    const bool good = decision.verdict == Verdict::improved;
    if ((bad && worse[i] > rate) || (good && better[i] > rate)) {
      // An improvement that may be chance is no less within the budget for it.
      const bool within = good && family[i].enough && allowed(budgets[i]) &&
                          family[i].high < std::log1p(*allowed(budgets[i])) + log_rounding;
      decision.verdict = within ? Verdict::pass : Verdict::inconclusive;
      decision.reason = within ? Reason::within_budget : Reason::uncertain;
      decision.doubts.push_back(Doubt::one_of_many);
    }
  }
  return decisions;
}

std::vector<Decision> decide_together(std::span<const Evidence> family, const Budget& budget,
                                      Correction correction, double rate) {
  return decide_members(family, std::vector(family.size(), budget), correction, rate);
}

double equivalence_p(const Evidence& evidence, double margin) {
  // P that an estimate this far inside the margin comes from a shift at the margin.
  const double reach = std::log1p(margin);
  return 1 - std::min(power(reach - evidence.estimate, evidence.standard_error, 0, 0),
                      power(reach + evidence.estimate, evidence.standard_error, 0, 0));
}

double smallest_detectable(const Evidence& evidence, const Budget& budget, double power) {
  const double error = evidence.standard_error;
  const double shown = stats::smallest_detectable(error, std::log1p(budget.floor),
                                                  normal_quantile(shown_confidence), power);
  const double beyond_band =
      budget.fail ? stats::smallest_detectable(error, std::log1p(*budget.fail), 0, power) : 0;
  return as_ratio(std::max(shown, beyond_band));
}

int further_values(const Evidence& evidence, const Budget& budget, int limit) {
  const Verdict verdict = decide(evidence, budget).verdict;
  if (verdict != Verdict::inconclusive) return 0;
  const auto n = static_cast<int>(std::min(evidence.base_count, evidence.head_count));
  const auto fewest = static_cast<int>(fewest_values);
  if (n < fewest) return fewest - n;
  const double band = std::log1p(*allowed(budget));
  const bool slower = evidence.estimate > band;
  if (slower && shown_worse(evidence, budget)) return limit;  // what is in doubt is not the bound
  const double distance =
      slower ? evidence.estimate - std::log1p(budget.floor) : band - evidence.estimate;
  const double z = normal_quantile(slower ? shown_confidence : reported_confidence);
  const double lasting = z * evidence.lasting_error;
  if (distance <= lasting || evidence.lasting_error >= evidence.standard_error) return limit;
  // What lasts is a part of the distance that more values do not close.
  const double own = std::sqrt(std::max(evidence.standard_error * evidence.standard_error -
                                            evidence.lasting_error * evidence.lasting_error,
                                        0.0));
  const double room = std::sqrt(distance * distance - lasting * lasting);
  const int needed = samples_to_decide(n, own, room, z, limit);
  return std::clamp(needed - n, 1, limit);
}

std::vector<double> log_costs(std::span<const double> values, Better better) {
  std::vector<double> costs;
  costs.reserve(values.size());
  const double sign = better == Better::higher ? -1 : 1;
  for (const double value : values) costs.push_back(sign * std::log(value));
  return costs;
}

double as_ratio(double log_change) { return std::expm1(log_change); }

}  // namespace perfgate::stats
