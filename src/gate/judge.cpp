#include "gate/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/version.hpp"
#include "gate/findings.hpp"
#include "model/judgement_json.hpp"
#include "stats/summary.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {
namespace {

/// The fields of a fingerprint by the names that host_class uses.
std::optional<std::string> host_field(const Fingerprint& print, std::string_view name) {
  if (name == "cpu_model") return print.cpu_model;
  if (name == "cores")
    return print.cores ? std::optional(std::to_string(*print.cores)) : std::nullopt;
  if (name == "arch") return print.arch;
  if (name == "os_image") return print.os_image;
  if (name == "kernel") return print.kernel;
  if (name == "compiler") return print.compiler;
  if (name == "flags") return print.flags;
  if (name == "governor") return print.governor;
  if (name == "container") return print.container;
  return std::nullopt;
}

std::string quoted(const std::optional<std::string>& value) {
  return value ? "\"" + *value + "\"" : "unknown";
}

/// The switch that a state without an answer is governed by.
OnState state_of(const Finding& finding, const Policy& policy) {
  if (finding.verdict == Verdict::inconclusive) return policy.on_inconclusive;
  const bool no_baseline = finding.reason == Reason::no_baseline && finding.benchmark.empty();
  return no_baseline ? policy.on_missing_baseline : policy.on_not_comparable;
}

Verdict on_state(OnState state, Verdict failing) {
  return state == OnState::pass ? Verdict::pass : state == OnState::warn ? Verdict::warn : failing;
}

}  // namespace

Exit exit_of(const Finding& finding, const Policy& policy, bool fail_on_warn) {
  const auto by_state = [&](Exit exit) {
    const OnState state = state_of(finding, policy);
    return state == OnState::fail || (state == OnState::warn && fail_on_warn) ? exit : Exit::pass;
  };
  switch (finding.verdict) {
    case Verdict::pass:
    case Verdict::improved:
      return Exit::pass;
    case Verdict::warn:
      return fail_on_warn ? Exit::failed : Exit::pass;
    case Verdict::inconclusive:
      return by_state(Exit::inconclusive);
    case Verdict::not_comparable:
      return by_state(Exit::not_comparable);
    case Verdict::not_measured:
      return Exit::not_measured;
    case Verdict::fail:
      return Exit::failed;
  }
  return Exit::internal;
}

namespace {

/// Whether a finding shows in the verdict over all: a state that the policy lets pass does not.
bool counts(const Finding& finding, const Policy& policy) {
  if (finding.verdict == Verdict::inconclusive || finding.verdict == Verdict::not_comparable)
    return state_of(finding, policy) != OnState::pass;
  return finding.verdict != Verdict::improved;
}

int exit_rank(Exit exit) {
  switch (exit) {
    case Exit::failed:
      return 4;
    case Exit::not_measured:
      return 3;
    case Exit::not_comparable:
      return 2;
    case Exit::inconclusive:
      return 1;
    default:
      return 0;
  }
}

/// What is to be known of the baseline beside its values: how old it is, and which runs it is made
/// of.
void describe_baseline(const Run& head, const Reference& base, const Policy& policy,
                       Judgement& judgement) {
  judgement.baseline = base.key;
  judgement.baseline_id = base.run->id;
  judgement.baseline_commit = base.run->commit;
  judgement.baseline_distance = base.distance;
  judgement.baseline_runs = base.pooled;
  const auto note = [&](Severity severity, std::string text) {
    judgement.notes.push_back({.severity = severity, .text = std::move(text)});
  };
  if (base.rolling > 0) {
    const bool few = static_cast<int>(base.pooled.size()) < base.rolling;
    note(few ? Severity::warning : Severity::info,
         fmt::format("the baseline is rolling: the last {} of {} runs that did not fail ({}){}",
                     base.pooled.size(), base.rolling, fmt::join(base.pooled, ", "),
                     few ? "; it is seeding: there are no more yet" : ""));
    if (few) judgement.baseline_state = BaselineState::seeding;
  }
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  const std::int64_t days = (head.started.unix_ms - base.run->started.unix_ms) / day_ms;
  if (base.state != BaselineState::given && days > policy.baseline.max_age_days) {
    if (judgement.baseline_state == BaselineState::active)
      judgement.baseline_state = BaselineState::expired;
    note(Severity::warning,
         fmt::format("the baseline is {} days old, and the policy holds it good for {}: promote a "
                     "newer run",
                     days, policy.baseline.max_age_days));
  }
}

/// What half of the noisy comparisons could have seen.
std::optional<double> detectable_in_half(const std::vector<Finding>& findings) {
  std::vector<double> each;
  for (const Finding& finding : findings)
    if (finding.comparison && finding.comparison->design != Design::exact &&
        finding.comparison->smallest_detectable && !finding.benchmark.empty())
      each.push_back(*finding.comparison->smallest_detectable);
  if (each.empty()) return std::nullopt;
  return stats::median(std::move(each));
}

double magnitude(const Finding& finding) {
  return finding.comparison ? std::abs(finding.comparison->change) : 0;
}

}  // namespace

