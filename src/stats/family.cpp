#include "stats/family.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/across_runners.hpp"
#include "stats/prediction.hpp"
#include "stats/rank_sum.hpp"
#include "stats/robust.hpp"
#include "stats/same_runner.hpp"
#include "stats/summary.hpp"
#include "stats/window.hpp"

namespace perfgate::stats {
namespace {

constexpr double quartile = 0.6744897501960817;  // of the normal law
constexpr double family_freedom = 12;  // of the members' shifts: tails heavier than normal
constexpr double borrowed = 3;         // values that the suite's typical scale weighs
constexpr double largest_sigmas = 3;   // what a window's largest excursion is, at most
constexpr double least_scale = 1e-6;

/// The value below which so much of a sorted sample lies, interpolated. Source: Hyndman & Fan
/// (1996), definition 7.
double quantile_of_sorted(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto k = static_cast<std::size_t>(place);
  const double next = sorted[std::min(k + 1, sorted.size() - 1)];
  return sorted[k] + (place - static_cast<double>(k)) * (next - sorted[k]);
}

/// The robust deviation of all, and of the half above and below the centre, whichever is larger.
struct Spread {
  double centre = 0, upward = 0, downward = 0;
};
Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const double centre = quantile_of_sorted(values, 0.5), robust = robust_deviation(values);
  return {.centre = centre,
          .upward = std::max(robust, (quantile_of_sorted(values, 0.75) - centre) / quartile),
          .downward = std::max(robust, (centre - quantile_of_sorted(values, 0.25)) / quartile)};
}

bool known(double value) { return value == value; }

/// A median of so many, as uncertain as their spread makes it.
double median_error(double spread, std::size_t count) {
  return spread * std::sqrt(std::numbers::pi / 2 / static_cast<double>(count));
}

/// What is shown of a member once what is common is out. A pass is not made easier by a slower
/// suite.
struct Yardstick {
  double up = 0, down = 0;         // error of the estimate, towards worse and better
  double shown = 0, reported = 0;  // in such errors
};
void place(Evidence& evidence, double estimate, const Yardstick& yardstick, double common) {
  evidence.estimate = estimate;
  evidence.worse_by = estimate - yardstick.shown * yardstick.up;
  evidence.better_by = estimate + yardstick.shown * yardstick.down;
  evidence.low = estimate - yardstick.reported * yardstick.up + std::min(common, 0.0);
  evidence.high = estimate + yardstick.reported * yardstick.down + std::max(common, 0.0);
  evidence.standard_error = std::max(yardstick.up, yardstick.down);
  evidence.lasting_error = evidence.standard_error;
}

}  // namespace

Family across_runners_family(std::span<const Sides> sides, const Budget& suite,
                             std::span<const Budget> budgets) {
  Family family;
  if (sides.size() < smallest_family) {
    for (std::size_t i = 0; i < sides.size(); ++i)
      family.members.push_back(across_runners(sides[i].base, sides[i].head, budgets[i]));
    return family;
  }
  std::vector<double> shifts;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    family.members.push_back(within_sessions(sides[i].base, sides[i].head, budgets[i]));
    shifts.push_back(family.members.back().estimate);
  }
  const Spread spread = spread_of(shifts);
  const double shown = normal_quantile(shown_confidence);
  const double reported = normal_quantile(reported_confidence);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    Evidence& evidence = family.members[i];
    const Budget& budget = budgets[i];
    const double floor = std::log1p(budget.floor);
    const double band = budget.warn.value_or(budget.fail.value_or(budget.floor));
    const double halfway = std::log1p((budget.floor + band) / 2);
    const double own_up = (evidence.estimate - evidence.low) / reported;
    const double own_down = (evidence.high - evidence.estimate) / reported;
    const double estimate = evidence.estimate - spread.centre;
    const Yardstick yardstick{.up = std::hypot(std::max(spread.upward, own_up),
                                               median_error(spread.upward, sides.size())),
                              .down = std::hypot(std::max(spread.downward, own_down),
                                                 median_error(spread.downward, sides.size())),
                              .shown = shown,
                              .reported = reported};
    place(evidence, estimate, yardstick, spread.centre);
    evidence.p_worse = normal_upper_tail((estimate - floor) / yardstick.up);
    evidence.p_better = normal_upper_tail((-estimate - floor) / yardstick.down);
    const double fastest = *std::ranges::min_element(sides[i].head) -
                           *std::ranges::min_element(sides[i].base) - spread.centre;
    evidence.agree_worse = fastest >= halfway;
    evidence.agree_better = -fastest >= halfway;
    const bool shows = evidence.worse_by > floor || evidence.better_by < -floor;
    if (shows && !evidence.agree_worse && !evidence.agree_better)
      evidence.doubts.push_back(Doubt::fastest_unmoved);
  }
  const double error = std::hypot(between_runners, median_error(spread.upward, sides.size()));
  Evidence& common = family.common.evidence;
  place(common, spread.centre,
        {.up = error,
         .down = error,
         .shown = normal_quantile(between_confidence),
         .reported = reported},
        0);
  const double floor = std::log1p(suite.floor);
  common.p_worse = normal_upper_tail((spread.centre - floor) / error);
  common.p_better = normal_upper_tail((-spread.centre - floor) / error);
  common.base_count = common.head_count = sides.size();
  common.doubts = {Doubt::assumed_between_runners};
  family.common.spread = std::max(spread.upward, spread.downward);
  family.measured = true;
  return family;
}

