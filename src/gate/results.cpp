#include "gate/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

BenchmarkResult result_of(const Benchmark& benchmark, const Metric& metric, const Values& values,
                          int min_launches) {
  const std::span<const double> samples = values.all();
  const stats::Independent independent = stats::independent_values(values, min_launches);
  const Summary score = stats::summarize(independent.values);
  const Summary all = stats::summarize(samples);
  std::vector<double> ascending(samples.begin(), samples.end());
  std::ranges::sort(ascending);
  const double half_width = score.count > 1 ? (score.high - score.low) / 2 : 0;
  return {.subject = subject_of(benchmark.suite.text(), benchmark.name, metric),
          .final_score = rounded_to(score.median, half_width),
          .raw_score = score.median,
          .independent = independent.independent,
          .launches = static_cast<int>(values.launch_count()),
          .low = score.low,
          .high = score.high,
          .confidence = score.confidence,
          .mean = all.mean,
          .deviation = all.deviation,
          .minimum = all.minimum,
          .maximum = all.maximum,
          .p50 = percentile(ascending, 0.50),
          .p95 = percentile(ascending, 0.95),
          .p99 = percentile(ascending, 0.99),
          .samples = {samples.begin(), samples.end()},
          .outliers = outliers_of(samples, ascending)};
}

}  // namespace

double percentile(const std::vector<double>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  const double part = place - static_cast<double>(below);
  return ascending[below] + part * (ascending[above] - ascending[below]);
}

std::vector<int> outliers_of(std::span<const double> samples,
                             const std::vector<double>& ascending) {
  constexpr std::size_t fewest = 5;  // quartiles of fewer mean nothing
  constexpr double far_out = 3;
  if (samples.size() < fewest) return {};
  const double first = percentile(ascending, 0.25), third = percentile(ascending, 0.75);
  const double reach = far_out * (third - first);
  std::vector<int> outliers;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (samples[i] < first - reach || samples[i] > third + reach)
      outliers.push_back(static_cast<int>(i));
  return outliers;
}

double rounded_to(double value, double half_width) {
  if (!(half_width > 0) || !std::isfinite(value)) return value;
  const int place = static_cast<int>(std::floor(std::log10(half_width))) - 1;
  // Through text, so that the decimal digits are what they seem to be.
  const double magnitude = std::abs(value);
  const int first = magnitude > 0 ? static_cast<int>(std::floor(std::log10(magnitude))) : place;
  const int digits = std::clamp(first - place, 0, 16);
  return std::strtod(fmt::format("{:.{}e}", value, digits).c_str(), nullptr);
}

ResultsReport results_report(const Run& run, const Legend& legend, int min_launches) {
  ResultsReport report{.title = run.id,
                       .run_id = run.id,
                       .attempt = run.attempt,
                       .commit = run.commit,
                       .timestamp = run.started,
                       .headlines = run.headlines,
                       .notes = run.notes};
  std::vector<std::string> sections;
  for (const Benchmark& benchmark : run.benchmarks)
    for (const Sample& sample : benchmark.samples) {
      const Metric* metric = run.find_metric(sample.metric);
      if (!metric || sample.values.empty()) continue;
      report.results.push_back(result_of(benchmark, *metric, sample.values, min_launches));
      sections.push_back(report.results.back().subject.section);
    }
  report.sections = titled(std::move(sections), legend);
  if (report.results.empty()) {
    report.status = SessionStatus::error_no_measurements;
    report.error = fmt::format("run {} holds no measurement", run.id);
  }
  std::ranges::stable_sort(report.results, {}, [](const BenchmarkResult& result) {
    const ReportedSubject& subject = result.subject;
    return std::tie(subject.suite, subject.section, subject.index, subject.name, subject.metric);
  });
  return report;
}

}  // namespace perfgate::gate
