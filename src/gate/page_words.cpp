// The verdict in one sentence.

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "gate/page.hpp"
#include "gate/page_parts.hpp"
#include "report/phrases.hpp"

namespace perfgate::gate {
namespace {

/// "1 benchmark", "2 benchmarks".
/// Whether everything of this verdict that was compared is a time.
bool all_times(const Judgement& judgement, const Run* head, Verdict verdict) {
  static const Symbol time("time"), cpu_time("cpu_time");
  return std::ranges::all_of(judgement.findings, [&](const Finding& finding) {
    if (finding.verdict != verdict || !is_compared(finding)) return true;
    if (finding.metric == time || finding.metric == cpu_time) return true;
    const Metric* metric = head ? head->find_metric(finding.metric) : nullptr;
    return metric && metric->unit == BaseUnit::second;
  });
}

struct Tally {
  std::ptrdiff_t compared = 0, limits = 0, drifted = 0, others = 0;
};
Tally tally_of(const Judgement& judgement, Verdict verdict) {
  Tally tally;
  for (const Finding& finding : judgement.findings) {
    if (finding.verdict != verdict) continue;
    if (is_compared(finding))
      ++tally.compared;
    else if (finding.limit)
      ++tally.limits;
    else if (finding.reason == Reason::drifted)
      ++tally.drifted;
    else
      ++tally.others;
  }
  return tally;
}

std::ptrdiff_t all_compared(const Judgement& judgement) {
  return std::ranges::count_if(judgement.findings, is_compared);
}

/// Of what there are so many: benchmarks, where each was compared in one metric and no headline has
/// this verdict; else comparisons.
std::string all_of(const Judgement& judgement, Verdict verdict) {
  std::ptrdiff_t headlines = 0, bad_headlines = 0;
  for (const Finding& finding : judgement.findings)
    if (is_compared(finding) && finding.benchmark.empty()) {
      ++headlines;
      if (finding.verdict == verdict) ++bad_headlines;
    }
  const std::ptrdiff_t compared = all_compared(judgement);
  if (bad_headlines == 0 && compared - headlines == judgement.counts.compared)
    return counted(compared - headlines, "benchmark");
  return counted(compared, "comparison");
}

const Finding* first_of(const Judgement& judgement, Verdict verdict) {
  const auto found = std::ranges::find(judgement.findings, verdict, &Finding::verdict);
  return found == judgement.findings.end() ? nullptr : &*found;
}

std::string failed(const Judgement& judgement, const Run* head) {
  const Tally bad = tally_of(judgement, Verdict::fail);
  const std::string limits = counted(bad.limits, "limit is violated", "limits are violated");
  if (bad.compared > 0)
    return fmt::format("{}: {} of {} got worse by more than the policy allows{}.",
                       all_times(judgement, head, Verdict::fail) ? "Slower" : "Worse", bad.compared,
                       all_of(judgement, Verdict::fail), bad.limits > 0 ? ", and " + limits : "");
  if (bad.limits > 0) return fmt::format("Out of bounds: {}.", limits);
  if (bad.drifted > 0)
    return fmt::format("Drifted: {} by more than the budget since {}.",
                       counted(bad.drifted, "benchmark got worse", "benchmarks got worse"),
                       judgement.drift ? judgement.drift->anchor : "the anchor");
  const Finding* first = first_of(judgement, Verdict::fail);
  return first ? "Failed: " + first->why : "Failed.";
}

std::string warned(const Judgement& judgement, const Run* head) {
  const Tally some = tally_of(judgement, Verdict::warn);
  if (judgement.baseline_state == BaselineState::none && some.compared == 0)
    return "Nothing was compared: there is no baseline yet.";
  if (some.compared > 0)
    return fmt::format("A little {}: {} of {} got worse, and by less than what fails.",
                       all_times(judgement, head, Verdict::warn) ? "slower" : "worse",
                       some.compared, all_of(judgement, Verdict::warn));
  const Finding* first = first_of(judgement, Verdict::warn);
  const std::ptrdiff_t all = some.limits + some.drifted + some.others;
  if (all == 1 && first && !first->why.empty()) return "Mind this: " + first->why;
  return fmt::format("Nothing failed; there {}.",
                     all == 1 ? "is 1 warning" : fmt::format("are {} warnings", all));
}

std::string passed(const Judgement& judgement, const Run* head) {
  const std::ptrdiff_t compared = all_compared(judgement);
  const std::ptrdiff_t better = tally_of(judgement, Verdict::improved).compared;
  const std::ptrdiff_t accepted =
      std::ranges::count(judgement.findings, Reason::accepted, &Finding::reason);
  if (judgement.counts.compared == 0 && compared == 0)
    return "Nothing was compared, and nothing failed.";
  if (better > 0)
    return fmt::format("{}: {} of {} got better, and none got worse{}.",
                       all_times(judgement, head, Verdict::improved) ? "Faster" : "Better", better,
                       all_of(judgement, Verdict::improved),
                       accepted > 0 ? " but what a waiver accepts" : "");
  if (accepted > 0)
    return fmt::format("Within what was agreed: {}, the rest is within the budget.",
                       counted(accepted, "change for the worse is accepted by a waiver",
                               "changes for the worse are accepted by waivers"));
  return fmt::format("No change beyond the budget in {}.", all_of(judgement, Verdict::fail));
}

}  // namespace

std::string verdict_words(const Judgement& judgement, const Run* head) {
  const auto first_reason = [&](Verdict verdict, std::string_view otherwise) {
    const Finding* first = first_of(judgement, verdict);
    return first && !first->why.empty() ? first->why : std::string(otherwise);
  };
  switch (judgement.verdict) {
    case Verdict::fail:
      return failed(judgement, head);
    case Verdict::warn:
      return warned(judgement, head);
    case Verdict::pass:
    case Verdict::improved:
      return passed(judgement, head);
    case Verdict::not_measured: {
      const std::ptrdiff_t missing = judgement.counts.expected - judgement.counts.measured;
      if (missing > 0)
        return fmt::format("Not measured: {} of {} expected {} missing.", missing,
                           counted(judgement.counts.expected, "benchmark"),
                           missing == 1 ? "is" : "are");
      return "Not measured: " + first_reason(Verdict::not_measured, "something is missing");
    }
    case Verdict::not_comparable:
      if (judgement.baseline_state == BaselineState::none)
        return "Nothing was compared: there is no baseline yet.";
      if (!judgement.host_differences.empty() &&
          std::ranges::count(judgement.findings, Reason::too_far, &Finding::reason) == 0)
        return "Not comparable: the baseline was measured on another class of host.";
      return "Not comparable: " + first_reason(Verdict::not_comparable, "the two sides differ");
    case Verdict::inconclusive: {
      const std::ptrdiff_t open = tally_of(judgement, Verdict::inconclusive).compared;
      if (open == 0) return "Undecided: " + first_reason(Verdict::inconclusive, "");
      return fmt::format("Undecided: {} of {} could be worse by more than the policy allows.", open,
                         all_of(judgement, Verdict::inconclusive));
    }
  }
  return judgement.summary;
}

}  // namespace perfgate::gate
