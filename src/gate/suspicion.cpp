#include "gate/suspicion.hpp"

#include "gate/findings.hpp"
#include "gate/judge.hpp"

namespace perfgate::gate {
namespace {

/// By what ratio it is worse; 0 where it is not, or nobody knows which way is worse.
double worsening(const Finding& finding, const Run& head) {
  const Metric* metric = head.find_metric(finding.metric);
  if (!metric) return 0;
  if (metric->better == Better::lower) return finding.comparison->change;
  return metric->better == Better::higher ? -finding.comparison->change : 0;
}

}  // namespace

bool is_suspicion(const Finding& finding, const Run& head, const Policy& policy,
                  bool warnings_fail) {
  if (!finding.anchor.empty()) return false;
  const bool red = exit_of(finding, policy, warnings_fail) != Exit::pass;
  if (finding.reason == Reason::other_host) return red;
  if (!finding.comparison) return false;
  const Comparison& comparison = *finding.comparison;
  if (!comparison.design || *comparison.design == Design::exact ||
      *comparison.design == Design::interleaved || *comparison.design == Design::printed)
    return false;
  if (finding.verdict != Verdict::inconclusive)
    return red &&
           (finding.reason == Reason::regressed || finding.reason == Reason::slower_within_fail);
  if (red) return true;
  if (comparison.design != Design::one_runner || comparison.further_values) return false;
  const Bands bands = effective_bands(
      policy, effective_rule(policy, finding.suite, finding.benchmark, finding.metric));
  return bands.fail && worsening(finding, head) > bands.fail->to_double();
}

}  // namespace perfgate::gate
