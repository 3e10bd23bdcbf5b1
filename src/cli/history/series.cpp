#include "cli/history/series.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <tuple>

#include "gate/judge.hpp"
#include "stats/summary.hpp"

namespace perfgate::cli {
namespace {

/// One value a place, in the order of the axis. Takes what was gathered: where each place has one
/// value and they stand in order, as in most histories, nothing is copied.
void pool_points(std::vector<std::uint32_t> places, std::vector<double> values,
                 const std::vector<std::uint32_t>& rank, HistorySeries& series) {
  for (std::uint32_t& place : places) place = rank[place];
  if (std::ranges::adjacent_find(places, std::ranges::greater_equal{}) == places.end()) {
    series.values = std::move(values);
    series.positions = std::move(places);
    return;
  }
  std::vector<std::uint32_t> order(places.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return places[i]; });
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && places[order[end]] == places[order[begin]]) ++end;
    double value = values[order[begin]];
    if (end > begin + 1) {
      std::vector<double> several;
      for (std::size_t i = begin; i < end; ++i) several.push_back(values[order[i]]);
      value = stats::median(std::move(several));
    }
    series.values.push_back(value);
    series.positions.push_back(places[order[begin]]);
    begin = end;
  }
}

}  // namespace

std::size_t HistoryBuilder::SeriesKeyHash::operator()(const SeriesKey& key) const {
  std::uint64_t mixed = key.host;
  for (const std::uint64_t part :
       {key.suite, key.benchmark, key.metric, static_cast<std::uint32_t>(key.unit)})
    mixed = (mixed ^ part) * 0x9e3779b97f4a7c15U;
  return mixed ^ (mixed >> 29);
}

void HistoryBuilder::add(const store::Columns& columns) {
  std::vector<std::uint32_t> class_of_print;
  for (const Fingerprint& print : columns.fingerprints) {
    const std::string text = gate::host_class(print, host_class_);
    const auto [found, fresh] =
        classes_.try_emplace(text, static_cast<std::uint32_t>(hosts_.size()));
    if (fresh) hosts_.push_back({.host_class = text, .places = {}, .by_sha = {}});
    class_of_print.push_back(found->second);
  }
  host_of_run_.assign(columns.runs.size(), 0);
  place_of_run_.assign(columns.runs.size(), 0);
  for (std::size_t r = 0; r < columns.runs.size(); ++r) {
    const store::RunEntry& run = columns.runs[r];
    const std::string& sha = columns.texts[run.sha];
    host_of_run_[r] = class_of_print[run.fingerprint];
    HostRuns& host = hosts_[host_of_run_[r]];
    const bool alone = run.dirty || sha.empty();
    const auto known = alone ? host.by_sha.end() : host.by_sha.find(sha);
    const auto next = static_cast<std::uint32_t>(host.places.size());
    place_of_run_[r] = known == host.by_sha.end() ? next : known->second;
    if (known != host.by_sha.end()) continue;
    if (!alone) host.by_sha.emplace(sha, next);
    host.places.push_back({.sha = sha,
                           .run_id = columns.texts[run.id],
                           .subject = columns.texts[run.subject],
                           .run = run.started,
                           .commit = run.committed.value_or(Time{}),
                           .has_commit = run.committed.has_value(),
                           .first_run = runs_ + r});
  }
  runs_ += columns.runs.size();

  std::vector<std::optional<store::TextId>> ours(columns.texts.size());
  const auto text = [&](store::TextId id) {
    if (!ours[id]) ours[id] = texts_.add(columns.texts[id]);
    return *ours[id];
  };
  for (std::size_t row = 0; row < columns.rows(); ++row)
    add_point(columns.run[row], text(columns.suite[row]), text(columns.benchmark[row]),
              text(columns.metric[row]), columns.unit[row], columns.better[row],
              columns.median[row]);
}

void HistoryBuilder::add_value(std::size_t run, const Metric& metric, std::string_view benchmark,
                               double value) {
  add_point(run, texts_.add(""), texts_.add(benchmark), texts_.add(metric.name.text()), metric.unit,
            metric.better, value);
}

void HistoryBuilder::add_point(std::size_t run, store::TextId suite, store::TextId benchmark,
                               store::TextId metric, BaseUnit unit, Better better, double value) {
  if (!std::isfinite(value)) return;
  const SeriesKey key{.host = host_of_run_[run],
                      .suite = suite,
                      .benchmark = benchmark,
                      .metric = metric,
                      .unit = unit};
  const auto [found, fresh] = known_.try_emplace(key, all_.size());
  if (fresh) all_.push_back({.key = key, .better = better, .places = {}, .values = {}});
  Gathered& gathered = all_[found->second];
  if (better != Better::unknown) gathered.better = better;
  gathered.places.push_back(place_of_run_[run]);
  gathered.values.push_back(value);
}

/// Where each place comes on the axis, and the commits in that order.
std::vector<std::uint32_t> HistoryBuilder::ordered(const HostRuns& host, HistoryOrder order,
                                                   std::vector<HistoryCommit>& commits) {
  const bool by_commit =
      order == HistoryOrder::commit && std::ranges::all_of(host.places, &Place::has_commit);
  std::vector<std::uint32_t> places(host.places.size()), rank(host.places.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto time = [&](const Place& place) { return by_commit ? place.commit : place.run; };
  std::ranges::sort(places, {}, [&](std::uint32_t i) {
    return std::tuple(time(host.places[i]), host.places[i].first_run);
  });
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    const Place& place = host.places[places[i]];
    rank[places[i]] = i;
    commits.push_back(
        {.sha = place.sha, .time = time(place), .run_id = place.run_id, .subject = place.subject});
  }
  return rank;
}

std::vector<HostHistory> HistoryBuilder::finish(HistoryOrder order) {
  std::vector<HostHistory> histories(hosts_.size());
  std::vector<std::vector<std::uint32_t>> ranks(hosts_.size());
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    histories[host].host_class = hosts_[host].host_class;
    ranks[host] = ordered(hosts_[host], order, histories[host].commits);
  }
  for (Gathered& gathered : all_) {
    const SeriesKey& key = gathered.key;
    HistorySeries series{.suite = texts_[key.suite],
                         .benchmark = texts_[key.benchmark],
                         .metric = texts_[key.metric],
                         .unit = key.unit,
                         .better = gathered.better,
                         .values = {},
                         .positions = {}};
    pool_points(std::move(gathered.places), std::move(gathered.values), ranks[key.host], series);
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

std::vector<HostHistory> histories_of(const store::Columns& columns,
                                      const std::vector<std::string>& host_class,
                                      HistoryOrder order) {
  HistoryBuilder builder(host_class);
  builder.add(columns);
  return builder.finish(order);
}

}  // namespace perfgate::cli