std::vector<std::string> host_differences(const Fingerprint& here, const Fingerprint& there,
                                          const std::vector<std::string>& fields) {
  std::vector<std::string> differences;
  for (const std::string& field : fields) {
    const auto a = host_field(here, field), b = host_field(there, field);
    if (a != b)
      differences.push_back(fmt::format("{}: {} here, {} there", field, quoted(a), quoted(b)));
  }
  return differences;
}

std::string host_class(const Fingerprint& fingerprint, const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) {
    if (!text.empty()) text += "; ";
    text += field + "=" + host_field(fingerprint, field).value_or("unknown");
  }
  return text;
}

int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return 0;
    case Verdict::improved:
      return 1;
    case Verdict::warn:
      return 2;
    case Verdict::inconclusive:
      return 3;
    case Verdict::not_comparable:
      return 4;
    case Verdict::not_measured:
      return 5;
    case Verdict::fail:
      return 6;
  }
  return 6;
}

std::string one_line(const Judgement& judgement) {
  std::string figures;
  for (const Headline& headline : judgement.headlines) {
    if (!figures.empty()) figures += ", ";
    const Unit* unit = find_unit(headline.unit);
    figures += headline.label.empty() ? headline.name : headline.label.text();
    figures += ": ";
    figures += headline.value && unit ? render(*headline.value, *unit, headline.decimals_shown)
                                      : "not measured";
  }
  if (figures.empty())
    figures = fmt::format("{} of {} benchmarks compared", judgement.counts.compared,
                          judgement.counts.expected);
  return fmt::format("Performance Report: {} {}", figures, label(judgement.verdict));
}

void conclude(Judgement& judgement, const Policy& policy, bool fail_on_warn) {
  std::ranges::stable_sort(judgement.findings, [](const Finding& a, const Finding& b) {
    if (a.verdict != b.verdict) return severity(a.verdict) > severity(b.verdict);
    return magnitude(a) > magnitude(b);
  });
  judgement.verdict = Verdict::pass;
  Exit exit = Exit::pass;
  for (const Finding& finding : judgement.findings) {
    if (counts(finding, policy) && severity(finding.verdict) > severity(judgement.verdict))
      judgement.verdict = finding.verdict;
    const Exit one = exit_of(finding, policy, fail_on_warn);
    if (exit_rank(one) > exit_rank(exit)) exit = one;
  }
  judgement.exit_code = static_cast<int>(exit);
  judgement.summary = one_line(judgement);
}

Result<Judgement> judge(const Run& head, const Reference& base, const Policy& policy,
                        bool printed) {
  Judgement judgement{.schema = std::string(judgement_schema_name),
                      .tool = fmt::format("perfgate {}", version()),
                      .method = std::string(stats::verdict_method),
                      .run_id = head.id,
                      .commit = head.commit,
                      .policy = policy.origin,
                      .baseline_state = base.state,
                      .headlines = head.headlines,
                      .notes = head.notes};
  std::ranges::stable_sort(judgement.headlines, {}, &Headline::order);
  auto& findings = judgement.findings;

  add_inventory_findings(head, base.run, policy, findings, judgement.counts);
  CHECKED(add_limit_findings(head, policy, printed, findings));

  if (!base.run) {
    const Verdict verdict = on_state(policy.on_missing_baseline, Verdict::not_comparable);
    findings.push_back(
        {.reason = Reason::no_baseline,
         .verdict = verdict,
         .why = base.rolling > 0
                    ? "the store holds no run of this branch and host class that did not fail, to "
                      "roll a baseline from: nothing was compared"
                    : "there is no baseline for this branch and host class: nothing was compared; "
                      "`perfgate baseline promote` makes this run the baseline"});
  } else {
    describe_baseline(head, base, policy, judgement);
    judgement.host_differences =
        host_differences(head.fingerprint, base.run->fingerprint, policy.host_class);
    if (base.too_far) {
      judgement.baseline_state = BaselineState::not_comparable;
      findings.push_back(
          {.reason = Reason::too_far,
           .verdict = Verdict::not_comparable,
           .why = fmt::format("the newest baseline that this change has behind it lies {}, and the "
                              "policy compares up to {}: nothing was compared; promote a newer run "
                              "of the branch, or bring the change up to date",
                              base.distance, policy.baseline.max_distance)});
    } else if (judgement.host_differences.empty()) {
      TRY(const Experimented experiment,
          add_regression_findings(head, base, policy, printed || base.printed, findings,
                                  judgement.counts, judgement.notes));
      judgement.design = experiment.design;
      judgement.experiment = experiment.why;
      judgement.smallest_detectable = detectable_in_half(findings);
    } else {
      judgement.baseline_state = BaselineState::not_comparable;
      findings.push_back(
          {.reason = Reason::other_host,
           .verdict = Verdict::not_comparable,
           .why =
               fmt::format("the baseline was measured on another class of host ({}): nothing was "
                           "compared; measure base and head on one machine, or promote a "
                           "baseline of this one",
                           fmt::join(judgement.host_differences, "; "))});
    }
  }
  CHECKED(add_drift_findings(head, base.anchor, policy, printed, judgement));
  conclude(judgement, policy);
  return judgement;
}

}  // namespace perfgate::gate
