#include "gate/slo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "gate/judge.hpp"

namespace perfgate::gate {
namespace {

/// What a benchmark's metric is held in, where only the limit's text tells.
BaseUnit unit_of(const Finding& finding, const Run* run) {
  if (run)
    if (const Metric* metric = run->find_metric(finding.metric)) return metric->unit;
  if (const Unit* unit = find_unit(finding.unit)) return unit->base;
  if (finding.limit)
    if (const auto written = parse_quantity(finding.limit->written)) return written->unit->base;
  return BaseUnit::one;
}

const Headline* headline_of(const Finding& finding, const Judgement& judgement) {
  const auto found = std::ranges::find(judgement.headlines, finding.headline, &Headline::name);
  return finding.headline.empty() || found == judgement.headlines.end() ? nullptr : &*found;
}

ServiceLevel level_of(const Finding& finding, const Judgement& judgement, const Run* run) {
  const LimitCheck& limit = *finding.limit;
  ServiceLevel level{.headline = finding.headline,
                     .kind = limit.kind,
                     .limit = limit.limit,
                     .value = limit.value,
                     .shortfall = limit.shortfall,
                     .margin = limit.margin,
                     .written = limit.written,
                     .unit_shown = finding.unit,
                     .origin = limit.origin,
                     .verdict = finding.verdict,
                     .reason = finding.reason,
                     .code = finding.code,
                     .why = finding.why,
                     .since = limit.since};
  const Metric metric{.name = finding.metric,
                      .unit = unit_of(finding, run),
                      .better = limit.kind == LimitKind::ceiling ? Better::lower : Better::higher};
  const Headline* headline = headline_of(finding, judgement);
  level.subject = subject_of(finding.suite.text(),
                             headline ? headline->label.text() : finding.benchmark, metric);
  if (headline) level.subject.benchmark_id = headline->name;
  return level;
}

}  // namespace

SloReport slo_report(const Judgement& judgement, const Run* run) {
  SloReport report{.run_id = judgement.run_id,
                   .commit = judgement.commit,
                   .timestamp = run ? std::optional(run->started) : judgement.commit.time,
                   .policy = judgement.policy};
  for (const Finding& finding : judgement.findings) {
    if (!finding.limit) continue;
    report.levels.push_back(level_of(finding, judgement, run));
    if (finding.reason == Reason::limit_met)
      ++report.met_count;
    else if (finding.reason == Reason::limit_violated)
      ++report.violated_count;
    else
      ++report.unsure_count;
  }
  if (report.levels.empty()) {
    report.status = SessionStatus::error_no_measurements;
    report.error = fmt::format("{} sets no limit that applies to what was measured", report.policy);
  }
  std::ranges::stable_sort(report.levels, {}, [](const ServiceLevel& level) {
    return std::tuple(-severity(level.verdict), level.margin);
  });
  return report;
}

}  // namespace perfgate::gate
