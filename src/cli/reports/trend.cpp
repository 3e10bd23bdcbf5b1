#include "cli/reports/trend.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "cli/history/accepted_changes.hpp"
#include "cli/progress.hpp"
#include "gate/judge.hpp"
#include "gate/trend.hpp"
#include "report/phrases.hpp"
#include "stats/summary.hpp"
#include "store/history.hpp"
#include "sys/git.hpp"
#include "sys/memory.hpp"

namespace perfgate::cli {
namespace {

const Symbol& headline_metric() {
  static const Symbol metric("headline");
  return metric;
}

double estimate_of(const ProjectHeadline& headline, const store::Columns& columns,
                   std::size_t row) {
  switch (headline.estimator) {
    case Estimator::mean:
      return columns.mean[row];
    case Estimator::min:
      return columns.minimum[row];
    case Estimator::max:
      return columns.maximum[row];
    case Estimator::median:
      break;
  }
  return columns.median[row];
}

/// What a headline is in a run, from the rows that match. Several that are not combined are none,
/// as when it was measured.
std::optional<double> combined(const ProjectHeadline& headline, const std::vector<double>& values) {
  if (values.empty() || (values.size() > 1 && !headline.combine)) return std::nullopt;
  if (values.size() == 1) return values.front();
  switch (*headline.combine) {
    case Combine::min:
      return std::ranges::min(values);
    case Combine::max:
      return std::ranges::max(values);
    case Combine::geomean:
      break;
  }
  double logs = 0;
  for (const double value : values) logs += std::log(value);
  return std::exp(logs / static_cast<double>(values.size()));
}

/// Headlines as series beside the benchmarks': the floors of thresholds.toml are theirs.
void add_headlines(const store::Columns& columns, const Project& project, HistoryBuilder& builder) {
  for (std::size_t r = 0; r < columns.runs.size(); ++r) {
    for (const ProjectHeadline& headline : project.headlines) {
      std::vector<double> values;
      for (std::size_t row = columns.runs[r].begin; row < columns.runs[r].end; ++row)
        if (columns.texts[columns.metric[row]] == headline.metric &&
            columns.unit[row] == headline.unit->base &&
            glob_matches(headline.suite, columns.texts[columns.suite[row]]) &&
            glob_matches(headline.benchmark, columns.texts[columns.benchmark[row]]))
          values.push_back(estimate_of(headline, columns, row));
      if (const auto value = combined(headline, values))
        builder.add_value(
            r, {.name = headline_metric(), .unit = headline.unit->base, .better = headline.better},
            headline.name, *value);
    }
  }
}

/// Where on the axis something lies: at its commit, else at the first place since.
std::optional<int> place_of(const std::string& sha, Time at, const std::vector<TrendRun>& runs) {
  for (std::size_t i = 0; i < runs.size() && !sha.empty(); ++i)
    if (runs[i].commit == sha) return static_cast<int>(i);
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (runs[i].time >= at) return static_cast<int>(i);
  return std::nullopt;
}

bool is_of(const Incident& incident, const ReportedSubject& subject) {
  if (!incident.headline.empty()) return subject.suite.empty() && subject.name == incident.headline;
  return incident.suite.text() == subject.suite && incident.benchmark == subject.name &&
         incident.metric.text() == subject.metric;
}

bool is_of(const Waiver& waiver, const ReportedSubject& subject) {
  return glob_matches(waiver.suite, subject.suite) &&
         glob_matches(waiver.benchmark, subject.name) &&
         glob_matches(waiver.metric, subject.metric);
}

/// What is known of a branch beside its values.
struct Known {
  std::vector<Incident> incidents;
  std::vector<Waiver> waivers;
  std::vector<TrendMark> shared;  ///< of all series
};

Result<Known> known_of(const Selected& selected, const TrendReport& trend,
                       const AcceptedChanges& accepted, const sys::Environment& environment,
                       const std::string& directory) {
  Known known{.waivers = accepted.waivers};
  TRY(known.incidents, store::incidents(*selected.store, {.terms = {{"branch", selected.branch}}}));
  TRY(const std::vector<Baseline> promotions, store::promotions(*selected.store));
  for (const Baseline& baseline : promotions) {
    if (baseline.branch != selected.branch || baseline.host_class != trend.host_class) continue;
    const auto run = place_of(baseline.commit, baseline.at, trend.runs);
    if (!run) continue;
    const bool anchor = !baseline.name.empty();
    known.shared.push_back(
        {.kind = anchor ? TrendMarkKind::anchor : TrendMarkKind::baseline,
         .run = *run,
         .label = anchor ? baseline.name : "baseline",
         .text = fmt::format("{} {}, {} by {}{}{}", anchor ? "anchor" : "baseline",
                             anchor ? baseline.name : baseline.run_id, date_text(baseline.at),
                             baseline.by, baseline.why.empty() ? "" : ": ", baseline.why)});
  }
  TRY(const std::vector<sys::Tag> tags, sys::read_tags(directory, environment));
  std::map<std::string, int> commits;
  for (std::size_t i = 0; i < trend.runs.size(); ++i)
    if (!trend.runs[i].commit.empty()) commits.emplace(trend.runs[i].commit, static_cast<int>(i));
  for (const sys::Tag& tag : tags)
    if (const auto found = commits.find(tag.sha); found != commits.end())
      known.shared.push_back({.kind = TrendMarkKind::release,
                              .run = found->second,
                              .label = tag.name,
                              .text = "release " + tag.name});
  std::ranges::stable_sort(known.shared, {}, &TrendMark::run);
  return known;
}

void add_changes(TrendSeries& series, const stats::Detection& detection) {
  for (const stats::ChangePoint& change : detection.changes) {
    const double ratio = change.change();
    TrendMark mark{.kind = TrendMarkKind::change_point,
                   .run = series.positions[change.index],
                   .text = fmt::format("{} to {}{}", render(change.before, series.subject.unit),
                                       render(change.after, series.subject.unit),
                                       change.provisional ? ", not settled yet" : "")};
    if (std::isfinite(ratio)) {
      mark.change = ratio;
      mark.label = report::percent(ratio);
    }
    series.marks.push_back(std::move(mark));
  }
}

void add_known(TrendSeries& series, const Known& known, const std::vector<TrendRun>& runs) {
  for (const Incident& incident : known.incidents) {
    if (!is_of(incident, series.subject)) continue;
    const auto run = place_of(incident.commit, incident.opened, runs);
    if (!run) continue;
    series.marks.push_back(
        {.kind = TrendMarkKind::incident,
         .run = *run,
         .to = incident.closed ? place_of("", *incident.closed, runs) : std::nullopt,
         .label = incident.limit ? "limit violated" : "regression",
         .text = fmt::format("{} ({}): {}", incident.id,
                             incident.state == IncidentState::open       ? "open"
                             : incident.state == IncidentState::accepted ? "accepted"
                                                                         : "resolved",
                             incident.why)});
  }
  for (const Waiver& waiver : known.waivers) {
    if (!waiver.created || !is_of(waiver, series.subject)) continue;
    const auto run = place_of("", *waiver.created, runs);
    if (!run) continue;
    series.marks.push_back({.kind = TrendMarkKind::waiver,
                            .run = *run,
                            .to = place_of("", waiver.expires, runs),
                            .label = waiver.id,
                            .text = fmt::format("waiver {} of {}, up to {:.4g} % until {}: {}",
                                                waiver.id, waiver.owner, 100 * waiver.max_change,
                                                date_text(waiver.expires), waiver.reason)});
  }
  std::ranges::stable_sort(series.marks, {}, &TrendMark::run);
}

/// Where the series was cut and where its level changed, ascending.
std::vector<std::size_t> borders_of(const stats::Detection& detection,
                                    const std::vector<std::size_t>& accepted) {
  std::vector<std::size_t> borders = accepted;
  for (const stats::ChangePoint& change : detection.changes) borders.push_back(change.index);
  std::ranges::sort(borders);
  const auto doubled = std::ranges::unique(borders);
  borders.erase(doubled.begin(), doubled.end());
  return borders;
}

/// Of the host classes that match the one that was measured on last.
Result<HostHistory> chosen(std::vector<HostHistory>& histories, const TrendOptions& options,
                           TrendReport& trend) {
  HostHistory* best = nullptr;
  std::vector<std::string> others;
  for (HostHistory& history : histories)
    if (glob_matches(options.host_class, history.host_class) &&
        (!best || best->commits.back().time < history.commits.back().time))
      best = &history;
  for (const HostHistory& history : histories)
    if (&history != best) others.push_back(history.host_class);
  if (!best)
    return fail(Code::usage,
                fmt::format("--host-class {}: no run was measured on such a host",
                            safe_text(options.host_class, 100)),
                others.empty() ? "ask for other runs with --where"
                               : "host classes: " + safe_text(others.front(), 200));
  if (!others.empty())
    trend.notes.push_back(fmt::format("{} other host class{} left out: --host-class shows another",
                                      others.size(), others.size() == 1 ? " is" : "es are"));
  return std::move(*best);
}

void describe_headline(ReportedSubject& subject, const Project& project) {
  if (subject.metric != headline_metric().text() || !subject.suite.empty()) return;
  const auto found = std::ranges::find(project.headlines, subject.name, &ProjectHeadline::name);
  if (found != project.headlines.end()) subject.benchmark_id = found->name;
}

struct Options {
  ReportOptions report;
  TrendOptions trend;
  std::string order = "run";
};

void add(CLI::App& app, Options& options) {
  app.add_option("--store", options.report.shared.store, "history (default: dir:.perfgate)");
  app.add_option("--branch", options.report.branch, "of the store (default: the base branch)");
  add_where(app, options.report);
  app.add_option("--host-class", options.trend.host_class,
                 "glob of host classes (default: the one that was measured on last)");
  app.add_option("--order", options.order, "by when commits were measured (run) or made (commit)")
      ->check(CLI::IsMember({"run", "commit"}));
  app.add_option("--min-change", options.trend.min_change,
                 "the smallest change of level that is one, as a ratio (default: 0.01)")
      ->check(CLI::Range(0.0, 10.0));
  add_output(app, options.report);
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Prepared prepared, prepare(options.report, env));
  TRY(Selected selected, select_runs(options.report, prepared.settings, env));
  if (std::ranges::find(selected.query.conditions, "ok", &store::Condition::key) ==
      selected.query.conditions.end())  // what failed is no value of the series
    selected.query.conditions.push_back({"ok", store::Match::equal, "true"});
  TrendOptions trend_options = options.trend;
  trend_options.order = options.order == "commit" ? HistoryOrder::commit : HistoryOrder::run;
  trend_options.threads = workers();
  TRY(TrendReport found, trend_of(selected, trend_options, options.report, prepared.settings, env));
  const auto trend = std::make_shared<const TrendReport>(std::move(found));
  CHECKED(write_report(report::tell(trend), options.report, prepared, env));
  return exit_of(trend->status);
}

}  // namespace

