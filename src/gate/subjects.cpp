#include "gate/subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "gate/findings.hpp"
#include "gate/known.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

Finding set_aside(Finding finding, Reason reason, std::string why) {
  finding.reason = reason;
  finding.verdict = Verdict::not_comparable;
  finding.why = std::move(why);
  return finding;
}

/// Which metrics a regression is looked for in, where no rule says so: the time; or, where there is
/// none, whatever is known to be better one way. Judging throughput beside the time that it is made
/// from would count the same evidence twice.
bool judged_by_default(const Benchmark& benchmark, const Metric& metric) {
  static const Symbol time("time");
  if (metric.better == Better::unknown) return false;
  return metric.name == time || !benchmark.find(time);
}

/// wait_share of each suite of a run, computed once.
class WaitShares {
 public:
  std::optional<double> of(const Run& run, Symbol suite) {
    const auto [share, added] = shares_.try_emplace({&run, suite});
    if (added) share->second = wait_share(run, suite);
    return share->second;
  }
  /// The median of the runs; absent where one does not tell.
  std::optional<double> of(std::span<const Run> runs, Symbol suite) {
    std::vector<double> shares;
    for (const Run& run : runs) {
      const auto share = of(run, suite);
      if (!share) return std::nullopt;
      shares.push_back(*share);
    }
    return stats::median(std::move(shares));
  }

 private:
  std::map<std::pair<const Run*, Symbol>, std::optional<double>> shares_;
};

std::vector<double> launch_medians(const Values& values) {
  std::vector<double> medians;
  for (const auto launch : values.launches())
    medians.push_back(stats::median({launch.begin(), launch.end()}));
  return medians;
}

std::vector<double> known_of(const std::vector<double>& values) {
  std::vector<double> known;
  for (const double value : values)
    if (value == value) known.push_back(value);
  return known;
}

/// The sample of a metric as it was then, where it is the same metric still.
const Sample* same_metric(const Known& known, Symbol suite, std::string_view name,
                          const Metric& metric) {
  const Benchmark* benchmark = known.find(suite, name);
  const Metric* then = known.run().find_metric(metric.name);
  if (!benchmark || !then || then->unit != metric.unit || then->better != metric.better)
    return nullptr;
  return benchmark->find(metric.name);
}

double value_of_run(const Sample* sample, int min_samples) {
  if (!sample || sample->values.empty()) return std::nan("");
  return stats::median(stats::independent_values(sample->values, min_samples).values);
}

/// Where a window holds nothing of it, the baseline is its one past value.
void settle_window(Subject& subject, double baseline, std::size_t accepted) {
  std::fill_n(subject.past.begin(), level_begin(subject.past, accepted), std::nan(""));
  subject.base = known_of(subject.past);
  if (subject.base.empty()) {
    subject.past.back() = baseline;
    subject.base = {baseline};
  }
  subject.head = known_of(subject.later);
}

class Gatherer {
 public:
  Gatherer(const Run& head, const Reference& base, const Policy& policy, Design design)
      : head_(head), base_(base), policy_(policy), design_(design), before_(*base.run, policy) {
    if (design == Design::window)
      for (const Run& run : base.window) window_.emplace_back(run, policy);
    if (design == Design::window || design == Design::two_runners)
      for (const Run& run : base.confirmations) confirmations_.emplace_back(run, policy);
  }

  const Known& before() const { return before_; }

  MachineShift waited(Symbol suite) {
    return shift_by_waiting(
        design_ == Design::window ? waits_.of(base_.window, suite) : waits_.of(*base_.run, suite),
        waits_.of(head_, suite));
  }

