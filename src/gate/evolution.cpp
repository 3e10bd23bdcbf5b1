#include "gate/evolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

struct Ends {
  double first = 0, last = 0;
};
std::optional<Ends> ends(const std::vector<std::optional<double>>& scores) {
  std::optional<Ends> found;
  for (const auto& score : scores) {
    if (!score) continue;
    if (!found) found = Ends{.first = *score, .last = *score};
    found->last = *score;
  }
  return found;
}

std::string full(const ReportedSubject& subject) {
  return (subject.suite.empty() ? "" : subject.suite + "/") + subject.name + " " + subject.metric;
}

template <class Rows>
std::vector<ReportSection> sections_of(const Rows& rows, const Legend& legend) {
  std::vector<std::string> sections;
  for (const auto& row : rows) sections.push_back(row.subject.section);
  return titled(std::move(sections), legend);
}

}  // namespace

std::optional<double> worse_by(double first, double last, Better better) {
  if (!(first > 0) || !(last > 0)) return std::nullopt;
  return better == Better::higher ? first / last - 1 : last / first - 1;
}

ComparisonReport comparison_report(const Sessions& sessions, const Legend& legend) {
  ComparisonReport report{.status = sessions.status,
                          .error = sessions.error,
                          .timestamp = sessions.timestamp,
                          .geometric_mean = sessions.geometric_mean,
                          .improvement_count = sessions.improvements,
                          .unchanged_count = sessions.unchanged,
                          .regression_count = sessions.regressions,
                          .experiment = sessions.experiment,
                          .reasons = sessions.reasons,
                          .notes = sessions.notes};
  if (!sessions.titles.empty()) report.title_a = sessions.titles.front();
  if (sessions.titles.size() > 1) report.title_b = sessions.titles.back();
  for (const SessionRow& row : sessions.rows) {
    ComparedBenchmark compared{
        .subject = subject_of(row.suite.text(), row.benchmark,
                              {.name = row.metric, .unit = row.unit, .better = row.better}),
        .score_a = row.scores.front().value_or(0),
        .score_b = row.scores.back().value_or(0),
        .change_percent = row.change.value(),
        .trend = row.trend,
        .p = row.p};
    if (row.finding) {
      compared.verdict = row.finding->verdict;
      compared.why = row.finding->why;
      if (const auto& comparison = row.finding->comparison) {
        compared.estimate = comparison->change;
        compared.low = comparison->low;
        compared.high = comparison->high;
      }
    }
    report.comparisons.push_back(std::move(compared));
  }
  report.sections = sections_of(report.comparisons, legend);
  return report;
}

void EvolutionBuilder::add_session(std::string title, Time started) {
  titles_.push_back(std::move(title));
  newest_ = std::max(newest_.value_or(started), started);
}

void EvolutionBuilder::add_value(std::string_view suite, std::string_view benchmark,
                                 const Metric& metric, double median) {
  if (metric.better == Better::unknown || !std::isfinite(median)) return;
  Row& row = rows_[{{std::string(suite), std::string(benchmark)}, metric.name.text()}];
  const auto session = static_cast<std::uint32_t>(titles_.size() - 1);
  if (row.scores.empty()) row.metric = metric;
  if (row.metric.unit != metric.unit || row.metric.better != metric.better) return;
  if (!row.scores.empty() && row.scores.back().first == session) return;
  row.scores.emplace_back(session, median);
}

void EvolutionBuilder::add_run(std::string title, const Run& run) {
  add_session(std::move(title), run.started);
  for (const Benchmark& benchmark : run.benchmarks)
    for (const Sample& sample : benchmark.samples)
      if (const Metric* metric = run.find_metric(sample.metric); metric && !sample.values.empty())
        add_value(benchmark.suite.text(), benchmark.name, *metric,
                  stats::median({sample.values.all().begin(), sample.values.all().end()}));
}

EvolutionReport EvolutionBuilder::finish(const Legend& legend) {
  EvolutionReport report{.session_count = static_cast<int>(titles_.size()),
                         .titles = std::move(titles_),
                         .timestamp = newest_};
  if (report.session_count == 0) {
    report.status = SessionStatus::error_no_sessions;
    report.error = "there is no run";
    return report;
  }
  if (report.session_count == 1) {
    report.status = SessionStatus::error_insufficient_sessions;
    report.error = "there is one run: an evolution takes two";
    return report;
  }
  std::size_t partial = 0;
  std::erase_if(rows_, [&](const auto& entry) {  // other metrics of what is timed
    return entry.first.second != "time" && rows_.contains({entry.first.first, "time"});
  });
  const std::size_t rows = rows_.size();
  while (!rows_.empty()) {  // each row goes as its own is made: there may be a million values
    auto taken = rows_.extract(rows_.begin());
    const auto& [suite, benchmark] = taken.key().first;
    Row& row = taken.mapped();
    Evolution evolution{.subject = subject_of(suite, benchmark, row.metric)};
    evolution.scores.resize(report.titles.size());
    for (const auto& [session, score] : row.scores) evolution.scores[session] = score;
    if (row.scores.size() < report.titles.size()) ++partial;
    if (row.scores.size() < 2) continue;
    const auto worse =
        worse_by(row.scores.front().second, row.scores.back().second, row.metric.better);
    if (!worse) continue;
    const Percentage change = Percentage::from_ratio(*worse).value_or(Percentage());
    evolution.change_percent = change.value();
    evolution.trend = trend_of(change);
    report.evolutions.push_back(std::move(evolution));
  }
  if (partial > 0)
    report.notes.push_back(fmt::format("{} of {} benchmarks are not in every run", partial, rows));
  if (report.evolutions.empty()) {
    report.status = SessionStatus::error_no_common_benchmarks;
    report.error = "no benchmark is in two of the runs";
    return report;
  }
  std::ranges::stable_sort(report.evolutions, std::ranges::greater{}, &Evolution::change_percent);
  report.sections = sections_of(report.evolutions, legend);
  return report;
}

StatisticsReport statistics_report(const EvolutionReport& evolution) {
  StatisticsReport report{.status = evolution.status,
                          .error = evolution.error,
                          .session_count = evolution.session_count,
                          .timestamp = evolution.timestamp};
  if (!evolution.titles.empty()) {
    report.first_title = evolution.titles.front();
    report.last_title = evolution.titles.back();
  }
  double better = 0, worse = 0, logs = 0;
  for (const Evolution& row : evolution.evolutions) {
    ++report.benchmark_count;
    const double change = row.change_percent;
    if (const auto found = ends(row.scores))
      logs += std::log1p(worse_by(found->first, found->last, row.subject.better).value_or(0));
    if (change == 0) {
      ++report.unchanged_count;
    } else if (change < 0) {
      ++report.improvement_count;
      better -= change;
      if (-change > report.best_improvement.value_or(0)) {
        report.best_improvement = -change;
        report.best_benchmark = full(row.subject);
      }
    } else {
      ++report.regression_count;
      worse += change;
      if (change > report.worst_regression.value_or(0)) {
        report.worst_regression = change;
        report.worst_benchmark = full(row.subject);
      }
    }
  }
  const auto mean = [](double sum, int count) {
    return Percentage::from_ratio(sum / count / 100).value_or(Percentage()).value();
  };
  if (report.improvement_count > 0) report.avg_improvement = mean(better, report.improvement_count);
  if (report.regression_count > 0) report.avg_regression = mean(worse, report.regression_count);
  if (report.benchmark_count > 0) report.geometric_mean = std::exp(logs / report.benchmark_count);
  return report;
}

}  // namespace perfgate::gate
