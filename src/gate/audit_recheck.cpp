#include "gate/audit_recheck.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "gate/known.hpp"
#include "model/judgement_fields.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

/// Equal, but for what the last digits of a double lose on the way through other operations.
bool same(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

std::string listed(std::span<const double> values) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), most); ++i)
    text += fmt::format("{}{:.9g}", i == 0 ? "" : ", ", values[i]);
  return values.size() > most ? fmt::format("{}, and {} more", text, values.size() - most) : text;
}

/// What a sample's independent values may have been, whatever number of launches the policy asked
/// for: all of them, or one median for each launch.
std::vector<std::vector<double>> readings(const Values& values) {
  std::vector<std::vector<double>> result;
  const auto all = values.all();
  result.emplace_back(all.begin(), all.end());
  std::vector<double> medians;
  for (const auto launch : values.launches())
    if (!launch.empty()) medians.push_back(stats::median({launch.begin(), launch.end()}));
  if (medians.size() != result.front().size() && !medians.empty())
    result.push_back(std::move(medians));
  return result;
}

class Checker {
 public:
  Checker(const Judgement& judgement, const Run& head, const Run* base)
      : judgement_(judgement), head_(head, no_aliases()) {
    if (base) base_.emplace(*base, no_aliases());
  }

  Recheck run() && {
    for (const Finding& finding : judgement_.findings) {
      if (finding.limit) check_limit(finding, *finding.limit);
      if (finding.comparison) check_comparison(finding, *finding.comparison);
    }
    check_verdict();
    for (const Headline& headline : judgement_.headlines) check_headline(headline);
    return std::move(result_);
  }

 private:
  void contradict(const Finding& finding, const std::string& what) {
    result_.contradictions.push_back(fmt::format("{}: {}", safe_text(name_of(finding), 200), what));
  }

  static std::string name_of(const Finding& finding) {
    if (!finding.headline.empty()) return finding.headline;
    return fmt::format("{}/{} {}", finding.suite.text(), finding.benchmark, finding.metric.text());
  }

  static const Policy& no_aliases() {
    static const Policy none;
    return none;
  }

  static const Sample* sample_of(const Known& run, const Finding& finding) {
    const Benchmark* benchmark = run.find(finding.suite, finding.benchmark);
    return benchmark ? benchmark->find(finding.metric) : nullptr;
  }
  static const Headline* headline_of(const Known& known, std::string_view name) {
    const auto& headlines = known.run().headlines;
    const auto found = std::ranges::find(headlines, name, &Headline::name);
    return found == headlines.end() ? nullptr : &*found;
  }

  void check_limit(const Finding& finding, const LimitCheck& limit) {
    ++result_.figures;
    if (!finding.headline.empty()) {
      const Headline* headline = headline_of(head_, finding.headline);
      if (!headline || !headline->value)
        return contradict(finding, "the run did not measure this headline");
      if (!same(*headline->value, limit.value))
        return contradict(finding,
                          fmt::format("the judgement says {:.9g}, and the run's headline "
                                      "is {:.9g} (values: {})",
                                      limit.value, *headline->value, listed(headline->values)));
    } else {
      const Sample* sample = sample_of(head_, finding);
      if (!sample || sample->values.empty())
        return contradict(finding, "the run holds no sample of it");
      const auto possible = readings(sample->values);
      if (std::ranges::none_of(possible, [&](const std::vector<double>& values) {
            return same(stats::median(values), limit.value);
          }))
        return contradict(
            finding,
            fmt::format("the judgement says {:.9g}, and its samples have the median "
                        "{:.9g} (samples: {})",
                        limit.value, stats::median(possible.back()), listed(possible.front())));
    }
    const double margin =
        limit.kind == LimitKind::ceiling ? limit.limit / limit.value : limit.value / limit.limit;
    if (std::isfinite(margin) && !same(margin, limit.margin))
      contradict(finding, fmt::format("the judgement says a margin of {:.9g}, and {:.9g} against "
                                      "{} is {:.9g}",
                                      limit.margin, limit.value, limit.written, margin));
    const bool met =
        limit.kind == LimitKind::ceiling ? limit.value <= limit.limit : limit.value >= limit.limit;
    const bool said_met =
        finding.reason == Reason::limit_met || finding.reason == Reason::thin_margin;
    const bool said_not =
        finding.reason == Reason::limit_violated || finding.reason == Reason::target_missed;
    if (((said_met && !met) || (said_not && met)) && !same(limit.value, limit.limit))
      contradict(finding, fmt::format("the judgement says `{}`, and {:.9g} is on the other side of "
                                      "{} ({:.9g})",
                                      perfgate::to_text(finding.reason), limit.value, limit.written,
                                      limit.limit));
  }

