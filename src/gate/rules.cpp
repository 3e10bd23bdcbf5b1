#include "base/text.hpp"
#include "gate/findings.hpp"

namespace perfgate::gate {

Rule effective_rule(const Policy& policy, Symbol suite, std::string_view benchmark, Symbol metric) {
  Rule result;
  for (const Rule& rule : policy.rules) {
    if (!glob_matches(rule.suite, suite.text()) || !glob_matches(rule.benchmark, benchmark) ||
        !glob_matches(rule.metric, metric.text()))
      continue;
    if (rule.floor) result.floor = rule.floor;
    if (rule.ceiling) result.ceiling = rule.ceiling;
    if (rule.target) result.target = rule.target;
    if (rule.bands) result.bands = rule.bands;
    if (rule.better) result.better = rule.better;
    result.origin = rule.origin;
  }
  return result;
}

Bands effective_bands(const Policy& policy, const Rule& rule) {
  if (rule.bands) return *rule.bands;
  return {.warn = policy.regression_threshold, .fail = policy.regression_fail_threshold};
}

std::string full_name(Symbol suite, std::string_view benchmark) {
  return suite.empty() ? std::string(benchmark) : suite.text() + "/" + std::string(benchmark);
}

}  // namespace perfgate::gate
