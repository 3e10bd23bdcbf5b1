#include "gate/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "gate/evolution.hpp"
#include "gate/judge.hpp"
#include "model/policy.hpp"
#include "stats/rank_sum.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

using RowKey = std::pair<std::pair<std::string, std::string>, std::string>;

bool shown(const Benchmark& benchmark, const Metric& metric) {
  static const Symbol time("time");
  return metric.better != Better::unknown && (metric.name == time || !benchmark.find(time));
}

/// The regression bands alone: limits are held by `check`.
Policy without_limits(Policy policy) {
  policy.headlines.clear();
  for (Rule& rule : policy.rules) rule.floor = rule.ceiling = rule.target = std::nullopt;
  return policy;
}

/// What the policy says of each row. What it cannot judge (another host) stays without a verdict.
void add_verdicts(Sessions& sessions, const Run& base, const Run& head, const Policy& policy) {
  const auto judgement =
      judge(head, {.run = &base, .state = BaselineState::given}, without_limits(policy));
  if (!judgement) return;
  sessions.experiment = judgement->experiment;
  std::map<std::pair<std::pair<Symbol, std::string>, Symbol>, const Finding*> findings;
  for (const Finding& finding : judgement->findings) {
    if (finding.benchmark.empty() && finding.headline.empty() && finding.comparison)
      sessions.reasons.push_back(finding.why);
    if (finding.comparison || finding.reason == Reason::undefined_ratio)
      findings.emplace(std::pair(std::pair(finding.suite, finding.benchmark), finding.metric),
                       &finding);
  }
  for (SessionRow& row : sessions.rows)
    if (const auto found = findings.find({{row.suite, row.benchmark}, row.metric});
        found != findings.end())
      row.finding = *found->second;
}

}  // namespace

Sessions compare_sessions(const std::vector<Run>& runs, std::vector<std::string> titles,
                          const Policy* policy) {
  Sessions result{.titles = std::move(titles)};
  if (runs.empty()) {
    result.status = SessionStatus::error_no_sessions;
    result.error = "there is no run to compare";
    return result;
  }
  if (runs.size() < 2) {
    result.status = SessionStatus::error_insufficient_sessions;
    result.error = "there is one run: comparing takes two";
    return result;
  }

  result.timestamp = runs.back().started;
  struct Gathered {
    const Benchmark* benchmark;
    Metric metric;
    std::vector<const Values*> values;
  };
  std::map<RowKey, Gathered> gathered;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    for (const Benchmark& benchmark : runs[r].benchmarks) {
      for (const Sample& sample : benchmark.samples) {
        const Metric* metric = runs[r].find_metric(sample.metric);
        if (!metric || !shown(benchmark, *metric)) continue;
        auto& row = gathered[{{benchmark.suite.text(), benchmark.name}, sample.metric.text()}];
        if (row.values.empty()) {
          row.benchmark = &benchmark;
          row.metric = *metric;
          row.values.resize(runs.size());
        }
        if (metric->unit == row.metric.unit && metric->better == row.metric.better)
          row.values[r] = &sample.values;
      }
    }
  }

  double log_sum = 0;
  int compared = 0, partial = 0;
  for (const auto& [key, row] : gathered) {
    std::vector<const Values*> present;
    SessionRow line{.suite = row.benchmark->suite,
                    .benchmark = row.benchmark->name,
                    .metric = row.metric.name,
                    .unit = row.metric.unit,
                    .better = row.metric.better};
    for (const Values* values : row.values) {
      line.scores.push_back(
          values ? std::optional(stats::median({values->all().begin(), values->all().end()}))
                 : std::nullopt);
      if (values) present.push_back(values);
    }
    if (present.size() != runs.size()) ++partial;
    if (!row.values.front() || !row.values.back()) continue;
    const double first = *line.scores.front(), last = *line.scores.back();
    const std::optional<double> worse_ratio = worse_by(first, last, row.metric.better);
    if (!worse_ratio) continue;
    const double worse = *worse_ratio;
    line.change = Percentage::from_ratio(worse).value_or(Percentage());
    line.trend = trend_of(line.change);
    const auto a = row.values.front()->all(), b = row.values.back()->all();
    if (a.size() > 1 && b.size() > 1) line.p = stats::rank_sum_p(a, b);
    log_sum += std::log1p(worse);
    ++compared;
    if (line.trend == Trend::unchanged)
      ++result.unchanged;
    else if (line.change.value() < 0)
      ++result.improvements;
    else
      ++result.regressions;
    result.rows.push_back(std::move(line));
  }
  if (result.rows.empty()) {
    result.status = SessionStatus::error_no_common_benchmarks;
    result.error = "the first and the last run have no benchmark in common";
    return result;
  }
  result.geometric_mean = std::exp(log_sum / compared);
  std::ranges::stable_sort(result.rows, std::ranges::greater{},
                           [](const SessionRow& row) { return row.change.value(); });
  if (partial > 0)
    result.notes.push_back(
        fmt::format("{} of {} benchmarks are not in every run", partial, gathered.size()));
  const std::vector<std::string> host_class = policy ? policy->host_class : Policy().host_class;
  for (std::size_t r = 1; r < runs.size(); ++r) {
    const auto differences = host_differences(runs[r].fingerprint, runs[0].fingerprint, host_class);
    if (!differences.empty())
      result.notes.push_back(fmt::format("{} and {} come from different machines: {}",
                                         result.titles[r], result.titles[0],
                                         fmt::join(differences, "; ")));
  }
  if (policy && runs.size() == 2) add_verdicts(result, runs[0], runs[1], *policy);
  return result;
}

}  // namespace perfgate::gate
