#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "gate/contention.hpp"
#include "gate/findings.hpp"
#include "stats/compare.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

/// A change seen from the side that matters: positive is worse.
struct Worsening {
  double estimate = 0, low = 0, high = 0;
};

Worsening worsening(const Comparison& comparison, Better better) {
  if (better == Better::higher) return {-comparison.change, -comparison.high, -comparison.low};
  return {comparison.change, comparison.low, comparison.high};
}

/// Whether the medians differ for the worse by more than `ratio` of the base. In decimals, as an
/// exact 5 % is not more than 5 %.
bool worse_by_more(const Comparison& comparison, Better better, const Decimal& ratio) {
  const Decimal base = Decimal::nearest(comparison.base.median);
  const Decimal head = Decimal::nearest(comparison.head.median);
  return (better == Better::higher ? base - head : head - base) > ratio * base;
}

bool beyond(const Comparison& comparison, Better better, const std::optional<Decimal>& ratio,
            const std::optional<Limit>& absolute) {
  if (!ratio && !absolute) return false;
  if (ratio && !worse_by_more(comparison, better, *ratio)) return false;
  if (!absolute) return true;
  const Decimal base = Decimal::nearest(comparison.base.median);
  const Decimal head = Decimal::nearest(comparison.head.median);
  return (better == Better::higher ? base - head : head - base) > absolute->value;
}

std::string percent(double ratio) { return fmt::format("{:+.2f} %", 100 * ratio); }

struct Compared {
  Finding finding;   // the part that names it
  std::string name;  // in sentences
  Better better = Better::lower;
  BaseUnit unit = BaseUnit::one;
  bool exact = false;
  std::optional<Decimal> step;  // of the last printed decimal, where only that is known
  std::optional<double> base_wait, head_wait;  // shares of time waited for a processor
};

std::string shown(const Compared& subject, double value) {
  const Unit* unit = find_unit(subject.finding.unit);
  return unit ? render(value, *unit, 2) : render(value, subject.unit);
}

/// What the sentence begins with: "decode/100 time: 1.20 µs against 1.00 µs, +20.00 % (+18.9 to
/// ...)".
std::string what(const Compared& subject, const Comparison& comparison) {
  std::string text =
      fmt::format("{}: {} against {}, {}", subject.name, shown(subject, comparison.head.median),
                  shown(subject, comparison.base.median), percent(comparison.change));
  if (comparison.method != stats::exact_method)
    text += fmt::format(" ({} to {})", percent(comparison.low), percent(comparison.high));
  return text;
}

/// The verdict over one comparison. A regression must be larger than the noise floor with
/// confidence, and larger than the band by the best estimate; a pass must be shown: its upper bound
/// lies within the budget.
Finding decide(const Compared& subject, const Policy& policy, const Bands& bands,
               Comparison comparison, bool printed) {
  Finding finding = subject.finding;
  const bool worse_fails = beyond(comparison, subject.better, bands.fail, bands.fail_absolute);
  const bool worse_warns = beyond(comparison, subject.better, bands.warn, bands.warn_absolute);
  const Worsening worse = worsening(comparison, subject.better);
  const double floor = policy.noise_floor.to_double();
  const bool no_bands = !bands.fail && !bands.warn && !bands.fail_absolute && !bands.warn_absolute;
  const std::optional<Decimal> budget = bands.warn ? bands.warn : bands.fail;
  const bool has_absolute = bands.warn_absolute || bands.fail_absolute;
  const bool assumed = comparison.method == stats::assumed_noise_method;
  const bool exact = comparison.method == stats::exact_method;
  const std::string_view worse_word = subject.unit == BaseUnit::second ? "slower" : "worse";
  const std::string text = what(subject, comparison);

  const std::string busy = [&] {
    for (const std::string& doubt : comparison.doubts)
      if (doubt.starts_with("the machine was busy")) return "; " + doubt;
    return std::string();
  }();
  const auto conclude = [&](Reason reason, Verdict verdict, std::string why) {
    finding.reason = reason;
    finding.verdict = verdict;
    finding.why = std::move(why);
    finding.comparison = std::move(comparison);
    return finding;
  };

  // The bounds come from logarithms: exactly 5 % may be a few of their roundings more.
  constexpr double rounding = 1e-12;
  const bool shown_worse = exact ? worse.estimate > 0 : worse.low > floor + rounding;
  if (no_bands)
    return conclude(Reason::within_budget, Verdict::pass, text + "; no band is set for it");
  if (worse_fails && shown_worse)
    return conclude(Reason::regressed, Verdict::fail,
                    fmt::format("{}: {} by more than {}", text, worse_word,
                                bands.fail ? fmt::format("{:.4g} %", 100 * bands.fail->to_double())
                                           : bands.fail_absolute->written));
  if (worse_warns && shown_worse)
    return conclude(Reason::slower_within_fail, Verdict::warn,
                    fmt::format("{}: {} by more than {}", text, worse_word,
                                bands.warn ? fmt::format("{:.4g} %", 100 * bands.warn->to_double())
                                           : bands.warn_absolute->written));
  if (exact)
    return conclude(worse.estimate < 0 ? Reason::improved : Reason::within_budget,
                    worse.estimate < 0 ? Verdict::improved : Verdict::pass, text);

  const double allowed = budget ? budget->to_double() : 0;
  const std::string budget_text =
      budget ? fmt::format("{:.4g} %", 100 * allowed)
             : (bands.warn_absolute ? bands.warn_absolute : bands.fail_absolute)->written;
  if (assumed && !printed) {
    return conclude(Reason::too_few_samples, Verdict::inconclusive,
                    fmt::format("{}: {} against {} samples, and the policy asks for {}", text,
                                comparison.head.count, comparison.base.count, policy.min_samples));
  }
  if (printed && !worse_fails && !worse_warns)
    return conclude(Reason::within_budget, Verdict::pass,
                    text + ": within the budget, as far as single values can tell");
  const bool within = (budget && worse.high <= allowed + rounding) ||
                      // With an absolute band the estimate is what can be held against it.
                      (has_absolute && !worse_warns && !worse_fails);
  if (within) {
    const bool better = worse.high < -floor && worse.estimate < -allowed;
    return conclude(better ? Reason::improved : Reason::within_budget,
                    better ? Verdict::improved : Verdict::pass,
                    fmt::format("{}: {}", text, better ? "better" : "within the budget"));
  }
  if (!bands.warn && !bands.warn_absolute && shown_worse)
    return conclude(Reason::slower_within_fail, Verdict::warn,
                    fmt::format("{}: {}, by less than {}", text, worse_word, budget_text));
  return conclude(Reason::uncertain, Verdict::inconclusive,
                  fmt::format("{}: up to {:.2f} % {} cannot be excluded, and the budget is {}{}",
                              text, 100 * worse.high, worse_word, budget_text, busy));
}

