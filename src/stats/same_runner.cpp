#include "stats/same_runner.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/checks.hpp"
#include "stats/modes.hpp"
#include "stats/prediction.hpp"
#include "stats/rank_sum.hpp"
#include "stats/robust.hpp"
#include "stats/signed_rank.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr double onset_needed = 0.8;
constexpr double border_needed = 1.0 / 3;
constexpr double change_confidence = 0.975;
constexpr double few_confidence = 0.99;
constexpr double trend_level = 0.01;
/// What passes for a common shift of the centre and the fast end: half way from floor to budget.
double fastest_needed(const Budget& budget) {
  return std::log1p((budget.floor + budget.warn.value_or(budget.fail.value_or(budget.floor))) / 2);
}

/// An estimate and how far its bounds lie from it at the two confidences.
struct Bounds {
  double estimate = 0;
  double shown_down = 0, shown_up = 0;
  double reported_down = 0, reported_up = 0;
  double freedom = 1;
  double width() const { return reported_down + reported_up; }
};

Bounds widened(const Shifts& shifts, double factor, double variance, double freedom) {
  const auto& [shown, reported] = shifts;
  const auto reach = [&](double distance, double confidence) {
    const double z = normal_quantile(confidence);
    return std::sqrt(factor * factor * distance * distance + z * z * variance);
  };
  return {.estimate = reported.estimate,
          .shown_down = reach(shown.estimate - shown.low, shown_confidence),
          .shown_up = reach(shown.high - shown.estimate, shown_confidence),
          .reported_down = reach(reported.estimate - reported.low, reported_confidence),
          .reported_up = reach(reported.high - reported.estimate, reported_confidence),
          .freedom = freedom};
}

/// Autocorrelation that is more than the standard error which independent values would give it.
double beyond_chance(double rho, std::size_t count) {
  return rho - 1 / std::sqrt(static_cast<double>(count));
}

Bounds unpaired(std::span<const double> x, std::span<const double> y, double variance,
                bool& correlated) {
  const double rho =
      beyond_chance((lag1_autocorrelation(x) + lag1_autocorrelation(y)) / 2, x.size() + y.size());
  correlated = rho > 0;
  return widened(rank_sum_shifts(x, y, 2 * shown_confidence - 1, 2 * reported_confidence - 1),
                 autocorrelation_widening(rho), variance,
                 static_cast<double>(x.size() + y.size() - 2));
}

Bounds paired(std::span<const double> x, std::span<const double> y, bool& correlated) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < x.size(); ++i) differences.push_back(y[i] - x[i]);
  const double rho = beyond_chance(lag1_autocorrelation(differences), x.size());
  correlated = rho > 0;
  return widened(
      signed_rank_shifts(differences, 2 * shown_confidence - 1, 2 * reported_confidence - 1),
      autocorrelation_widening(rho), 0, static_cast<double>(x.size() - 1));
}

bool constant(std::span<const double> values) {
  return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
}

/// P that an estimate so many standard errors above the floor is chance.
double tail(double above, double error, double freedom) {
  if (error <= 0) return above > 0 ? 0 : 1;
  return t_upper_tail(above / error, freedom);
}

/// How far the bound lies from the estimate so that, where it passes the floor, no change at all is
/// excluded too, with change_confidence: in loud noise the floor is close to nothing.
double shown_reach(double distance, double floor) {
  const double stretch = normal_quantile(change_confidence) / normal_quantile(shown_confidence);
  return std::max(distance, stretch * distance - floor);
}

double lowest(std::span<const double> values) { return *std::ranges::min_element(values); }

}  // namespace

Evidence few_values(std::span<const double> base, std::span<const double> head,
                    const Budget& budget) {
  if (base.empty() || head.empty())
    return {.agree_worse = false,
            .agree_better = false,
            .enough = false,
            .base_count = base.size(),
            .head_count = head.size(),
            .doubts = {Doubt::few_values}};
  // However many of one session, they share its luck: two sessions differ by sqrt(2) deviations.
  const double error = between_runners * std::numbers::sqrt2;
  const double estimate = median({head.begin(), head.end()}) - median({base.begin(), base.end()});
  const double floor = std::log1p(budget.floor);
  const double reach = normal_quantile(few_confidence) * error;
  return {.estimate = estimate,
          .low = estimate - reach,
          .high = estimate + reach,
          .worse_by = estimate - reach,
          .better_by = estimate + reach,
          .standard_error = error,
          .lasting_error = error,
          .p_worse = tail(estimate - floor, error, 1e6),
          .p_better = tail(-estimate - floor, error, 1e6),
          .enough = false,
          .base_count = base.size(),
          .head_count = head.size(),
          .doubts = {Doubt::few_values}};
}

