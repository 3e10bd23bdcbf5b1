#include "gate/waivers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace perfgate::gate {
namespace {

bool matches_headline(const Waiver& waiver, std::string_view name) {
  return waiver.suite == "*" && glob_matches(waiver.metric, "headline") &&
         glob_matches(waiver.benchmark, name);
}

bool is_regression(const Finding& finding) {
  if (!finding.comparison || finding.limit) return false;
  return finding.reason == Reason::regressed || finding.reason == Reason::slower_within_fail ||
         finding.reason == Reason::drifted;
}

/// Whether the medians differ by no more than the waiver allows. That it is for the worse is known:
/// the finding is a regression. In decimals, as exactly 8 % is within 8 %.
bool covers(const Waiver& waiver, const Comparison& comparison) {
  const Decimal base = Decimal::nearest(comparison.base.median);
  const Decimal head = Decimal::nearest(comparison.head.median);
  const Decimal difference = base < head ? head - base : base - head;
  return !(Decimal::nearest(waiver.max_change) * base < difference);
}

Finding failing(const Waiver& waiver, Reason reason, std::string why) {
  return {.reason = reason,
          .verdict = Verdict::fail,
          .code = Code::slo,
          .why = std::move(why),
          .waiver = waiver.id};
}

}  // namespace

bool matches(const Waiver& waiver, const Finding& finding) {
  if (!finding.headline.empty()) return matches_headline(waiver, finding.headline);
  // Without a benchmark it is about what a whole suite has in common, or about no measurement.
  return (!finding.benchmark.empty() || finding.comparison) &&
         glob_matches(waiver.suite, finding.suite.text()) &&
         glob_matches(waiver.benchmark, finding.benchmark) &&
         glob_matches(waiver.metric, finding.metric.text());
}

bool matches_any(const Waiver& waiver, const Run& run) {
  for (const Headline& headline : run.headlines)
    if (headline.value && matches_headline(waiver, headline.name)) return true;
  for (const Benchmark& benchmark : run.benchmarks) {
    if (!glob_matches(waiver.suite, benchmark.suite.text()) ||
        !glob_matches(waiver.benchmark, benchmark.name))
      continue;
    for (const Sample& sample : benchmark.samples)
      if (glob_matches(waiver.metric, sample.metric.text())) return true;
  }
  return false;
}

void apply_waivers(Judgement& judgement, const Run& run, const std::vector<Waiver>& waivers,
                   std::string_view branch, Time now, bool partial) {
  std::vector<const Waiver*> valid;
  std::set<std::string_view> named;
  std::vector<Finding> complaints;
  for (const Waiver& waiver : waivers) {
    if (!glob_matches(waiver.branch, branch)) continue;
    if (waiver.expires < now) {
      complaints.push_back(
          failing(waiver, Reason::waiver_expired,
                  fmt::format("waiver `{}` ({}) expired on {}: mend what it accepted, and take it "
                              "out; or its owner renews it with a new date",
                              waiver.id, waiver.origin, date_text(waiver.expires))));
      named.insert(waiver.id);
    } else if (!partial && !matches_any(waiver, run)) {
      complaints.push_back(failing(
          waiver, Reason::waiver_dead,
          fmt::format("waiver `{}` ({}) matches no measured benchmark metric (suite `{}`, "
                      "benchmark `{}`, metric `{}`): take it out, or mend its globs",
                      waiver.id, waiver.origin, waiver.suite, waiver.benchmark, waiver.metric)));
      named.insert(waiver.id);
    } else {
      valid.push_back(&waiver);
    }
  }
  for (Finding& finding : judgement.findings) {
    if (!is_regression(finding)) continue;
    // The widest that matches: where it does not cover the change, none does.
    const Waiver* widest = nullptr;
    for (const Waiver* waiver : valid)
      if (matches(*waiver, finding) && (!widest || widest->max_change < waiver->max_change))
        widest = waiver;
    if (!widest) continue;
    finding.waiver = widest->id;
    named.insert(widest->id);
    if (covers(*widest, *finding.comparison)) {
      finding.reason = Reason::accepted;
      finding.verdict = Verdict::pass;
      finding.code.reset();
      finding.why += fmt::format("; accepted up to {} until {} by waiver `{}`: {}{}",
                                 percent_as_written(widest->max_change), date_text(widest->expires),
                                 widest->id, widest->reason,
                                 widest->ticket.empty() ? "" : " (" + widest->ticket + ")");
    } else {
      finding.why += fmt::format("; waiver `{}` covers only {}", widest->id,
                                 percent_as_written(widest->max_change));
    }
  }
  judgement.findings.insert(judgement.findings.end(), complaints.begin(), complaints.end());
  for (const Waiver& waiver : waivers)
    if (named.contains(waiver.id)) judgement.waivers.push_back(waiver);
}

}  // namespace perfgate::gate