Finding undecided(Finding finding, Reason reason, Verdict verdict, std::string why) {
  finding.reason = reason;
  finding.verdict = verdict;
  finding.why = std::move(why);
  return finding;
}

Result<Finding> compare_subject(const Compared& subject, const Policy& policy, const Bands& bands,
                                const std::vector<double>& base, const std::vector<double>& head,
                                bool independent, bool printed) {
  if (subject.exact && !base.empty()) {
    Comparison comparison = stats::compare_exact(base, head);
    if (comparison.base.median <= 0) {
      const bool same = comparison.head.median == comparison.base.median;
      return undecided(subject.finding, same ? Reason::within_budget : Reason::undefined_ratio,
                       same ? Verdict::pass : Verdict::inconclusive,
                       fmt::format("{}: {} against a baseline of {}", subject.name,
                                   shown(subject, comparison.head.median),
                                   shown(subject, comparison.base.median)));
    }
    return decide(subject, policy, bands, std::move(comparison), printed);
  }
  const auto positive = [](double value) { return value > 0; };
  if (!std::ranges::all_of(base, positive) || !std::ranges::all_of(head, positive))
    return undecided(subject.finding, Reason::undefined_ratio, Verdict::inconclusive,
                     subject.name + ": a value of zero or below has no ratio");

  Comparison comparison = stats::compare(base, head, policy.confidence, policy.min_samples);
  allow_for_contention(comparison, subject.better, subject.base_wait, subject.head_wait);
  if (!independent)
    comparison.doubts.push_back(
        "repetitions within one process share its luck: separate launches (repetitions in "
        "perfgate.toml) would tell more");
  if (printed && subject.step) {
    const Decimal base_value = Decimal::nearest(comparison.base.median);
    const Decimal head_value = Decimal::nearest(comparison.head.median);
    const Decimal drop =
        subject.better == Better::higher ? base_value - head_value : head_value - base_value;
    for (const auto& ratio : {bands.warn, bands.fail}) {
      if (!ratio || base_value == head_value) continue;
      const Decimal allowed = *ratio * base_value;
      const Decimal distance = drop < allowed ? allowed - drop : drop - allowed;
      if (*subject.step > allowed && distance < *subject.step)
        return fail(
            Code::config,
            fmt::format("{}: one step of the printed decimals is {:.2f} % of it, more than the "
                        "regression threshold of {:.4g} %: they cannot tell",
                        subject.name, 100 * subject.step->to_double() / comparison.base.median,
                        100 * ratio->to_double()),
            "judge run.json instead of perf.json, or write more decimals of this headline");
    }
  }
  Finding finding = decide(subject, policy, bands, std::move(comparison), printed);
  // Single values: a regression that noise could explain is not shown (design, section 5).
  if (printed && finding.comparison &&
      (finding.verdict == Verdict::inconclusive || finding.reason == Reason::uncertain))
    finding.why += "; a second measurement, or run.json with its samples, would decide";
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

/// wait_share of each suite, computed once.
class WaitShares {
 public:
  std::optional<double> of(const Run& run, Symbol suite) {
    const auto [share, added] = shares_.try_emplace(suite);
    if (added) share->second = wait_share(run, suite);
    return share->second;
  }

 private:
  std::map<Symbol, std::optional<double>> shares_;
};

struct NameHash {
  std::size_t operator()(const std::pair<Symbol, std::string_view>& key) const {
    return std::hash<const void*>{}(&key.first.text()) * 31 ^
           std::hash<std::string_view>{}(key.second);
  }
};

Result<void> add_headline_regressions(const Run& head, const Run& base, const Policy& policy,
                                      bool printed, std::vector<Finding>& findings) {
  for (const Headline& headline : head.headlines) {
    const auto before = std::ranges::find(base.headlines, headline.name, &Headline::name);
    if (before == base.headlines.end() || !before->value || !headline.value) continue;
    const Unit* unit = find_unit(headline.unit);
    const Unit* base_unit = find_unit(before->unit);
    Compared subject{.finding = {.headline = headline.name, .unit = headline.unit},
                     .name = headline.label.empty() ? headline.name : headline.label.text(),
                     .better = headline.better,
                     .unit = unit ? unit->base : BaseUnit::one,
                     .base_wait = wait_share(base, {}),
                     .head_wait = wait_share(head, {})};
    if (unit && base_unit && unit->base != base_unit->base) {
      findings.push_back(undecided(subject.finding, Reason::other_unit, Verdict::not_comparable,
                                   fmt::format("{} is in {} here, and was in {} in the baseline",
                                               subject.name, headline.unit, before->unit)));
      continue;
    }
    if (headline.better == Better::unknown) continue;
    if (printed && unit) {
      Decimal step = 1;
      const int decimals = std::min(headline.decimals_written, before->decimals_written);
      for (int i = 0; i < decimals; ++i) step = step * Decimal::nearest(0.1);
      subject.step = unit->to_base(step);
    }
    const auto values = [](const Headline& h) {
      return h.values.empty() ? std::vector<double>{*h.value} : h.values;
    };
    const Bands bands{.warn = policy.regression_threshold,
                      .fail = policy.regression_fail_threshold};
    TRY(Finding finding,
        compare_subject(subject, policy, bands, values(*before), values(headline), true, printed));
    findings.push_back(std::move(finding));
  }
  return {};
}

}  // namespace