  void fill(Subject& subject, const Benchmark& benchmark, const Metric& metric,
            const Sample& base_sample, const Sample& sample) {
    if (design_ == Design::window && !metric.exact) {
      fill_window(subject, benchmark, metric, base_sample, sample);
      return;
    }
    if (design_ == Design::interleaved) {
      subject.base = launch_medians(base_sample.values);
      subject.head = launch_medians(sample.values);
      return;
    }
    auto before = stats::independent_values(base_sample.values, policy_.min_samples);
    auto now = stats::independent_values(sample.values, policy_.min_samples);
    subject.base = std::move(before.values);
    subject.head = std::move(now.values);
    subject.independent = before.independent && now.independent;
    for (const Known& run : confirmations_) {
      const Sample* again = same_metric(run, benchmark.suite, benchmark.name, metric);
      subject.confirmed.push_back(
          again ? stats::independent_values(again->values, policy_.min_samples).values
                : std::vector<double>());
    }
  }

  void fill(Subject& subject, const Headline& before, const Headline& now) {
    const auto values = [](const Headline& headline) {
      return headline.values.empty() ? std::vector{*headline.value} : headline.values;
    };
    const auto then = [&](const Run& run) -> const Headline* {
      const auto found = std::ranges::find(run.headlines, now.name, &Headline::name);
      const bool same = found != run.headlines.end() && found->value && found->unit == now.unit &&
                        found->better == now.better;
      return same ? &*found : nullptr;
    };
    if (design_ == Design::window) {
      const auto one = [&](const Run& run) {
        const Headline* headline = then(run);
        return headline ? *headline->value : std::nan("");
      };
      for (const Run& run : base_.window) subject.past.push_back(one(run));
      subject.later = {*now.value};
      for (const Run& run : base_.confirmations) subject.later.push_back(one(run));
      settle_window(subject, *before.value,
                    accepted_begin(base_.window, Symbol(), now.name, Symbol("headline"),
                                   base_.accepted, head_.started));
      return;
    }
    subject.base = values(before);
    subject.head = values(now);
    for (const Known& run : confirmations_) {
      const Headline* again = then(run.run());
      subject.confirmed.push_back(again ? values(*again) : std::vector<double>());
    }
  }

 private:
  void fill_window(Subject& subject, const Benchmark& benchmark, const Metric& metric,
                   const Sample& base_sample, const Sample& sample) {
    const auto value = [&](const Known& run) {
      return value_of_run(same_metric(run, benchmark.suite, benchmark.name, metric),
                          policy_.min_samples);
    };
    for (const Known& run : window_) subject.past.push_back(value(run));
    subject.later = {value_of_run(&sample, policy_.min_samples)};
    for (const Known& run : confirmations_) subject.later.push_back(value(run));
    settle_window(subject, value_of_run(&base_sample, policy_.min_samples),
                  accepted_begin(base_.window, benchmark.suite, benchmark.name, metric.name,
                                 base_.accepted, head_.started));
  }

  const Run& head_;
  const Reference& base_;
  const Policy& policy_;
  Design design_;
  Known before_;
  std::vector<Known> window_, confirmations_;
  WaitShares waits_;
};

void add_headline_subjects(const Run& head, const Run& base, const Policy& policy, Design design,
                           Gatherer& gatherer, std::vector<Subject>& subjects,
                           std::vector<Finding>& findings) {
  for (const Headline& headline : head.headlines) {
    const auto before = std::ranges::find(base.headlines, headline.name, &Headline::name);
    if (before == base.headlines.end() || !before->value || !headline.value) continue;
    const Unit* unit = find_unit(headline.unit);
    const Unit* base_unit = find_unit(before->unit);
    Subject subject{
        .finding = {.headline = headline.name, .unit = headline.unit},
        .name = headline.label.empty() ? headline.name : headline.label.text(),
        .better = headline.better,
        .unit = unit ? unit->base : BaseUnit::one,
        .bands = {.warn = policy.regression_threshold, .fail = policy.regression_fail_threshold},
        .waited = shift_by_waiting(wait_share(base, {}), wait_share(head, {}))};
    if (unit && base_unit && unit->base != base_unit->base) {
      findings.push_back(set_aside(subject.finding, Reason::other_unit,
                                   fmt::format("{} is in {} here, and was in {} in the baseline",
                                               subject.name, headline.unit, before->unit)));
      continue;
    }
    if (headline.better == Better::unknown) continue;
    if (design == Design::printed && unit) {
      Decimal step = 1;
      const int decimals = std::min(headline.decimals_written, before->decimals_written);
      for (int i = 0; i < decimals; ++i) step = step * Decimal::nearest(0.1);
      subject.step = unit->to_base(step);
    }
    gatherer.fill(subject, *before, headline);
    subjects.push_back(std::move(subject));
  }
}

