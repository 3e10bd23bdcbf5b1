#include "gate/headlines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

double estimate(Estimator estimator, std::span<const double> values) {
  switch (estimator) {
    case Estimator::median:
      return stats::median({values.begin(), values.end()});
    case Estimator::mean:
      return stats::summarize(values).mean;
    case Estimator::min:
      return *std::ranges::min_element(values);
    case Estimator::max:
      return *std::ranges::max_element(values);
  }
  return 0;
}

double combine(Combine combine, const std::vector<double>& values) {
  switch (combine) {
    case Combine::min:
      return *std::ranges::min_element(values);
    case Combine::max:
      return *std::ranges::max_element(values);
    case Combine::geomean: {
      double logs = 0;
      for (const double value : values) logs += std::log(value);
      return std::exp(logs / static_cast<double>(values.size()));
    }
  }
  return 0;
}

struct Match {
  const Benchmark* benchmark;
  const Sample* sample;
};

}  // namespace

Result<void> add_headlines(Run& run, const std::vector<ProjectHeadline>& headlines) {
  for (const ProjectHeadline& wanted : headlines) {
    Headline headline{.name = wanted.name,
                      .label = wanted.label,
                      .unit = std::string(wanted.unit->symbol),
                      .order = wanted.order,
                      .decimals_written = wanted.decimals,
                      .decimals_shown = wanted.decimals_shown,
                      .better = wanted.better};
    std::vector<Match> matches;
    for (const Benchmark& benchmark : run.benchmarks) {
      if (!glob_matches(wanted.suite, benchmark.suite.text()) ||
          !glob_matches(wanted.benchmark, benchmark.name))
        continue;
      if (const Sample* sample = benchmark.find(wanted.metric))
        matches.push_back({&benchmark, sample});
    }
    if (matches.size() > 1 && !wanted.combine)
      return fail(Code::config,
                  fmt::format("{}: headline `{}`: {} benchmarks match `{}`, such as `{}` and `{}`",
                              wanted.origin, wanted.name, matches.size(), wanted.benchmark,
                              safe_text(matches[0].benchmark->name, 80),
                              safe_text(matches[1].benchmark->name, 80)),
                  "name one of them, or say how to combine them: combine = \"geomean\", \"min\" or "
                  "\"max\"");
    if (matches.empty()) {
      run.notes.push_back(
          {.severity = Severity::error,
           .code = Code::missing,
           .text = fmt::format("headline `{}`: no measured benchmark matches `{}` with metric `{}`",
                               wanted.name, safe_text(wanted.benchmark, 80),
                               safe_text(wanted.metric, 60))});
      run.headlines.push_back(std::move(headline));
      continue;
    }
    const Metric& metric = *run.find_metric(wanted.metric);
    if (metric.unit != wanted.unit->base)
      return fail(Code::config,
                  fmt::format("{}: headline `{}`: its unit is {}, and the metric `{}` is measured "
                              "in {}",
                              wanted.origin, wanted.name, wanted.unit->symbol, wanted.metric,
                              to_text(metric.unit)),
                  "choose a unit of the same kind");
    if (headline.better == Better::unknown) headline.better = metric.better;

    // The value is estimated from all samples of each benchmark; the values for statistics are one
    // per process launch.
    std::vector<double> estimates;
    std::size_t launches = matches[0].sample->values.launches().size();
    for (const Match& match : matches) {
      estimates.push_back(estimate(wanted.estimator, match.sample->values.all()));
      launches = std::min(launches, match.sample->values.launches().size());
    }
    const Combine how = wanted.combine.value_or(Combine::geomean);
    headline.value = matches.size() == 1 ? estimates[0] : combine(how, estimates);
    if (launches == 1 && matches.size() == 1) {
      // One launch: its repetitions are all there is, as they are for the benchmark itself.
      const auto all = matches[0].sample->values.all();
      headline.values.assign(all.begin(), all.end());
      launches = 0;
    }
    for (std::size_t launch = 0; launch < launches; ++launch) {
      std::vector<double> of_launch;
      for (const Match& match : matches)
        of_launch.push_back(estimate(wanted.estimator, match.sample->values.launches()[launch]));
      headline.values.push_back(matches.size() == 1 ? of_launch[0] : combine(how, of_launch));
    }
    run.headlines.push_back(std::move(headline));
  }
  return {};
}

}  // namespace perfgate::gate
