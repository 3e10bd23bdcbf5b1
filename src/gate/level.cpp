#include "gate/level.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "stats/changepoint.hpp"

namespace perfgate::gate {

std::size_t level_begin(std::span<const double> past, std::size_t accepted) {
  std::vector<double> known;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < past.size(); ++i) {
    if (!(past[i] == past[i])) continue;
    known.push_back(past[i]);
    places.push_back(i);
  }
  std::size_t begin = 0;
  const auto cut_at = [&](std::size_t place) {
    const auto left = std::ranges::count_if(places, [&](std::size_t at) { return at >= place; });
    if (static_cast<std::size_t>(left) >= smallest_window) begin = std::max(begin, place);
  };
  for (const stats::ChangePoint& change : stats::detect_changes(known).changes)
    if (!change.provisional) cut_at(places[change.index]);
  cut_at(accepted);
  return begin;
}

std::size_t accepted_begin(std::span<const Run> runs, Symbol suite, const std::string& benchmark,
                           Symbol metric, std::span<const Accepted> accepted, Time now) {
  const Accepted* newest = nullptr;
  for (const Accepted& one : accepted) {
    if (now < one.at || (newest && one.at < newest->at)) continue;
    if (glob_matches(one.suite, suite.text()) && glob_matches(one.benchmark, benchmark) &&
        glob_matches(one.metric, metric.text()))
      newest = &one;
  }
  if (!newest) return 0;
  const auto first =
      std::ranges::find_if(runs, [&](const Run& run) { return !(run.started < newest->at); });
  return static_cast<std::size_t>(first - runs.begin());
}

}  // namespace perfgate::gate
