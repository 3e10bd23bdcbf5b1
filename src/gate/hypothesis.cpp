#include "gate/hypothesis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "config/waivers.hpp"
#include "gate/findings.hpp"
#include "gate/judge.hpp"
#include "model/hypothesis_fields.hpp"

namespace perfgate::gate {
namespace {

std::string shown_share(double ratio) { return fmt::format("{:.4g} %", 100 * ratio); }

/// The change for the worse: an estimate and its bounds.
struct Worse {
  double estimate, low, high;
};

HypothesisStatus status_of(const Hypothesis& hypothesis, const Worse& worse) {
  // Bounds come from logarithms: exactly 5 % may be a few of their roundings more.
  constexpr double rounding = 1e-12;
  const double p = hypothesis.tolerance;
  bool shown = false, refuted = false;
  switch (hypothesis.kind) {
    case HypothesisKind::no_regression:
      shown = worse.high <= p + rounding;
      refuted = worse.low > p + rounding;
      break;
    case HypothesisKind::improvement:
      shown = worse.high <= -p + rounding;
      refuted = worse.low > -p + rounding;
      break;
    case HypothesisKind::within:
      shown = worse.high <= p + rounding && worse.low >= -p - rounding;
      refuted = worse.low > p + rounding || worse.high < -p - rounding;
      break;
  }
  if (shown) return HypothesisStatus::passed;
  return refuted ? HypothesisStatus::failed : HypothesisStatus::inconclusive;
}

std::string_view what_is_supposed(HypothesisKind kind) {
  switch (kind) {
    case HypothesisKind::no_regression:
      return "no more than {} worse";
    case HypothesisKind::improvement:
      return "at least {} better";
    case HypothesisKind::within:
      return "within {} of the baseline";
  }
  return "";
}

std::string supposed(const Hypothesis& hypothesis) {
  return fmt::format(fmt::runtime(what_is_supposed(hypothesis.kind)),
                     shown_share(hypothesis.tolerance));
}

/// "10 % better", "3.2 % worse", "no change".
std::string signed_share(double worse) {
  if (worse == 0) return "no change";
  return fmt::format("{:.2f} % {}", 100 * std::abs(worse), worse > 0 ? "worse" : "better");
}

Better direction_of(const Finding& finding, const Run& head, const Policy& policy) {
  if (!finding.headline.empty()) {
    const auto found = std::ranges::find(head.headlines, finding.headline, &Headline::name);
    return found == head.headlines.end() ? Better::unknown : found->better;
  }
  const Metric* metric = head.find_metric(finding.metric);
  return effective_rule(policy, finding.suite, finding.benchmark, finding.metric)
      .better.value_or(metric ? metric->better : Better::unknown);
}

bool is_exact(const Finding& finding, const Run& head) {
  const Metric* metric = finding.headline.empty() ? head.find_metric(finding.metric) : nullptr;
  return metric && metric->exact;
}

HypothesisAnswer answer_for(const Hypothesis& hypothesis, const Finding& finding, const Run& head,
                            const Policy& policy) {
  HypothesisAnswer answer{.suite = finding.suite,
                          .benchmark = finding.benchmark,
                          .metric = finding.metric,
                          .headline = finding.headline};
  if (!finding.comparison) {
    answer.comment = "it could not be compared: " + finding.why;
    return answer;
  }
  const Comparison& comparison = *finding.comparison;
  answer.change = comparison.change;
  answer.low = comparison.low;
  answer.high = comparison.high;
  const Worse worse = direction_of(finding, head, policy) == Better::higher
                          ? Worse{-comparison.change, -comparison.high, -comparison.low}
                          : Worse{comparison.change, comparison.low, comparison.high};
  answer.status = status_of(hypothesis, worse);
  const std::string figures = fmt::format("{}, from {} to {}", signed_share(worse.estimate),
                                          signed_share(worse.low), signed_share(worse.high));
  switch (answer.status) {
    case HypothesisStatus::passed:
      answer.comment = fmt::format("{}: {} is shown", figures, supposed(hypothesis));
      break;
    case HypothesisStatus::failed:
      answer.comment = fmt::format("{}: {} is excluded", figures, supposed(hypothesis));
      break;
    case HypothesisStatus::inconclusive:
      answer.comment =
          fmt::format("{}: {} is neither shown nor excluded", figures, supposed(hypothesis));
      break;
  }
  const std::size_t fewest = std::min(comparison.base.count, comparison.head.count);
  if (answer.status == HypothesisStatus::passed &&
      fewest < static_cast<std::size_t>(policy.min_samples) && !is_exact(finding, head)) {
    answer.status = HypothesisStatus::inconclusive;
    answer.comment =
        fmt::format("{}: {} against {} samples show nothing, and the policy asks for {}", figures,
                    comparison.head.count, comparison.base.count, policy.min_samples);
  }
  return answer;
}

/// What a hypothesis has to say something of: the benchmarks and headlines that were compared, or
/// should have been.
bool is_asked(const Finding& finding) {
  if (finding.benchmark.empty() && finding.headline.empty()) return false;
  if (finding.limit || !finding.anchor.empty()) return false;
  if (finding.comparison) return true;
  switch (finding.reason) {
    case Reason::no_baseline:
    case Reason::other_unit:
    case Reason::undefined_ratio:
    case Reason::missing:
    case Reason::not_measured:
      return true;
    default:
      return false;
  }
}

int order_of(HypothesisStatus status) {
  switch (status) {
    case HypothesisStatus::failed:
      return 0;
    case HypothesisStatus::inconclusive:
      return 1;
    case HypothesisStatus::passed:
      return 2;
  }
  return 2;
}

}  // namespace

Result<Hypothesis> hypothesis_from_text(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = trim(text.substr(0, equals));
  const auto kind = enum_from_text<HypothesisKind>(name);
  if (!kind) {
    std::vector<std::string_view> known;
    for (const auto& [value, word] : EnumTexts<HypothesisKind>::values) known.push_back(word);
    const auto close = nearest(name, known);
    return fail(Code::usage,
                fmt::format("hypothesis `{}`: there is none of that name", safe_text(text, 60)),
                close ? fmt::format("did you mean `{}`?", *close)
                      : "no-regression, improvement=P or within=P: improvement=5%");
  }
  Hypothesis hypothesis{.kind = *kind};
  if (equals == text.npos) return hypothesis;
  const auto share = config::change_from_text(text.substr(equals + 1));
  if (!share)
    return fail(Code::usage,
                fmt::format("hypothesis `{}`: {}", safe_text(text, 60), share.error().message),
                fmt::format("{}=5% or {}=0.05", name, name));
  hypothesis.tolerance = share->to_double();
  if (hypothesis.kind == HypothesisKind::improvement && hypothesis.tolerance >= 1)
    return fail(Code::usage,
                fmt::format("hypothesis `{}`: nothing gets better by 100 % of its cost",
                            safe_text(text, 60)),
                "improvement=50% is twice as fast");
  return hypothesis;
}

std::string to_text(const Hypothesis& hypothesis) {
  return fmt::format("{} {}", perfgate::to_text(hypothesis.kind),
                     shown_share(hypothesis.tolerance));
}

HypothesisResult test_hypothesis(const Hypothesis& hypothesis, const Judgement& judgement,
                                 const Run& head, const Policy& policy) {
  HypothesisResult result{.hypothesis = hypothesis};
  for (const Finding& finding : judgement.findings)
    if (is_asked(finding)) result.answers.push_back(answer_for(hypothesis, finding, head, policy));
  std::ranges::stable_sort(result.answers, {},
                           [](const HypothesisAnswer& answer) { return order_of(answer.status); });
  std::array<std::size_t, 3> counts{};
  for (const HypothesisAnswer& answer : result.answers)
    ++counts[static_cast<std::size_t>(answer.status)];
  const auto count = [&](HypothesisStatus status) {
    return counts[static_cast<std::size_t>(status)];
  };
  result.status = count(HypothesisStatus::failed) > 0 ? HypothesisStatus::failed
                  : count(HypothesisStatus::inconclusive) > 0 || result.answers.empty()
                      ? HypothesisStatus::inconclusive
                      : HypothesisStatus::passed;
  if (result.answers.empty()) {
    result.comments.emplace_back("nothing was compared");
    for (const Finding& finding : judgement.findings)
      if (finding.reason == Reason::no_baseline || finding.reason == Reason::other_host ||
          finding.reason == Reason::too_far)
        result.comments.push_back(finding.why);
    return result;
  }
  result.comments.push_back(fmt::format("{}: {} of {} shown, {} excluded, {} neither",
                                        supposed(hypothesis), count(HypothesisStatus::passed),
                                        result.answers.size(), count(HypothesisStatus::failed),
                                        count(HypothesisStatus::inconclusive)));
  return result;
}

bool is_answered(const Finding& finding) {
  return is_asked(finding) && finding.comparison.has_value();
}

void answer_hypothesis(HypothesisResult result, Judgement& judgement, const Policy& policy,
                       bool fail_on_warn) {
  // Concluded again as if what the hypothesis answers were one finding, its answer.
  Judgement rest{.counts = judgement.counts, .findings = judgement.findings};
  std::erase_if(rest.findings, is_answered);
  if (result.status == HypothesisStatus::failed)
    rest.findings.push_back({.reason = Reason::regressed, .verdict = Verdict::fail});
  if (result.status == HypothesisStatus::inconclusive)
    rest.findings.push_back({.reason = Reason::uncertain, .verdict = Verdict::inconclusive});
  conclude(rest, policy, fail_on_warn);
  judgement.exit_code = rest.exit_code;
  judgement.hypothesis = std::move(result);
}

}  // namespace perfgate::gate
