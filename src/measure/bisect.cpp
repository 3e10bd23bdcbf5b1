#include "measure/bisect.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "stats/looks.hpp"
#include "stats/rank_sum.hpp"
#include "stats/same_runner.hpp"
#include "stats/summary.hpp"

namespace perfgate::measure {
namespace {

/// Log costs of both sides, one per launch; empty where there is nothing to compare.
struct Costs {
  std::vector<double> base, head;
};

std::vector<double> launch_medians(const Run& run, Symbol suite, std::string_view benchmark,
                                   Symbol metric) {
  std::vector<double> medians;
  const Benchmark* found = run.find(suite, benchmark);
  const Sample* sample = found ? found->find(metric) : nullptr;
  if (!sample) return medians;
  for (const auto& launch : sample->values.launches())
    medians.push_back(stats::median({launch.begin(), launch.end()}));
  return medians;
}

Costs costs_of(const Run& base, const Run& head, Symbol suite, std::string_view benchmark,
               Symbol metric) {
  const Metric* described = head.find_metric(metric);
  std::vector<double> under = launch_medians(base, suite, benchmark, metric);
  std::vector<double> over = launch_medians(head, suite, benchmark, metric);
  const std::size_t rounds = std::min(under.size(), over.size());
  under.resize(rounds);
  over.resize(rounds);
  const auto positive = [](double value) { return value > 0; };
  if (!described || described->better == Better::unknown || rounds == 0 ||
      !std::ranges::all_of(under, positive) || !std::ranges::all_of(over, positive))
    return {};
  return {.base = stats::log_costs(under, described->better),
          .head = stats::log_costs(over, described->better)};
}

Change as_change(const stats::Evidence& evidence) {
  return {.estimate = stats::as_ratio(evidence.estimate),
          .low = stats::as_ratio(evidence.low),
          .high = stats::as_ratio(evidence.high)};
}

const Tested* tested(const Bisection& bisection, const std::string& commit) {
  const auto found = std::ranges::find(bisection.tested, commit, &Tested::commit);
  return found == bisection.tested.end() ? nullptr : &*found;
}

}  // namespace

double error_of_a_test(std::size_t commits) {
  const auto steps = static_cast<double>(std::bit_width(std::max<std::size_t>(commits, 1)));
  return search_error / (2 * steps);
}

Range range_of(const Bisection& bisection) {
  Range range{.after = -1, .last = static_cast<std::ptrdiff_t>(bisection.commits.size()) - 1};
  for (std::ptrdiff_t i = 0; i < range.last; ++i) {
    const Tested* one = tested(bisection, bisection.commits[static_cast<std::size_t>(i)]);
    if (!one || one->standing == Standing::skipped) continue;
    if (one->standing == Standing::bad)
      range.last = i;
    else
      range.after = i;
  }
  return range;
}

std::optional<std::size_t> next_test(const Bisection& bisection) {
  const Range range = range_of(bisection);
  std::optional<std::size_t> best;
  std::ptrdiff_t nearest = 0;
  // Of (after, last], `last` is known: those before it can be asked. Twice the middle of what would
  // halve the range.
  const std::ptrdiff_t twice_middle = range.after + range.last;
  for (std::ptrdiff_t i = range.after + 1; i < range.last; ++i) {
    const auto place = static_cast<std::size_t>(i);
    if (tested(bisection, bisection.commits[place])) continue;
    const std::ptrdiff_t distance = std::abs(2 * i - twice_middle);
    if (best && distance >= nearest) continue;
    best = place;
    nearest = distance;
  }
  return best;
}

double confidence_of(const Bisection& bisection) {
  const auto compared = std::ranges::count_if(bisection.tested, &Tested::compared);
  return std::max(0.0,
                  1 - error_of_a_test(bisection.commits.size()) * static_cast<double>(compared));
}

std::vector<double> reaches_of(const std::vector<int>& looks, std::size_t commits) {
  std::vector<double> information;
  for (const int planned : looks)
    information.push_back(static_cast<double>(planned) / static_cast<double>(looks.back()));
  std::vector<double> reaches = stats::spending_boundaries(stats::Spending::obrien_fleming,
                                                           error_of_a_test(commits), information);
  for (double& reach : reaches)
    reach = std::max(1.0, reach / stats::normal_quantile(stats::reported_confidence));
  return reaches;
}

Reading read_look(const Run& good, const Run& candidate, const Bisection& bisection, double reach) {
  const Costs costs =
      costs_of(good, candidate, bisection.suite, bisection.benchmark, bisection.metric);
  if (costs.base.empty() || !bisection.whole) return {};
  const stats::Evidence evidence =
      stats::same_runner(costs.base, costs.head, stats::Order::interleaved, {});
  Reading reading{.standing = {}, .change = as_change(evidence)};
  if (!evidence.enough) return reading;
  const double half = std::log1p(bisection.whole->estimate) / 2;
  const double low = evidence.estimate - reach * (evidence.estimate - evidence.low);
  const double high = evidence.estimate + reach * (evidence.high - evidence.estimate);
  if (low > half) reading.standing = Standing::bad;
  if (high < half) reading.standing = Standing::good;
  return reading;
}

std::optional<Change> change_between(const Run& base, const Run& head, Symbol suite,
                                     std::string_view benchmark, Symbol metric) {
  const Costs costs = costs_of(base, head, suite, benchmark, metric);
  if (costs.base.empty()) return std::nullopt;
  return as_change(stats::same_runner(costs.base, costs.head, stats::Order::interleaved, {}));
}

}  // namespace perfgate::measure
