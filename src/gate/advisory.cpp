#include "gate/advisory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gate/evidence.hpp"
#include "gate/findings.hpp"
#include "gate/judge.hpp"
#include "gate/subjects.hpp"

namespace perfgate::gate {
namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

/// Why it does not speak for this run; empty where it does.
std::string objection(const Run& run, const Policy& policy, const Qualification& qualification,
                      Time now) {
  if (!qualification.qualified) return "its last qualification failed";
  if (qualification.method != stats::verdict_method)
    return fmt::format("it was qualified for the method {}, and this is {}", qualification.method,
                       stats::verdict_method);
  if (qualification.host_class != host_class(run.fingerprint, policy.host_class))
    return "it was qualified on another class of host";
  const std::int64_t days = (now.unix_ms - qualification.measured.unix_ms) / day_ms;
  if (days > policy.qualification_days)
    return fmt::format("its qualification is {} days old, and the policy holds it good for {}",
                       days, policy.qualification_days);
  std::vector<Finding> findings;
  Counts counts;
  const Subjects subjects = subjects_of(run, {.run = &run, .state = BaselineState::given}, policy,
                                        Design::interleaved, findings, counts);
  Run one_build;
  one_build.experiment.emplace();
  for (const Subject& subject : subjects.benchmarks) {
    if (subject.exact || std::ranges::any_of(subject.head, [](double v) { return v <= 0; }))
      continue;
    const stats::Budget budget = budget_of(subject, policy, Design::interleaved, one_build);
    if (!budget.fail) continue;
    const std::string name = full_name(subject.finding.suite, subject.finding.benchmark);
    const auto known = std::ranges::find_if(qualification.benchmarks, [&](const auto& one) {
      return one.suite == subject.finding.suite && one.benchmark == subject.finding.benchmark &&
             one.metric == subject.finding.metric;
    });
    if (known == qualification.benchmarks.end())
      return fmt::format("{} was not part of its qualification", name);
    if (!known->finest || *budget.fail < *known->finest)
      return fmt::format("{} fails beyond {:.3g} %, and was qualified for {}", name,
                         100 * *budget.fail,
                         known->finest ? fmt::format("{:.3g} % and more", 100 * *known->finest)
                                       : "no failing band");
  }
  return {};
}

}  // namespace

Standing standing(const Run& run, const Policy& policy, const Qualification* qualification,
                  Time now) {
  if (policy.advisory == Advisory::never) return {};
  if (policy.advisory == Advisory::always)
    return {.advisory = true, .why = "advisory: the policy says always"};
  if (!qualification)
    return {.advisory = true,
            .why = fmt::format("advisory until qualified: there is no {}; `perfgate qualify` makes "
                               "one",
                               policy.qualification)};
  const std::string why = objection(run, policy, *qualification, now);
  if (!why.empty())
    return {.advisory = true,
            .why = "advisory until qualified: " + why + "; `perfgate qualify` again"};
  return {.why = fmt::format("qualified by {} of {}", policy.qualification,
                             date_text(qualification->measured))};
}

void stand_back(Judgement& judgement, const Standing& standing) {
  if (standing.why.empty()) return;
  judgement.notes.push_back(
      {.severity = standing.advisory ? Severity::warning : Severity::info, .text = standing.why});
  if (!standing.advisory) return;
  judgement.advisory = standing.why;
  judgement.summary += " (advisory)";
  const bool unmeasured = judgement.exit_code == static_cast<int>(Exit::not_measured) ||
                          std::ranges::any_of(judgement.findings, [](const Finding& finding) {
                            return finding.verdict == Verdict::not_measured;
                          });
  judgement.exit_code = static_cast<int>(unmeasured ? Exit::not_measured : Exit::pass);
}

}  // namespace perfgate::gate