/// A metric that disappears must not look like one that passes.
void add_vanished(const Benchmark& before, const Run& base, const Benchmark& benchmark,
                  std::vector<Finding>& findings) {
  for (const Sample& gone : before.samples) {
    const Metric* metric = base.find_metric(gone.metric);
    if (benchmark.find(gone.metric) || !metric || !judged_by_default(before, *metric)) continue;
    findings.push_back(
        {.suite = benchmark.suite,
         .benchmark = benchmark.name,
         .metric = gone.metric,
         .reason = Reason::missing,
         .verdict = Verdict::not_measured,
         .code = Code::missing,
         .why = fmt::format("{}: the baseline holds the metric `{}`, and this run does not",
                            benchmark.name, gone.metric.text())});
  }
}

}  // namespace

Subjects subjects_of(const Run& head, const Reference& reference, const Policy& policy,
                     Design design, std::vector<Finding>& findings, Counts& counts) {
  Subjects subjects;
  const Run& base = *reference.run;
  Gatherer gatherer(head, reference, policy, design);
  add_headline_subjects(head, base, policy, design, gatherer, subjects.headlines, findings);
  for (const Benchmark& benchmark : head.benchmarks) {
    if (benchmark.samples.empty()) continue;
    const Benchmark* before = gatherer.before().find(benchmark.suite, benchmark.name);
    if (!before || before->samples.empty()) {
      ++counts.added;
      findings.push_back({.suite = benchmark.suite,
                          .benchmark = benchmark.name,
                          .reason = Reason::new_benchmark,
                          .why = "new: the baseline does not hold it"});
      continue;
    }
    bool compared = false;
    for (const Sample& sample : benchmark.samples) {
      const Metric& metric = *head.find_metric(sample.metric);
      const Rule rule = effective_rule(policy, benchmark.suite, benchmark.name, sample.metric);
      const Better better = rule.better.value_or(metric.better);
      const bool by_rule = rule.bands && better != Better::unknown;
      if (!by_rule && !judged_by_default(benchmark, {metric.name, metric.unit, better})) continue;
      Subject subject{.finding = {.suite = benchmark.suite,
                                  .benchmark = benchmark.name,
                                  .metric = sample.metric},
                      .name = benchmark.name + " " + sample.metric.text(),
                      .better = better,
                      .unit = metric.unit,
                      .exact = metric.exact,
                      .bands = effective_bands(policy, rule),
                      .waited = gatherer.waited(benchmark.suite)};
      const Sample* base_sample = before->find(sample.metric);
      const Metric* base_metric = base.find_metric(sample.metric);
      if (!base_sample || !base_metric) {
        findings.push_back(set_aside(subject.finding, Reason::no_baseline,
                                     subject.name + ": the baseline does not hold this metric"));
        continue;
      }
      if (base_metric->unit != metric.unit || base_metric->better != metric.better) {
        findings.push_back(
            set_aside(subject.finding, Reason::other_unit,
                      subject.name + ": its unit or direction differs from the baseline's"));
        continue;
      }
      gatherer.fill(subject, benchmark, metric, *base_sample, sample);
      subjects.benchmarks.push_back(std::move(subject));
      compared = true;
    }
    add_vanished(*before, base, benchmark, findings);
    if (compared) ++counts.compared;
  }
  return subjects;
}

}  // namespace perfgate::gate