Evidence same_runner(std::span<const double> base, std::span<const double> head, Order order,
                     const Budget& budget) {
  if (std::min(base.size(), head.size()) < fewest_values) return few_values(base, head, budget);
  const bool interleaved = order == Order::interleaved && base.size() == head.size();

  const auto matched = match_modes(base, head);
  bool correlated = false;
  Bounds bounds = matched ? unpaired(matched->x, matched->y, matched->variance, correlated)
                          : unpaired(base, head, 0, correlated);
  double low = bounds.estimate - bounds.reported_down, high = bounds.estimate + bounds.reported_up;
  if (matched) {
    bool ignored = false;
    const Bounds plain = unpaired(base, head, 0, ignored);
    low = std::min(low, plain.estimate - plain.reported_down);
    high = std::max(high, plain.estimate + plain.reported_up);
  }
  bool like_with_like = matched.has_value();
  if (interleaved) {
    bool pairs_correlated = false;
    const Bounds pairs = paired(base, head, pairs_correlated);
    if (pairs.width() <= bounds.width()) {
      bounds = pairs;
      correlated = pairs_correlated;
      like_with_like = false;
      low = pairs.estimate - pairs.reported_down;
      high = pairs.estimate + pairs.reported_up;
    }
  }

  const double step = timer_step(base, head);
  const double floor = std::log1p(budget.floor);
  const double z = normal_quantile(reported_confidence);
  const double below = (bounds.reported_down + step) / z, above = (bounds.reported_up + step) / z;
  Evidence evidence{
      .estimate = bounds.estimate,
      .low = low - step,
      .high = high + step,
      .worse_by = bounds.estimate - shown_reach(bounds.shown_down, floor) - step,
      .better_by = bounds.estimate + shown_reach(bounds.shown_up, floor) + step,
      .standard_error = std::max(below, above),
      .lasting_error = step / z,
      .p_worse = tail(bounds.estimate - floor, std::max(below, above), bounds.freedom),
      .p_better = tail(-bounds.estimate - floor, std::max(below, above), bounds.freedom),
      .base_count = base.size(),
      .head_count = head.size()};

  const auto doubt = [&](bool holds, Doubt reason) {
    if (holds) evidence.doubts.push_back(reason);
  };
  doubt(constant(base) && constant(head), Doubt::constant);
  doubt(step > 0, Doubt::coarse_timer);
  doubt(correlated, Doubt::correlated);
  doubt(like_with_like, Doubt::modes);
  doubt(!matched && (two_modes(base).has_value() || two_modes(head).has_value()),
        Doubt::modes_differ);

  // The other signs matter only where a change shows.
  const double fastest = lowest(head) - lowest(base);
  const bool worse = evidence.estimate > 0;
  const bool shows = worse ? evidence.worse_by > floor : evidence.better_by < -floor;
  const bool fast_end = (worse ? fastest : -fastest) >= fastest_needed(budget);
  bool onset = true;
  if (!interleaved) {
    const bool drifts = trend_p(base) < trend_level || trend_p(head) < trend_level;
    doubt(drifts, Doubt::drift);
    const auto signed_side = [&](std::span<const double> side) {
      std::vector<double> values(side.begin(), side.end());
      if (!worse)
        for (double& value : values) value = -value;
      return values;
    };
    if (shows) {
      const auto x = signed_side(matched ? std::span<const double>(matched->x) : base);
      const auto y = signed_side(matched ? std::span<const double>(matched->y) : head);
      onset = onset_share(x, y) >= onset_needed &&
              (!drifts || step_at_border(x, y) > border_needed * std::abs(evidence.estimate));
    }
  }
  evidence.agree_worse = worse && fast_end && onset;
  evidence.agree_better = !worse && fast_end && onset;
  // What shows is reported with the bound that shows it. The other one, which a pass stands on,
  // stays cautious.
  if (shows && evidence.agree_worse) evidence.low = bounds.estimate - bounds.reported_down - step;
  if (shows && evidence.agree_better) evidence.high = bounds.estimate + bounds.reported_up + step;
  doubt(shows && !fast_end, Doubt::fastest_unmoved);
  doubt(shows && !onset, Doubt::began_elsewhere);
  return evidence;
}

}  // namespace perfgate::stats