Result<void> add_regression_findings(const Run& head, const Run& base, const Policy& policy,
                                     bool printed, std::vector<Finding>& findings, Counts& counts) {
  CHECKED(add_headline_regressions(head, base, policy, printed, findings));

  std::unordered_map<std::pair<Symbol, std::string_view>, const Benchmark*, NameHash> known;
  for (const Benchmark& benchmark : base.benchmarks)
    known.emplace(std::pair(benchmark.suite, std::string_view(benchmark.name)), &benchmark);
  // Aliases name the old; the new one is looked up under it.
  std::unordered_map<std::string, const Benchmark*> renamed;
  for (const Benchmark& benchmark : base.benchmarks) {
    const auto alias = policy.aliases.find(full_name(benchmark.suite, benchmark.name));
    if (alias != policy.aliases.end()) renamed.emplace(alias->second, &benchmark);
  }

  WaitShares base_waits, head_waits;
  for (const Benchmark& benchmark : head.benchmarks) {
    if (benchmark.samples.empty()) continue;
    const auto found = known.find({benchmark.suite, benchmark.name});
    const Benchmark* before = found == known.end() ? nullptr : found->second;
    if (!before && !renamed.empty()) {
      const auto alias = renamed.find(full_name(benchmark.suite, benchmark.name));
      if (alias != renamed.end()) before = alias->second;
    }
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
      Compared subject{.finding = {.suite = benchmark.suite,
                                   .benchmark = benchmark.name,
                                   .metric = sample.metric},
                       .name = benchmark.name + " " + sample.metric.text(),
                       .better = better,
                       .unit = metric.unit,
                       .exact = metric.exact,
                       .base_wait = base_waits.of(base, before->suite),
                       .head_wait = head_waits.of(head, benchmark.suite)};
      const Sample* base_sample = before->find(sample.metric);
      const Metric* base_metric = base.find_metric(sample.metric);
      if (!base_sample || !base_metric) {
        findings.push_back(undecided(subject.finding, Reason::no_baseline, Verdict::not_comparable,
                                     subject.name + ": the baseline does not hold this metric"));
        continue;
      }
      if (base_metric->unit != metric.unit || base_metric->better != metric.better) {
        findings.push_back(
            undecided(subject.finding, Reason::other_unit, Verdict::not_comparable,
                      subject.name + ": its unit or direction differs from the baseline's"));
        continue;
      }
      const auto base_values = stats::independent_values(base_sample->values, policy.min_samples);
      const auto head_values = stats::independent_values(sample.values, policy.min_samples);
      TRY(Finding finding,
          compare_subject(subject, policy, effective_bands(policy, rule), base_values.values,
                          head_values.values, base_values.independent && head_values.independent,
                          false));
      findings.push_back(std::move(finding));
      compared = true;
    }
    // A metric that disappears must not look like one that passes.
    for (const Sample& gone : before->samples) {
      const Metric* metric = base.find_metric(gone.metric);
      if (benchmark.find(gone.metric) || !metric || !judged_by_default(*before, *metric)) continue;
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
    if (compared) ++counts.compared;
  }
  return {};
}

}  // namespace perfgate::gate
