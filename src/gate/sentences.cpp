#include "gate/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/counted.hpp"
#include "base/percent.hpp"

namespace perfgate::gate {
namespace {

using stats::Doubt;

std::string_view worse_word(const Subject& subject) {
  return subject.unit == BaseUnit::second ? "slower" : "worse";
}

std::string band_text(const std::optional<Decimal>& relative,
                      const std::optional<Limit>& absolute) {
  return relative ? fmt::format("{:.4g} %", 100 * relative->to_double()) : absolute->written;
}

std::string budget_text(const Bands& bands) {
  if (bands.warn || (bands.fail && !bands.warn_absolute))
    return band_text(bands.warn ? bands.warn : bands.fail, {});
  return band_text({}, bands.warn_absolute ? bands.warn_absolute : bands.fail_absolute);
}

/// A log cost as the ratio by which the values are worse.
double worse_ratio(const Subject& subject, double cost) {
  return subject.better == Better::higher ? -std::expm1(-cost) : std::expm1(cost);
}

/// Why a change beyond the budget was not believed.
constexpr std::array disbelief{Doubt::fastest_unmoved, Doubt::began_elsewhere,
                               Doubt::not_all_beyond, Doubt::one_of_many};

}  // namespace

bool has_warning(const Bands& bands) { return bands.warn || bands.warn_absolute; }
bool has_bands(const Bands& bands) {
  return has_warning(bands) || bands.fail || bands.fail_absolute;
}

std::string shown_value(const Subject& subject, double value) {
  const Unit* unit = find_unit(subject.finding.unit);
  return unit ? render(value, *unit, 2) : render(value, subject.unit);
}

std::string what_changed(const Subject& subject, const Comparison& comparison) {
  std::string text = fmt::format(
      "{}: {} against {}, {}", subject.name, shown_value(subject, comparison.head.median),
      shown_value(subject, comparison.base.median), percent(comparison.change));
  if (comparison.design != Design::exact)
    text += fmt::format(" ({} to {})", percent(comparison.low), percent(comparison.high));
  if (comparison.suite_shift && std::abs(*comparison.suite_shift) >= 0.00005)
    text += fmt::format(" beside the {} of its whole suite", percent(*comparison.suite_shift));
  return text;
}

std::string no_band(const std::string& text) { return text + "; no band is set for it"; }

std::string beyond_fail(const Subject& subject, const std::string& text) {
  return fmt::format("{}: {} by more than {}", text, worse_word(subject),
                     band_text(subject.bands.fail, subject.bands.fail_absolute));
}

std::string beyond_warn(const Subject& subject, const std::string& text) {
  return fmt::format("{}: {} by more than {}", text, worse_word(subject),
                     band_text(subject.bands.warn, subject.bands.warn_absolute));
}

std::string below_fail(const Subject& subject, const std::string& text) {
  return fmt::format("{}: {}, by less than {}", text, worse_word(subject),
                     budget_text(subject.bands));
}

std::string not_excluded(const Subject& subject, const std::string& text, double high) {
  return fmt::format("{}: up to {:.2f} % {} cannot be excluded, and the budget is {}", text,
                     100 * worse_ratio(subject, high), worse_word(subject),
                     budget_text(subject.bands));
}

std::string unsure(const Subject& subject, const std::string& text, Design design,
                   const stats::Evidence& evidence, const stats::Decision& decision,
                   const stats::Budget& budget, int min_samples) {
  const double allowed = std::log1p(budget.warn.value_or(budget.fail.value_or(0)));
  if (std::abs(evidence.estimate) > allowed)
    for (const Doubt doubt : disbelief)
      if (std::ranges::find(decision.doubts, doubt) != decision.doubts.end())
        return fmt::format("{}: {} by this estimate, but {}", text,
                           evidence.estimate > 0 ? worse_word(subject) : "better",
                           stats::sentence(doubt));
  if (decision.reason == Reason::too_few_samples && design == Design::window)
    return fmt::format("{}: {} of this level to hold it against are too few", text,
                       counted(evidence.base_count, "past run"));
  if (decision.reason == Reason::too_few_samples)
    return fmt::format("{}: {} against {} samples, and the policy asks for {}", text,
                       subject.head.size(), subject.base.size(),
                       std::max(min_samples, static_cast<int>(stats::fewest_values)));
  return not_excluded(subject, text, evidence.high);
}

std::string as_its_suite(const std::string& text) {
  return text + ": no slower than its suite, and what slowed that is not known";
}

std::string settled_by(Design design, std::optional<int> further) {
  const auto count = static_cast<std::size_t>(further.value_or(0));
  switch (design) {
    case Design::interleaved:
      return further ? fmt::format("; about {} would settle it", counted(count, "more round"))
                     : "; no number of rounds would settle it";
    case Design::one_runner:
      return further ? fmt::format("; about {} a side would settle it",
                                   counted(count, "more launch", "more launches"))
                     : "; more launches would not settle it, measuring by turns may (perfgate ab)";
    case Design::two_runners:
      return further ? fmt::format("; about {} a side would settle it",
                                   counted(count, "more launch", "more launches"))
                     : "; only measuring both by turns on one machine would (perfgate ab)";
    case Design::window:
      return further ? fmt::format("; {} of this commit on a fresh instance would settle it",
                                   counted(count, "more run"))
                     : "; measuring by turns against the base would (perfgate ab)";
    case Design::exact:
    case Design::printed:
      return {};
  }
  return {};
}

std::string whole_suite(std::size_t members, const Comparison& comparison, Verdict verdict,
                        const Policy& policy) {
  const bool slower = comparison.change > 0;
  std::string text = fmt::format(
      "the whole suite ({} benchmarks) is {} by {:.2f} % ({} to {}): another runner, or a change "
      "that {} everything",
      members, slower ? "slower" : "faster", 100 * std::abs(comparison.change),
      percent(comparison.low), percent(comparison.high), slower ? "slowed" : "sped up");
  if (verdict == Verdict::improved) return text;
  return text + (policy.baseline.confirm > 1
                     ? fmt::format("; confirm on another instance ({} runs must agree)",
                                   policy.baseline.confirm)
                     : "; confirm on another instance");
}

}  // namespace perfgate::gate
