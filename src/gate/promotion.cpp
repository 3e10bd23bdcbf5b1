#include "gate/promotion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

template <class Predicate>
const Finding* first(const Judgement& judgement, Predicate predicate) {
  const auto found = std::ranges::find_if(judgement.findings, predicate);
  return found == judgement.findings.end() ? nullptr : &*found;
}

Criterion on_branch(const Policy& policy, const PromotionFacts& facts) {
  const auto& allowed = policy.promotion.branches;
  const bool met = !facts.branch.empty() && std::ranges::any_of(allowed, [&](const auto& glob) {
    return glob_matches(glob, facts.branch);
  });
  if (facts.branch.empty())
    return {"branch", false, "the run carries no branch: name it with --branch"};
  return {"branch", met,
          met ? fmt::format("`{}` is one that the policy promotes for", facts.branch)
              : fmt::format("`{}` is not one that the policy promotes for ({})", facts.branch,
                            fmt::join(allowed, ", "))};
}

Criterion merged(const Run& run, const PromotionFacts& facts) {
  if (run.commit.dirty) return {"merged", false, "the work tree had changes that are in no commit"};
  if (run.commit.sha.empty() && facts.merged)
    return {"merged", false,
            "the run names no commit: measure it in the repository, or import it with --commit"};
  if (!facts.merged)
    return {"merged", true, "there is no repository to look in: the caller's word is taken"};
  return {"merged", *facts.merged,
          fmt::format("commit {} {} on `{}`", run.commit.sha.substr(0, 12),
                      *facts.merged ? "is" : "is not", facts.branch)};
}

/// Going back takes a rollback, which says so. Where git does not know how the two commits stand,
/// or they stand beside each other, time decides.
Criterion forward(const Run& run, const PromotionFacts& facts) {
  const std::string name = "forward";
  if (!facts.in_force) return {name, true, "there is no baseline to go back from"};
  const Run& base = *facts.in_force;
  const std::string ours = run.commit.sha.substr(0, 12), theirs = base.commit.sha.substr(0, 12);
  if (!ours.empty() && run.commit.sha == base.commit.sha)
    return {name, true, fmt::format("commit {} is that of the baseline in force", ours)};
  if (facts.is_ancestor.value_or(false))
    return {name, false,
            fmt::format("commit {} comes before {}, that of the baseline in force: `perfgate "
                        "baseline rollback` goes back",
                        ours, theirs)};
  if (facts.is_descendant.value_or(false))
    return {name, true,
            fmt::format("commit {} comes after {}, that of the baseline in force", ours, theirs)};
  const bool commits = run.commit.time && base.commit.time;
  const Time head_time = commits ? *run.commit.time : run.started;
  const Time base_time = commits ? *base.commit.time : base.started;
  const std::string_view what = commits ? "commit" : "run";
  if (head_time < base_time)
    return {name, false,
            fmt::format("the {} of {} is older than that of the baseline in force, {}: `perfgate "
                        "baseline rollback` goes back",
                        what, to_text(head_time), to_text(base_time))};
  return {name, true, fmt::format("the {} is not older than that of the baseline in force", what)};
}

Criterion slos_met(const Judgement& judgement) {
  if (const Finding* finding = first(judgement, [](const Finding& f) {
        return f.reason == Reason::limit_violated || f.reason == Reason::limit_uncertain ||
               f.reason == Reason::reported_error;
      }))
    return {"SLOs met", false, finding->why};
  return {"SLOs met", true, "no floor or ceiling is violated"};
}

Criterion no_regression(const Judgement& judgement) {
  if (const Finding* finding = first(judgement, [](const Finding& f) {
        return f.reason == Reason::regressed || f.reason == Reason::slower_within_fail ||
               f.reason == Reason::drifted || f.reason == Reason::waiver_expired;
      }))
    return {"no regression", false, finding->why};
  if (judgement.baseline_id.empty())
    return {"no regression", true, "there is no baseline yet to be slower than"};
  if (judgement.baseline_state == BaselineState::not_comparable)
    return {"no regression", true,
            std::ranges::count(judgement.findings, Reason::too_far, &Finding::reason) > 0
                ? "the baseline in force lies too far back: nothing was compared"
                : "the baseline in force is of another host class: nothing could be compared"};
  const auto unsure =
      std::ranges::count(judgement.findings, Verdict::inconclusive, &Finding::verdict);
  return {"no regression", true,
          unsure == 0 ? "nothing is slower than the baseline in force"
                      : fmt::format("nothing is shown to be slower than the baseline in force; {} "
                                    "could not be decided",
                                    unsure)};
}

Criterion tests_passed(const PromotionFacts& facts) {
  if (!facts.tests_passed)
    return {"tests passed", false, "not said: give --tests-passed, or --tests FILE"};
  return {"tests passed", *facts.tests_passed,
          *facts.tests_passed ? "the caller says so" : "the caller says they failed"};
}

Criterion complete(const Judgement& judgement) {
  if (const Finding* finding =
          first(judgement, [](const Finding& f) { return f.verdict == Verdict::not_measured; }))
    return {"complete inventory", false,
            finding->benchmark.empty() ? finding->why : finding->benchmark + ": " + finding->why};
  return {"complete inventory", true,
          fmt::format("{} of {} benchmarks measured", judgement.counts.measured,
                      judgement.counts.expected)};
}

Criterion same_host_class(const PromotionFacts& facts) {
  if (!facts.other_host_class)
    return {"same host class", true, "as the baseline in force, or the first on this branch"};
  return {"same host class", facts.new_host_class_allowed,
          facts.new_host_class_allowed
              ? "a new host class, as --new-host-class allows"
              : "the branch has baselines of other host classes only: --new-host-class begins one "
                "for this"};
}

Criterion enough_samples(const Run& run, const Policy& policy, const PromotionFacts& facts) {
  const int wanted = policy.promotion.min_samples;
  for (const Benchmark& benchmark : run.benchmarks) {
    for (const Sample& sample : benchmark.samples) {
      const Metric* metric = run.find_metric(sample.metric);
      if (!metric || metric->exact || metric->better == Better::unknown) continue;
      const auto count = stats::independent_values(sample.values, wanted).values.size();
      if (static_cast<int>(count) < wanted)
        return {"enough samples", false,
                fmt::format("{} {} has {}, and the policy asks for {}: raise `repetitions`",
                            benchmark.name, sample.metric.text(), count, wanted)};
    }
  }
  if (facts.runs_at_commit < policy.promotion.min_runs)
    return {"enough samples", false,
            fmt::format("{} run of this commit, and the policy asks for {}", facts.runs_at_commit,
                        policy.promotion.min_runs)};
  return {"enough samples", true, fmt::format("at least {} of every metric", wanted)};
}

}  // namespace

std::vector<Criterion> promotion_criteria(const Run& run, const Judgement& judgement,
                                          const Policy& policy, const PromotionFacts& facts) {
  return {on_branch(policy, facts), merged(run, facts),       forward(run, facts),
          slos_met(judgement),      no_regression(judgement), tests_passed(facts),
          complete(judgement),      same_host_class(facts),   enough_samples(run, policy, facts)};
}

bool all_met(const std::vector<Criterion>& criteria) {
  return std::ranges::all_of(criteria, &Criterion::met);
}

}  // namespace perfgate::gate
