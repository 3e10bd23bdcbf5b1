#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "gate/findings.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

struct Limited {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  std::string headline;
  std::string unit;
  std::string name;             // in sentences: "DISPLAY", "decode/100 throughput"
  double value = 0;             // base units
  double low = 0, high = 0;     // interval of the value; equal to it where noise is not known
  std::optional<Decimal> step;  // of the last printed decimal, where only that is known
};

std::string shown(double base_value, const Limit& limit) {
  return limit.unit ? render(base_value, *limit.unit, 2) : fmt::format("{:.6g}", base_value);
}

std::string margin_text(double margin) {
  return fmt::format("{:.{}f}x", margin, margin < 10 ? 1 : 0);
}

/// True where value is on the right side of the limit.
bool met(LimitKind kind, const Decimal& value, const Decimal& limit) {
  return kind == LimitKind::ceiling ? value <= limit : value >= limit;
}

Result<Finding> hold(const Limited& subject, LimitKind kind, const Limit& limit) {
  const Decimal value = Decimal::nearest(subject.value);
  const bool good = met(kind, value, limit.value);
  const double bound = limit.value.to_double();
  LimitCheck check{.kind = kind,
                   .limit = bound,
                   .value = subject.value,
                   .written = limit.written,
                   .origin = limit.origin};
  if (!good) check.shortfall = std::abs((value - limit.value).to_double());
  check.margin = kind == LimitKind::ceiling ? bound / subject.value : subject.value / bound;
  if (!std::isfinite(check.margin)) check.margin = 0;

  Finding finding{.suite = subject.suite,
                  .benchmark = subject.benchmark,
                  .metric = subject.metric,
                  .headline = subject.headline,
                  .unit = limit.unit ? std::string(limit.unit->symbol) : subject.unit,
                  .limit = check};
  const std::string what = fmt::format("{} is {}", subject.name, shown(subject.value, limit));

  if (kind == LimitKind::target) {
    finding.reason = good ? Reason::limit_met : Reason::target_missed;
    finding.why = fmt::format("{}; the target of {} is {}", what, limit.written,
                              good ? "reached" : "not reached");
    return finding;
  }
  const std::string side = kind == LimitKind::floor ? "floor" : "ceiling";

  if (subject.step && !limit.value.is_multiple_of(*subject.step)) {
    const Decimal distance = value < limit.value ? limit.value - value : value - limit.value;
    if (distance < *subject.step)
      return fail(
          Code::config,
          fmt::format(
              "{}: the {} of {} for {} is finer than the printed decimals can tell, and the "
              "value, {}, is near it",
              limit.origin, side, limit.written, subject.name, shown(subject.value, limit)),
          "judge run.json instead of perf.json, write more decimals of this headline, or set a "
          "limit "
          "that the decimals can express");
  }
  const bool noisy = subject.low < bound && bound < subject.high;
  if (noisy) {
    finding.reason = Reason::limit_uncertain;
    finding.verdict = Verdict::inconclusive;
    finding.why = fmt::format(
        "{}, and the {} of {} lies within its measured noise ({} to {}): more process launches, or "
        "a "
        "limit further away, would decide",
        what, side, limit.written, shown(subject.low, limit), shown(subject.high, limit));
    return finding;
  }
  if (good) {
    finding.reason = Reason::limit_met;
    finding.why =
        fmt::format("{}, {} of the {} of {}", what, margin_text(check.margin), side, limit.written);
    return finding;
  }
  finding.reason = Reason::limit_violated;
  finding.verdict = Verdict::fail;
  finding.code = Code::slo;
  finding.why = fmt::format("{}: {} the {} of {} by {} ({:.1f} %)", what,
                            kind == LimitKind::floor ? "below" : "above", side, limit.written,
                            shown(check.shortfall, limit),
                            bound == 0 ? 0.0 : 100 * check.shortfall / std::abs(bound));
  return finding;
}

Result<void> hold_all(const Limited& subject, const std::optional<Limit>& floor,
                      const std::optional<Limit>& ceiling, const std::optional<Limit>& target,
                      const Policy& policy, std::vector<Finding>& findings) {
  const auto one = [&](LimitKind kind, const std::optional<Limit>& limit) -> Result<void> {
    if (!limit) return {};
    TRY(Finding finding, hold(subject, kind, *limit));
    if (kind == LimitKind::floor && finding.reason == Reason::limit_met &&
        policy.safety_margin_multiplier && limit->value.sign() > 0 &&
        Decimal::nearest(subject.value) < limit->value * *policy.safety_margin_multiplier) {
      finding.reason = Reason::thin_margin;
      finding.why += fmt::format("; less than the safety margin of {}x",
                                 policy.safety_margin_multiplier->text());
    }
    findings.push_back(std::move(finding));
    return {};
  };
  CHECKED(one(LimitKind::floor, floor));
  CHECKED(one(LimitKind::ceiling, ceiling));
  return one(LimitKind::target, target);
}

