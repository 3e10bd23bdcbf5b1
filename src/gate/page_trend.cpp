// Histories: values, levels, marks, forecasts.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gate/page_parts.hpp"

namespace perfgate::gate {
namespace {

using report::Index;
using report::MarkKind;

MarkKind kind_of(TrendMarkKind kind) {
  switch (kind) {
    case TrendMarkKind::change_point:
      return MarkKind::change;
    case TrendMarkKind::baseline:
      return MarkKind::baseline;
    case TrendMarkKind::anchor:
      return MarkKind::anchor;
    case TrendMarkKind::release:
      return MarkKind::release;
    case TrendMarkKind::waiver:
      return MarkKind::waiver;
    case TrendMarkKind::incident:
      return MarkKind::incident;
  }
  return MarkKind::change;
}

std::vector<report::PageMark> marks_of(const std::vector<TrendMark>& marks) {
  std::vector<report::PageMark> result;
  for (const TrendMark& mark : marks)
    result.push_back({.kind = kind_of(mark.kind),
                      .run = static_cast<Index>(mark.run),
                      .to = mark.to ? std::optional(static_cast<Index>(*mark.to)) : std::nullopt,
                      .label = mark.label,
                      .text = mark.text,
                      .change = mark.change});
  return result;
}

/// Runs have no time before they are made: the page draws them as far apart as those before were.
std::vector<Time> times_ahead(const std::vector<TrendRun>& runs, std::size_t count) {
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  const std::int64_t step = runs.size() < 2
                                ? day_ms
                                : (runs.back().time.unix_ms - runs.front().time.unix_ms) /
                                      static_cast<std::int64_t>(runs.size() - 1);
  std::vector<Time> times;
  for (std::size_t i = 0; i <= count; ++i)
    times.push_back({runs.back().time.unix_ms + static_cast<std::int64_t>(i) * step});
  return times;
}

report::PageForecast page_forecast(const Forecast& forecast, const TrendSeries& series,
                                   const std::vector<TrendRun>& runs) {
  report::PageForecast shown;
  shown.time = times_ahead(runs, forecast.values.size());
  const double last = series.levels.empty() ? series.values.back() : series.levels.back().value;
  shown.value = {last};
  shown.low = {last};
  shown.high = {last};
  shown.value.insert(shown.value.end(), forecast.values.begin(), forecast.values.end());
  shown.low.insert(shown.low.end(), forecast.low.begin(), forecast.low.end());
  shown.high.insert(shown.high.end(), forecast.high.begin(), forecast.high.end());
  for (const Crossing& crossing : forecast.crossings)
    shown.text += (shown.text.empty() ? "" : " ") + crossing.text;
  return shown;
}

report::PageHistory history_of(const TrendSeries& series, const std::vector<TrendRun>& runs) {
  report::PageHistory history;
  if (series.positions.empty()) return history;
  const auto first = series.positions.front(), last = series.positions.back();
  history.start = static_cast<Index>(first);
  history.values.assign(static_cast<std::size_t>(last - first) + 1,
                        std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < series.positions.size(); ++i)
    history.values[static_cast<std::size_t>(series.positions[i] - first)] =
        static_cast<float>(series.values[i]);
  for (const TrendLevel& level : series.levels)
    history.levels.push_back({.first = static_cast<Index>(level.first),
                              .last = static_cast<Index>(level.last),
                              .value = level.value});
  history.marks = marks_of(series.marks);
  if (series.forecast && !series.forecast->values.empty())
    history.forecast = page_forecast(*series.forecast, series, runs);
  return history;
}

/// Of a page that is about nothing else: what the series came to.
void tell_series(report::PageEntry& entry, const TrendSeries& series) {
  const auto side = [](double value) {
    return report::PageSummary{.summary = {.count = 1, .median = value}};
  };
  if (series.values.empty()) return;
  entry.head = side(series.levels.empty() ? series.values.back() : series.levels.back().value);
  if (series.levels.size() < 2) return;
  const double before = series.levels.front().value, after = series.levels.back().value;
  entry.base = side(before);
  if (!(before > 0)) return;
  entry.comparison = Comparison{.change = after / before - 1};
  const bool higher = series.subject.better == Better::higher;
  const auto worse = Percentage::from_ratio(higher ? before / after - 1 : after / before - 1);
  if (worse && series.subject.better != Better::unknown) entry.trend = trend_of(*worse);
}

/// A headline's series has no suite (cli/report_trend).
bool is_headline(const ReportedSubject& subject) {
  return subject.suite.empty() && subject.metric == "headline";
}

/// What a run is held against as one of many: the values of the last runs before it, where the
/// history is that of the branch which it is held against. What lies beyond the window's own
/// extremes was left out of it: runs that failed.
void add_window(report::PageEntry& entry, const PageBuilder& builder, const TrendReport& trend) {
  const bool window = entry.comparison && entry.comparison->design == Design::window;
  if (!window || !entry.base || !entry.base_samples.empty() || !builder.page.head) return;
  if (!builder.page.base || builder.page.base->commit.branch != trend.branch) return;
  const report::PageHistory& history = *entry.history;
  const auto& commits = builder.page.runs.commit;
  const std::string& judged = builder.page.head->commit.sha;
  std::size_t end = history.values.size();
  for (std::size_t i = 0; i < history.values.size() && !judged.empty(); ++i)
    if (commits[history.start + i] == judged) end = std::min(end, i);
  constexpr double rounding = 1e-6;  // values of histories are floats
  const double low = entry.base->summary.minimum * (1 - rounding);
  const double high = entry.base->summary.maximum * (1 + rounding);
  std::vector<float> past;
  for (std::size_t i = end; i > 0 && past.size() < entry.base->summary.count; --i)
    if (history.values[i - 1] >= low && history.values[i - 1] <= high)
      past.push_back(history.values[i - 1]);
  entry.base_samples.assign(past.rbegin(), past.rend());
}

}  // namespace

void add_trend(PageBuilder& builder, const TrendReport& trend, bool all) {
  report::Page& page = builder.page;
  for (const TrendRun& run : trend.runs) {
    page.runs.time.push_back(run.time);
    page.runs.commit.push_back(run.commit);
    page.runs.subject.push_back(run.subject);
  }
  // Old runs know none: no list of nothing.
  if (std::ranges::all_of(page.runs.subject, &std::string::empty)) page.runs.subject.clear();
  page.marks = marks_of(trend.marks);
  for (const TrendSeries& series : trend.series) {
    const Metric metric{.name = Symbol(series.subject.metric),
                        .unit = series.subject.unit,
                        .better = series.subject.better};
    report::PageEntry* entry =
        all ? &builder.benchmark(series.subject.suite, series.subject.name, metric)
            : builder.find(is_headline(series.subject)
                               ? Finding{.headline = series.subject.name}
                               : Finding{.suite = Symbol(series.subject.suite),
                                         .benchmark = series.subject.name,
                                         .metric = metric.name});
    if (!entry) continue;
    entry->history = history_of(series, trend.runs);
    if (all)
      tell_series(*entry, series);
    else
      add_window(*entry, builder, trend);
  }
  if (!all) return;
  page.titles = {"First", "Last"};
  for (const std::string& note : trend.notes)
    page.notes.push_back({.severity = Severity::info, .text = note});
  std::size_t changes = 0;
  for (const TrendSeries& series : trend.series)
    changes += static_cast<std::size_t>(
        std::ranges::count(series.marks, TrendMarkKind::change_point, &TrendMark::kind));
  page.facts = {{.label = "Branch", .value = trend.branch, .note = ""},
                {.label = "Runs", .value = fmt::format("{}", trend.session_count), .note = ""},
                {.label = "Series", .value = fmt::format("{}", trend.series.size()), .note = ""},
                {.label = "Change points", .value = fmt::format("{}", changes), .note = ""}};
}

}  // namespace perfgate::gate
