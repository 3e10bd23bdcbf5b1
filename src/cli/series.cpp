#include "cli/series.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

#include "gate/judge.hpp"
#include "stats/summary.hpp"

namespace perfgate::cli {
namespace {

/// A place on the axis while it is being found.
struct Place {
  store::TextId sha = 0;
  Time run, commit;
  bool has_commit = false;
  std::uint32_t first_run = 0;  ///< its number: what is measured at one time keeps the order
};

/// Which runs belong to one class of host, and the place of each.
struct HostRuns {
  std::vector<Place> places;
  std::map<store::TextId, std::size_t> by_sha;
};

struct SeriesKey {
  std::uint32_t host;
  store::TextId suite, benchmark, metric;
  BaseUnit unit;
  bool operator==(const SeriesKey&) const = default;
};
struct SeriesKeyHash {
  std::size_t operator()(const SeriesKey& key) const {
    std::uint64_t mixed = key.host;
    for (const std::uint64_t part :
         {key.suite, key.benchmark, key.metric, static_cast<std::uint32_t>(key.unit)})
      mixed = (mixed ^ part) * 0x9e3779b97f4a7c15U;
    return mixed ^ (mixed >> 29);
  }
};

struct Gathered {
  SeriesKey key;
  Better better;
  std::vector<std::pair<std::size_t, double>> points;  ///< place, value; in the order of runs
};

/// Where each place comes on the axis, and the commits in that order.
std::vector<std::size_t> ordered(const HostRuns& host, const store::Texts& texts,
                                 HistoryOrder order, std::vector<HistoryCommit>& commits) {
  const bool by_commit =
      order == HistoryOrder::commit && std::ranges::all_of(host.places, &Place::has_commit);
  std::vector<std::size_t> places(host.places.size()), rank(host.places.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto time = [&](const Place& place) { return by_commit ? place.commit : place.run; };
  std::ranges::sort(places, {}, [&](std::size_t i) {
    return std::tuple(time(host.places[i]), host.places[i].first_run);
  });
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place& place = host.places[places[i]];
    rank[places[i]] = i;
    commits.push_back({.sha = texts[place.sha], .time = time(place)});
  }
  return rank;
}

/// One value a place, in the order of the axis.
void pool_points(Gathered& gathered, const std::vector<std::size_t>& rank, HistorySeries& series) {
  for (auto& [place, value] : gathered.points) place = rank[place];
  std::ranges::stable_sort(gathered.points, {}, &std::pair<std::size_t, double>::first);
  for (std::size_t begin = 0; begin < gathered.points.size();) {
    const std::size_t position = gathered.points[begin].first;
    std::size_t end = begin + 1;
    while (end < gathered.points.size() && gathered.points[end].first == position) ++end;
    double value = gathered.points[begin].second;
    if (end > begin + 1) {
      std::vector<double> several;
      for (std::size_t i = begin; i < end; ++i) several.push_back(gathered.points[i].second);
      value = stats::median(std::move(several));
    }
    series.values.push_back(value);
    series.positions.push_back(position);
    begin = end;
  }
}

}  // namespace

std::vector<HostHistory> histories_of(const store::Columns& columns,
                                      const std::vector<std::string>& host_class,
                                      HistoryOrder order) {
  std::map<std::string, std::uint32_t> classes;
  std::vector<std::uint32_t> class_of_print;
  for (const Fingerprint& print : columns.fingerprints)
    class_of_print.push_back(
        classes.try_emplace(gate::host_class(print, host_class), classes.size()).first->second);

  std::vector<HostRuns> hosts(classes.size());
  std::vector<std::uint32_t> host_of_run(columns.runs.size());
  std::vector<std::size_t> place_of_run(columns.runs.size());
  for (std::size_t r = 0; r < columns.runs.size(); ++r) {
    const store::RunEntry& run = columns.runs[r];
    host_of_run[r] = class_of_print[run.fingerprint];
    HostRuns& host = hosts[host_of_run[r]];
    const bool alone = run.dirty || columns.texts[run.sha].empty();
    const auto known = alone ? host.by_sha.end() : host.by_sha.find(run.sha);
    place_of_run[r] = known == host.by_sha.end() ? host.places.size() : known->second;
    if (known != host.by_sha.end()) continue;
    if (!alone) host.by_sha.emplace(run.sha, host.places.size());
    host.places.push_back({.sha = run.sha,
                           .run = run.started,
                           .commit = run.committed.value_or(Time{}),
                           .has_commit = run.committed.has_value(),
                           .first_run = static_cast<std::uint32_t>(r)});
  }

  std::vector<Gathered> all;
  std::unordered_map<SeriesKey, std::size_t, SeriesKeyHash> known;
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const std::uint32_t run = columns.run[row];
    if (!std::isfinite(columns.median[row])) continue;
    const SeriesKey key{.host = host_of_run[run],
                        .suite = columns.suite[row],
                        .benchmark = columns.benchmark[row],
                        .metric = columns.metric[row],
                        .unit = columns.unit[row]};
    const auto [found, fresh] = known.try_emplace(key, all.size());
    if (fresh) all.push_back({.key = key, .better = columns.better[row], .points = {}});
    Gathered& gathered = all[found->second];
    if (columns.better[row] != Better::unknown) gathered.better = columns.better[row];
    gathered.points.emplace_back(place_of_run[run], columns.median[row]);
  }

  std::vector<HostHistory> histories(hosts.size());
  std::vector<std::vector<std::size_t>> ranks(hosts.size());
  for (const auto& [text, number] : classes) {
    histories[number].host_class = text;
    ranks[number] = ordered(hosts[number], columns.texts, order, histories[number].commits);
  }
  const store::Texts& texts = columns.texts;
  for (Gathered& gathered : all) {
    const SeriesKey& key = gathered.key;
    HistorySeries series{.suite = texts[key.suite],
                         .benchmark = texts[key.benchmark],
                         .metric = texts[key.metric],
                         .unit = key.unit,
                         .better = gathered.better,
                         .values = {},
                         .positions = {}};
    pool_points(gathered, ranks[key.host], series);
    histories[key.host].series.push_back(std::move(series));
  }
  std::erase_if(histories, [](const HostHistory& history) { return history.series.empty(); });
  std::ranges::sort(histories, {}, &HostHistory::host_class);
  for (HostHistory& history : histories)
    std::ranges::sort(history.series, {}, [](const HistorySeries& series) {
      return std::tie(series.suite, series.benchmark, series.metric, series.unit);
    });
  return histories;
}

}  // namespace perfgate::cli
