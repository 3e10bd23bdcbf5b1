#include "cli/history/changes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/parallel.hpp"
#include "base/text.hpp"

namespace perfgate::cli {
namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

bool is_of(const Incident& incident, const HistorySeries& series) {
  return incident.headline.empty() && incident.suite.text() == series.suite &&
         incident.benchmark == series.benchmark && incident.metric.text() == series.metric;
}

bool is_of(const Waiver& waiver, const HistorySeries& series) {
  return glob_matches(waiver.suite, series.suite) &&
         glob_matches(waiver.benchmark, series.benchmark) &&
         glob_matches(waiver.metric, series.metric);
}

/// The point at which an incident was opened: of its commit, else the first since.
std::optional<std::size_t> point_of(const Incident& incident, const HistorySeries& series,
                                    const std::vector<HistoryCommit>& commits) {
  for (std::size_t i = 0; i < series.positions.size() && !incident.commit.empty(); ++i)
    if (commits[series.positions[i]].sha == incident.commit) return i;
  for (std::size_t i = 0; i < series.positions.size(); ++i)
    if (commits[series.positions[i]].time >= incident.opened) return i;
  return std::nullopt;
}

/// A gate may see a change a few commits after it came.
std::size_t began_at(std::size_t seen, const stats::Detection& detection, Better better,
                     std::size_t late) {
  std::size_t place = seen;
  for (const stats::ChangePoint& change : detection.changes)
    if (may_be_worse(change, better) && change.first <= seen && seen <= change.last + late)
      place = change.index;
  return place;
}

bool covers(const Waiver& waiver, const stats::ChangePoint& change, Better better, Time at,
            int days) {
  constexpr double rounding = 1e-9;
  return may_be_worse(change, better) &&
         std::abs(change.change()) <= waiver.max_change + rounding && at < waiver.expires &&
         (!waiver.created || at.unix_ms >= waiver.created->unix_ms - days * day_ms);
}

/// The borders of one series, ascending.
std::vector<std::size_t> borders(const HistorySeries& series, const HostHistory& history,
                                 const AcceptedChanges& accepted, const stats::Detection& first,
                                 const stats::DetectOptions& options) {
  std::set<std::size_t> places;
  for (const Incident& incident : accepted.incidents) {
    if (!is_of(incident, series)) continue;
    const auto point = point_of(incident, series, history.commits);
    if (!point) continue;
    const std::size_t place = began_at(*point, first, series.better, options.excursion);
    if (place > 0) places.insert(place);
  }
  for (const Waiver& waiver : accepted.waivers) {
    if (!is_of(waiver, series)) continue;
    for (const stats::ChangePoint& change : first.changes)
      if (covers(waiver, change, series.better,
                 history.commits[series.positions[change.index]].time, accepted.waiver_days))
        places.insert(change.index);
  }
  return {places.begin(), places.end()};
}

/// Takes what most of a suite has in common out of the changes.
void share(const HostHistory& history, HistoryChanges& found) {
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> suites;
  for (std::size_t i = 0; i < history.series.size(); ++i)
    suites[{history.series[i].suite, history.series[i].metric}].push_back(i);
  std::set<std::pair<std::size_t, std::size_t>> taken;  // series, number of the change
  for (const auto& [name, numbers] : suites) {
    std::vector<stats::SuiteSeries> suite;
    for (const std::size_t i : numbers)
      suite.push_back(
          {.changes = found.detections[i].changes, .positions = history.series[i].positions});
    for (stats::RunnerChange& runner : stats::runner_changes(suite)) {
      SharedChange shared{.suite = std::string(name.first),
                          .metric = std::string(name.second),
                          .better = history.series[numbers.front()].better,
                          .runner = std::move(runner),
                          .members = {}};
      for (const auto& [member, change] : shared.runner.members) {
        const std::size_t i = numbers[member];
        taken.emplace(i, change);
        shared.members.push_back({.series = i, .change = found.detections[i].changes[change]});
      }
      found.shared.push_back(std::move(shared));
    }
  }
  for (std::size_t i = 0; i < found.detections.size(); ++i)
    for (std::size_t c = 0; c < found.detections[i].changes.size(); ++c)
      if (!taken.contains({i, c}))
        found.changes.push_back({.series = i, .change = found.detections[i].changes[c]});
}

}  // namespace

bool may_be_worse(const stats::ChangePoint& change, Better better) {
  if (better == Better::unknown) return true;
  return better == Better::lower ? change.after > change.before : change.after < change.before;
}

HistoryChanges changes_of(const HostHistory& history, const AcceptedChanges& accepted,
                          const stats::DetectOptions& options, unsigned threads,
                          const std::function<void()>& done) {
  HistoryChanges found;
  found.detections.resize(history.series.size());
  found.accepted.resize(history.series.size());
  const auto worked =
      parallel_for(history.series.size(), threads, [&](std::size_t i) -> Result<void> {
        const HistorySeries& series = history.series[i];
        found.detections[i] = stats::detect_changes(series.values, options);
        found.accepted[i] = borders(series, history, accepted, found.detections[i], options);
        if (!found.accepted[i].empty()) {
          stats::DetectOptions cut = options;
          cut.accepted = found.accepted[i];
          found.detections[i] = stats::detect_changes(series.values, cut);
        }
        if (done) done();
        return {};
      });
  static_cast<void>(worked);  // the work cannot fail
  share(history, found);
  return found;
}

}  // namespace perfgate::cli
