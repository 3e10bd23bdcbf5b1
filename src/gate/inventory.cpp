#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "gate/findings.hpp"

namespace perfgate::gate {
namespace {

Finding not_measured(Symbol suite, std::string benchmark, Reason reason, Code code,
                     std::string why) {
  return {.suite = suite,
          .benchmark = std::move(benchmark),
          .reason = reason,
          .verdict = Verdict::not_measured,
          .code = code,
          .why = std::move(why)};
}

}  // namespace

void add_inventory_findings(const Run& head, const Run* base, const Policy& policy,
                            std::vector<Finding>& findings, Counts& counts) {
  std::set<std::string> named;     // every benchmark that the run names
  std::set<std::string> measured;  // those with values
  for (const Benchmark& benchmark : head.benchmarks) {
    named.insert(full_name(benchmark.suite, benchmark.name));
    if (!benchmark.samples.empty()) measured.insert(full_name(benchmark.suite, benchmark.name));
  }

  // What the run itself reports. An error on a benchmark that has values all the same (a repetition
  // that failed) leaves fewer samples, but never hides.
  std::set<std::string> explained;
  for (const Note& note : head.notes) {
    if (note.severity != Severity::error) continue;
    findings.push_back(not_measured(note.suite, note.benchmark, Reason::not_measured,
                                    note.code.value_or(Code::benchmark_error), note.text));
    if (!note.benchmark.empty()) explained.insert(full_name(note.suite, note.benchmark));
  }
  for (const Benchmark& benchmark : head.benchmarks) {
    const std::string name = full_name(benchmark.suite, benchmark.name);
    if (benchmark.samples.empty() && !explained.contains(name))
      findings.push_back(not_measured(benchmark.suite, benchmark.name, Reason::not_measured,
                                      Code::missing, "the harness reported no value for it"));
  }

  // What was expected and is not there at all.
  std::set<std::string> expected = named;
  for (const std::string& glob : policy.expected) {
    const bool found = std::ranges::any_of(
        measured, [&](const std::string& name) { return glob_matches(glob, name); });
    if (found) continue;
    const bool tried = std::ranges::any_of(
        named, [&](const std::string& name) { return glob_matches(glob, name); });
    expected.insert(glob);
    if (tried) continue;  // named above already, with its reason
    findings.push_back(not_measured(
        {}, glob, Reason::missing, Code::missing,
        fmt::format("expected by {}, and no benchmark of this name was measured", policy.origin)));
  }
  // Without a list of its own the policy expects what the baseline holds: a benchmark that
  // disappears must not look like one that passes.
  if (base && (policy.expect_baseline || policy.expected.empty())) {
    for (const Benchmark& benchmark : base->benchmarks) {
      if (benchmark.samples.empty()) continue;
      std::string name = full_name(benchmark.suite, benchmark.name);
      if (const auto alias = policy.aliases.find(name); alias != policy.aliases.end())
        name = alias->second;
      expected.insert(name);
      if (named.contains(name)) continue;
      findings.push_back(not_measured(
          benchmark.suite, benchmark.name, Reason::missing, Code::missing,
          "the baseline holds it, and this run does not; if it was renamed, say so under "
          "[gate.aliases], if it was removed, promote a run without it"));
    }
  }
  // Headlines likewise. Those that the policy limits are named by add_limit_findings.
  const auto limited = [&](const std::string& name) {
    const HeadlineRule* rule = policy.find_headline(name);
    return rule && (rule->floor || rule->ceiling);
  };
  const auto headline_missing = [&](const std::string& name, std::string why) {
    Finding finding = not_measured({}, "", Reason::missing, Code::missing, std::move(why));
    finding.headline = name;
    findings.push_back(std::move(finding));
  };
  for (const Headline& headline : head.headlines)
    if (!headline.value && !limited(headline.name))
      headline_missing(headline.name,
                       fmt::format("the headline `{}` was not measured", headline.name));
  if (base)
    for (const Headline& headline : base->headlines)
      if (headline.value && !limited(headline.name) &&
          std::ranges::find(head.headlines, headline.name, &Headline::name) == head.headlines.end())
        headline_missing(headline.name,
                         fmt::format("the baseline holds the headline `{}`, and this run does not",
                                     headline.name));
  const bool any_headline = std::ranges::any_of(
      head.headlines, [](const Headline& headline) { return headline.value.has_value(); });
  if (measured.empty() && !any_headline)
    findings.push_back(not_measured({}, "", Reason::not_measured, Code::nothing_measured,
                                    "the run holds no measured value"));
  counts.measured = static_cast<int>(measured.size());
  counts.expected = static_cast<int>(expected.size());
}

}  // namespace perfgate::gate