Family across_runners_family(std::span<const Sides> sides, const Budget& budget) {
  return across_runners_family(sides, budget, std::vector(sides.size(), budget));
}

namespace {

/// A member with a window and something to judge, or empty.
struct Member {
  std::vector<double> past, later;  // distances from what is common, less the member's own centre
  double shift = 0;                 // median of `later`
  double up = 0, down = 0;          // its error, towards worse and better
  bool able() const { return !later.empty(); }
};

/// The error of the difference of the medians, in units of the scale.
double prediction_factor(const Member& member) {
  return std::sqrt(1 / static_cast<double>(member.later.size()) +
                   std::numbers::pi / 2 / static_cast<double>(member.past.size()));
}

std::vector<double> known_values(std::span<const double> values) {
  std::vector<double> result;
  for (const double value : values)
    if (known(value)) result.push_back(value);
  return result;
}

/// The scale of a window about its centre, for a side on which its largest excursion is so large.
double window_scale(std::span<const double> past, double excursion) {
  double mean = 0, squares = 0;
  for (const double value : past) mean += value / static_cast<double>(past.size());
  for (const double value : past) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(past.size() - 1));
  return std::max({robust_deviation(past), deviation / 2, excursion / largest_sigmas});
}

/// Each error moved towards the suite's typical one, by weights of values.
void borrow(std::vector<Member>& members, double Member::* error) {
  std::vector<double> logs;
  for (const Member& member : members)
    if (member.able()) logs.push_back(2 * std::log(std::max(member.*error, least_scale)));
  const double typical = std::exp(median(logs));
  for (Member& member : members) {
    if (!member.able()) continue;
    const auto freedom = static_cast<double>(member.past.size() - 1);
    const double own = member.*error;
    member.*error = std::max(
        std::sqrt((borrowed * typical + freedom * own * own) / (borrowed + freedom)), least_scale);
  }
}

/// A spread of so many members, moved towards what is expected of it by what the smallest family
/// would weigh: a quartile of a dozen shifts is itself a matter of luck.
double steadied(double spread, std::size_t members, double expected) {
  const auto own = static_cast<double>(members), weight = static_cast<double>(smallest_family);
  return std::sqrt((own * spread * spread + weight * expected * expected) / (own + weight));
}

/// Makes the members' errors those of this commit: what their shifts are spread beyond the typical
/// error is added to all alike (another processor, say, suits each in its own way), and what they
/// are spread beyond that, in such errors, widens them in proportion. Returns that proportion.
double unsettle(std::vector<Member>& members, double Member::* error, double Spread::* side) {
  std::vector<double> shifts, errors, proportions;
  for (const Member& member : members) {
    if (!member.able()) continue;
    shifts.push_back(member.shift);
    errors.push_back(member.*error);
  }
  const double typical = median(errors);
  const double spread = steadied(spread_of(shifts).*side, shifts.size(), typical);
  const double added = std::max(spread * spread - typical * typical, 0.0);
  for (Member& member : members) {
    if (!member.able()) continue;
    member.*error = std::sqrt(member.*error * member.*error + added);
    proportions.push_back(member.shift / member.*error);
  }
  const double factor =
      std::max(1.0, steadied(spread_of(proportions).*side, proportions.size(), 1));
  for (Member& member : members) member.*error *= factor;
  return factor * std::sqrt(1 + added / (typical * typical));
}

Evidence lone_window(std::span<const double> values, std::size_t later, const Budget& budget) {
  const auto past = known_values(values.first(values.size() - later));
  const auto judged = known_values(values.last(later));
  return window(past, judged, budget);
}

