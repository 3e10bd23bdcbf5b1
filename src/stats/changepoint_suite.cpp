#include "stats/changepoint_suite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t fewest_members = 3;

/// A change of one series on the suite's axis: it began within [first, last].
struct Placed {
  std::size_t first, last;
  RunnerChange::Member member;
  double change;
  bool taken = false;
};

std::vector<Placed> placed_changes(std::span<const SuiteSeries> suite) {
  std::vector<Placed> placed;
  for (std::size_t series = 0; series < suite.size(); ++series) {
    const auto& [changes, positions] = suite[series];
    // The change began after the last point that is surely before it.
    for (std::size_t i = 0; i < changes.size(); ++i)
      placed.push_back({.first = std::size_t{positions[changes[i].first - 1]} + 1,
                        .last = positions[changes[i].last],
                        .member = {.series = series, .change = i},
                        .change = changes[i].change()});
  }
  return placed;
}

/// The first place that the changes of most series hold, and how many they are.
struct Agreement {
  std::size_t place = 0, series = 0;
};
Agreement where_most_agree(const std::vector<Placed>& placed, std::size_t series) {
  std::vector<std::size_t> by_first;
  for (std::size_t i = 0; i < placed.size(); ++i) by_first.push_back(i);
  std::vector<std::size_t> by_last = by_first;
  std::ranges::sort(by_first, {}, [&](std::size_t i) { return placed[i].first; });
  std::ranges::sort(by_last, {}, [&](std::size_t i) { return placed[i].last; });
  std::vector<std::size_t> open(series, 0);
  std::size_t count = 0, ended = 0;
  Agreement best;
  for (const std::size_t i : by_first) {
    for (; placed[by_last[ended]].last < placed[i].first; ++ended)
      if (--open[placed[by_last[ended]].member.series] == 0) --count;
    if (open[placed[i].member.series]++ == 0) ++count;
    if (count > best.series) best = {.place = placed[i].first, .series = count};
  }
  return best;
}

/// How many series have points on both sides of a change that began at `position`.
std::size_t measured_at(std::span<const SuiteSeries> suite, std::size_t position) {
  return static_cast<std::size_t>(std::ranges::count_if(suite, [&](const SuiteSeries& series) {
    return !series.positions.empty() && series.positions.front() < position &&
           series.positions.back() >= position;
  }));
}

/// Which of the changes hold `position`, one for a series, ascending by series.
std::vector<std::size_t> holding(const std::vector<Placed>& placed, std::size_t position) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (placed[i].first <= position && position <= placed[i].last) found.push_back(i);
  const auto twice =
      std::ranges::unique(found, {}, [&](std::size_t i) { return placed[i].member.series; });
  found.erase(twice.begin(), twice.end());
  return found;
}

double median_change(const std::vector<Placed>& placed, const std::vector<std::size_t>& chosen) {
  std::vector<double> changes;
  for (const std::size_t i : chosen)
    if (std::isfinite(placed[i].change)) changes.push_back(placed[i].change);
  return changes.empty() ? std::numeric_limits<double>::quiet_NaN() : median(std::move(changes));
}

}  // namespace

std::vector<RunnerChange> runner_changes(std::span<const SuiteSeries> suite, double share) {
  std::vector<Placed> placed = placed_changes(suite);
  std::vector<RunnerChange> shared;
  while (placed.size() >= fewest_members) {
    const auto [place, most] = where_most_agree(placed, suite.size());
    const std::size_t measured = measured_at(suite, place);
    if (most < fewest_members || static_cast<double>(most) <= share * static_cast<double>(measured))
      break;
    const auto chosen = holding(placed, place);
    RunnerChange runner{.first = 0,
                        .last = std::numeric_limits<std::size_t>::max(),
                        .change = median_change(placed, chosen),
                        .measured = measured,
                        .members = {}};
    for (const std::size_t i : chosen) {
      runner.first = std::max(runner.first, placed[i].first);
      runner.last = std::min(runner.last, placed[i].last);
      runner.members.push_back(placed[i].member);
    }
    shared.push_back(std::move(runner));
    for (const std::size_t i : chosen) placed[i].taken = true;
    std::erase_if(placed, [](const Placed& change) { return change.taken; });
  }
  std::ranges::sort(shared, {}, &RunnerChange::first);
  return shared;
}

}  // namespace perfgate::stats