/// One power of ten below: 2 decimals of GiB/s are steps of 0.01 GiB/s.
Decimal step_of(const Headline& headline, const Unit& unit) {
  Decimal step = 1;
  for (int i = 0; i < headline.decimals_written; ++i) step = step * Decimal::nearest(0.1);
  return unit.to_base(step);
}

/// A limit that cannot be held against the value would otherwise hold nothing, silently.
Result<void> same_unit(const Limited& subject, const Limit& limit, BaseUnit measured_in) {
  if (!limit.unit || limit.unit->base == measured_in) return {};
  return fail(
      Code::config,
      fmt::format("{}: the limit of {} is in {}, and {} is measured in {}", limit.origin,
                  limit.written, to_text(limit.unit->base), subject.name, to_text(measured_in)),
      "write the limit in a unit of what is measured, or name the metric in the rule");
}

Result<void> hold_headline(const Run& head, const Policy& policy, const HeadlineRule& rule,
                           bool printed, std::vector<Finding>& findings) {
  const auto headline = std::ranges::find(head.headlines, rule.headline, &Headline::name);
  Limited subject{.headline = rule.headline};
  const bool measured = headline != head.headlines.end() && headline->value;
  if (!measured) {
    const bool demanded = rule.floor || rule.ceiling;
    findings.push_back(
        {.headline = rule.headline,
         .reason = Reason::missing,
         .verdict = demanded ? Verdict::not_measured : Verdict::pass,
         .code = demanded ? std::optional(Code::missing) : std::nullopt,
         .why = fmt::format("{} sets a limit for the headline `{}`, which {}", policy.origin,
                            rule.headline,
                            headline == head.headlines.end()
                                ? "this run does not have: declare it as [[headline]] in "
                                  "perfgate.toml"
                                : "was not measured")});
    return {};
  }
  const Unit* unit = find_unit(headline->unit);
  subject.name = headline->label.empty() ? headline->name : headline->label.text();
  subject.unit = headline->unit;
  subject.value = subject.low = subject.high = *headline->value;
  if (headline->values.size() > 1) {
    const auto interval = stats::median_interval(headline->values, policy.confidence);
    subject.low = interval.low;
    subject.high = interval.high;
  }
  if (printed && unit) subject.step = step_of(*headline, *unit);
  for (const auto& limit : {rule.floor, rule.ceiling, rule.target})
    if (limit && unit) CHECKED(same_unit(subject, *limit, unit->base));
  return hold_all(subject, rule.floor, rule.ceiling, rule.target, policy, findings);
}

Result<void> hold_benchmark(const Run& head, const Policy& policy, const Benchmark& benchmark,
                            std::vector<Finding>& findings) {
  std::set<std::string> held;
  std::map<std::string, Error> unheld;
  for (const Sample& sample : benchmark.samples) {
    Rule rule = effective_rule(policy, benchmark.suite, benchmark.name, sample.metric);
    if (!rule.floor && !rule.ceiling && !rule.target) continue;
    const Metric* metric = head.find_metric(sample.metric);
    const auto values = stats::independent_values(sample.values, policy.min_samples).values;
    Limited subject{.suite = benchmark.suite,
                    .benchmark = benchmark.name,
                    .metric = sample.metric,
                    .name = benchmark.name + " " + sample.metric.text(),
                    .value = stats::median(values)};
    subject.low = subject.high = subject.value;
    if (values.size() > 1) {
      const auto interval = stats::median_interval(values, policy.confidence);
      subject.low = interval.low;
      subject.high = interval.high;
    }
    // A rule for all metrics means those of its unit, of which there must be one.
    for (auto* limit : {&rule.floor, &rule.ceiling, &rule.target}) {
      if (!*limit) continue;
      const std::string limit_name = (*limit)->origin + " " + (*limit)->written;
      if (auto fits = same_unit(subject, **limit, metric->unit)) {
        held.insert(limit_name);
      } else {
        unheld.emplace(limit_name, fits.error());
        limit->reset();
      }
    }
    CHECKED(hold_all(subject, rule.floor, rule.ceiling, rule.target, policy, findings));
  }
  for (const auto& [limit_name, error] : unheld)
    if (!held.contains(limit_name)) return std::unexpected(error);
  return {};
}

}  // namespace

Result<void> add_limit_findings(const Run& head, const Policy& policy, bool printed,
                                std::vector<Finding>& findings) {
  for (const HeadlineRule& rule : policy.headlines)
    CHECKED(hold_headline(head, policy, rule, printed, findings));
  if (policy.rules.empty()) return {};
  for (const Benchmark& benchmark : head.benchmarks)
    CHECKED(hold_benchmark(head, policy, benchmark, findings));
  return {};
}

}  // namespace perfgate::gate