/// The series less their own centres, those of their windows; NaN throughout where a window holds
/// too little.
std::vector<std::vector<double>> distances_of(std::span<const std::vector<double>> values,
                                              std::size_t later) {
  std::vector<std::vector<double>> distances(values.begin(), values.end());
  for (auto& series : distances) {
    const auto past = known_values(std::span(series).first(series.size() - later));
    const double centre = past.size() >= fewest_values ? median(past) : std::nan("");
    for (double& value : series) value -= centre;
  }
  return distances;
}

/// What is common at each run: the median distance of the members from their own centres.
std::vector<double> common_of(std::span<const std::vector<double>> distances) {
  std::vector<double> common;
  for (std::size_t run = 0; run < distances.front().size(); ++run) {
    std::vector<double> column;
    for (const auto& series : distances)
      if (known(series[run])) column.push_back(series[run]);
    common.push_back(column.empty() ? 0 : median(std::move(column)));
  }
  return common;
}

Member member_of(std::vector<double> distances, std::span<const double> common, std::size_t later) {
  for (std::size_t run = 0; run < common.size(); ++run) distances[run] -= common[run];
  Member member{.past = known_values(std::span(distances).first(common.size() - later)),
                .later = known_values(std::span(distances).last(later))};
  if (member.past.empty() || member.later.empty()) return {};
  const double centre = median(member.past);
  for (auto* side : {&member.past, &member.later})
    for (double& value : *side) value -= centre;
  const auto [least, most] = std::ranges::minmax_element(member.past);
  const double factor = prediction_factor(member);
  member.shift = median(member.later);
  member.up = factor * window_scale(member.past, *most);
  member.down = factor * window_scale(member.past, -*least);
  return member;
}

}  // namespace

Family window_family(std::span<const std::vector<double>> values, std::size_t later,
                     const Budget& suite, std::span<const Budget> budgets) {
  Family family;
  const auto distances = distances_of(values, later);
  const auto able = std::ranges::count_if(distances, [&](const auto& series) {
    return !known_values(std::span(series).last(later)).empty();
  });
  if (static_cast<std::size_t>(able) < smallest_family) {
    for (std::size_t i = 0; i < values.size(); ++i)
      family.members.push_back(lone_window(values[i], later, budgets[i]));
    return family;
  }

  const std::vector<double> common = common_of(distances);
  std::vector<Member> members;
  for (const auto& series : distances) members.push_back(member_of(series, common, later));
  borrow(members, &Member::up);
  borrow(members, &Member::down);
  family.common.spread = std::max(unsettle(members, &Member::up, &Spread::upward),
                                  unsettle(members, &Member::down, &Spread::downward));
  family.common.evidence = lone_window(common, later, suite);
  family.measured = true;

  const double common_now =
      median(std::vector<double>(common.end() - static_cast<std::ptrdiff_t>(later), common.end()));
  const double shown = t_quantile(shown_confidence, family_freedom);
  const double reported = t_quantile(reported_confidence, family_freedom);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Member& member = members[i];
    const Budget& budget = budgets[i];
    if (!member.able()) {
      family.members.push_back(lone_window(values[i], later, budget));
      continue;
    }
    const double floor = std::log1p(budget.floor);
    const double band = std::log1p(budget.warn.value_or(budget.fail.value_or(budget.floor)));
    Evidence evidence{.base_count = member.past.size(), .head_count = member.later.size()};
    place(evidence, member.shift,
          {.up = member.up, .down = member.down, .shown = shown, .reported = reported}, common_now);
    evidence.p_worse = t_upper_tail((member.shift - floor) / member.up, family_freedom);
    evidence.p_better = t_upper_tail((-member.shift - floor) / member.down, family_freedom);
    const auto [least, most] = std::ranges::minmax_element(member.later);
    evidence.agree_worse = *least > band;
    evidence.agree_better = *most < -band;
    if (family.common.spread > 2) evidence.doubts.push_back(Doubt::unusual_suite);
    if ((evidence.worse_by > floor && !evidence.agree_worse) ||
        (evidence.better_by < -floor && !evidence.agree_better))
      evidence.doubts.push_back(Doubt::not_all_beyond);
    family.members.push_back(std::move(evidence));
  }
  return family;
}

Family window_family(std::span<const std::vector<double>> values, std::size_t later,
                     const Budget& budget) {
  return window_family(values, later, budget, std::vector(values.size(), budget));
}

}  // namespace perfgate::stats