  /// A side of a comparison against the samples of its run.
  void check_side(const Finding& finding, const Summary& summary, const Known& run,
                  std::string_view side) {
    std::vector<std::vector<double>> possible;
    if (!finding.headline.empty()) {
      const Headline* headline = headline_of(run, finding.headline);
      if (!headline || !headline->value) return;
      possible.push_back({*headline->value});
      if (!headline->values.empty()) possible.push_back(headline->values);
    } else {
      const Sample* sample = sample_of(run, finding);
      if (!sample || sample->values.empty()) return;
      possible = readings(sample->values);
    }
    ++result_.figures;
    const auto fits = [&](const std::vector<double>& values) {
      return values.size() == summary.count && same(stats::median(values), summary.median);
    };
    if (std::ranges::any_of(possible, fits)) return;
    // Of a window, one value stands for the run.
    if (summary.count == 1 && std::ranges::any_of(possible, [&](const std::vector<double>& values) {
          return same(stats::median(values), summary.median);
        }))
      return;
    contradict(finding,
               fmt::format("the judgement says that {} has the median {:.9g} of {} values, and run "
                           "{} has {:.9g} (samples: {})",
                           side, summary.median, summary.count, safe_text(run.run().id, 60),
                           stats::median(possible.back()), listed(possible.front())));
  }

  void check_comparison(const Finding& finding, const Comparison& comparison) {
    const std::optional<Design> design = comparison.design ? comparison.design : judgement_.design;
    // A window's base is made of many runs, and so may its head be; printed figures are no samples.
    const bool of_two =
        design && (*design == Design::interleaved || *design == Design::one_runner ||
                   *design == Design::two_runners || *design == Design::exact);
    if (of_two) check_side(finding, comparison.head, head_, "the run");
    if (of_two && base_ && finding.anchor.empty())
      check_side(finding, comparison.base, *base_, "the baseline");
    if (!(comparison.low <= comparison.change + 1e-12 &&
          comparison.change <= comparison.high + 1e-12))
      contradict(finding, fmt::format("the change of {:.6g} does not lie in its interval, {:.6g} "
                                      "to {:.6g}",
                                      comparison.change, comparison.low, comparison.high));
    if (!of_two || comparison.base.median <= 0 || comparison.head.median <= 0) return;
    const double ratio =
        comparison.head.median / comparison.base.median / (1 + comparison.suite_shift.value_or(0));
    const double width = comparison.high - comparison.low + 0.02;
    if (ratio - 1 < comparison.low - width || ratio - 1 > comparison.high + width)
      contradict(finding, fmt::format("the judgement says a change of {:.6g}, and the medians, "
                                      "{:.9g} and {:.9g}, differ by {:.6g}",
                                      comparison.change, comparison.base.median,
                                      comparison.head.median, ratio - 1));
  }

  void check_headline(const Headline& headline) {
    const Headline* measured = headline_of(head_, headline.name);
    if (!headline.value || !measured) return;
    ++result_.figures;
    if (!measured->value || !same(*measured->value, *headline.value))
      result_.contradictions.push_back(fmt::format(
          "{}: the judgement's headline is {:.9g}, and the run's {}", safe_text(headline.name, 100),
          *headline.value,
          measured->value ? fmt::format("{:.9g}", *measured->value) : "was not measured"));
    if (!measured->value || measured->values.empty()) return;
    const auto [least, most] = std::ranges::minmax(measured->values);
    const bool within = *measured->value >= least * (1 - 1e-9) - 1e-300 &&
                        *measured->value <= most * (1 + 1e-9) + 1e-300;
    // A mean or an extreme of all values may lie outside the launches' own estimates.
    if (!within && measured->values.size() == 1)
      result_.contradictions.push_back(
          fmt::format("{}: the run's headline is {:.9g}, and its values are {}",
                      safe_text(headline.name, 100), *measured->value, listed(measured->values)));
  }

  void check_verdict() {
    const auto failing = std::ranges::find(judgement_.findings, Verdict::fail, &Finding::verdict);
    const bool fails = failing != judgement_.findings.end();
    ++result_.figures;
    if (fails && judgement_.verdict != Verdict::fail)
      contradict(*failing, fmt::format("it failed, and the judgement's verdict is `{}`",
                                       perfgate::to_text(judgement_.verdict)));
    if (std::cmp_greater(judgement_.counts.measured, head_.run().benchmarks.size()))
      result_.contradictions.push_back(
          fmt::format("the judgement says that {} benchmarks were measured, and the run holds {}",
                      judgement_.counts.measured, head_.run().benchmarks.size()));
  }

  const Judgement& judgement_;
  Known head_;
  std::optional<Known> base_;
  Recheck result_;
};

}  // namespace

Recheck recheck(const Judgement& judgement, const Run& head, const Run* base) {
  return Checker(judgement, head, base).run();
}

}  // namespace perfgate::gate