Result<TrendReport> trend_of(const Selected& selected, const TrendOptions& options,
                             const ReportOptions& report, const Settings& settings, Env& env) {
  TrendReport trend{.branch = selected.branch};
  HistoryBuilder builder(settings.policy.host_class);
  CHECKED(scan_in_portions(selected, report, env, [&](const store::Columns& columns) {
    builder.add(columns);
    add_headlines(columns, settings.project, builder);
    for (const store::RunEntry& run : columns.runs) {
      if (run.begin == run.end) continue;
      ++trend.session_count;
      trend.timestamp = std::max(trend.timestamp.value_or(run.started), run.started);
    }
  }));
  std::vector<HostHistory> histories = builder.finish(options.order);
  if (histories.empty()) {
    trend.status = SessionStatus::error_no_measurements;
    trend.error = fmt::format("none of {} runs holds what was asked for", selected.heads.size());
    return trend;
  }
  TRY(HostHistory history, chosen(histories, options, trend));
  histories.clear();
  trend.host_class = history.host_class;
  for (const HistoryCommit& commit : history.commits)
    trend.runs.push_back({.run_id = commit.run_id,
                          .commit = commit.sha,
                          .time = commit.time,
                          .subject = commit.subject});

  TRY(const AcceptedChanges accepted, accepted_changes(selected.branch, settings, *selected.store));
  TRY(const Known known,
      known_of(selected, trend, accepted, env.environment, settings.project_directory));
  trend.marks = known.shared;
  HistoryChanges changes;
  {
    Progress progress(env, report.shared.quiet, "looking for changes", history.series.size());
    changes = changes_of(history, accepted, {.min_change = options.min_change}, options.threads,
                         [&] { progress.add(); });
  }
  std::vector<std::string> sections;
  for (std::size_t i = 0; i < history.series.size(); ++i) {
    HistorySeries& of = history.series[i];
    TrendSeries series{
        .subject = subject_of(of.suite, of.benchmark,
                              {.name = Symbol(of.metric), .unit = of.unit, .better = of.better}),
        .noise = changes.detections[i].noise};
    for (const std::uint32_t position : of.positions)
      series.positions.push_back(static_cast<std::int32_t>(position));
    series.values = std::move(of.values);
    of.positions = {};
    describe_headline(series.subject, settings.project);
    sections.push_back(series.subject.section);
    const auto borders = borders_of(changes.detections[i], changes.accepted[i]);
    series.levels = gate::levels_of(series.values, series.positions, borders);
    add_changes(series, changes.detections[i]);
    add_known(series, known, trend.runs);
    const bool headline =
        series.subject.suite.empty() && series.subject.metric == headline_metric().text();
    series.forecast =
        gate::forecast_of(series.values, borders.empty() ? 0 : borders.back(),
                          headline ? gate::limits_of(settings.policy, series.subject.name)
                                   : gate::limits_of(settings.policy, series.subject));
    trend.series.push_back(std::move(series));
  }
  trend.sections = titled(std::move(sections), settings.project.legend);
  history = {};
  changes = {};
  sys::give_back_memory();  // of a million values: what was gathered is twice what is told
  return trend;
}

Command report_trend() {
  return {.name = "trend",
          .summary = "histories with change points, baselines, waivers, releases, and a forecast",
          .footer =
              "A forecast is a robust line (Theil and Sen) through the values since the last "
              "change, with 90 %\nprediction bounds, as many runs ahead as there are such values "
              "(at most 200): it says when a\nfloor or ceiling would be reached. Releases are tags "
              "of the repository, and anchors.\n\nExamples:\n"
              "  perfgate report trend\n"
              "  perfgate report trend --where 'benchmark~decode/*' --where since=90d --format "
              "text,csv,json --out reports",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
