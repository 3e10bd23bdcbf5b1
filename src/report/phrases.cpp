#include "report/phrases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace perfgate::report {
namespace {

std::string value_text(const Finding& finding, double value) {
  if (const Unit* unit = find_unit(finding.unit)) return render(value, *unit, 2);
  static const Symbol time("time"), cpu_time("cpu_time"), throughput("throughput"), items("items");
  if (finding.metric == time || finding.metric == cpu_time) return render(value, BaseUnit::second);
  if (finding.metric == throughput) return render(value, BaseUnit::byte_per_second);
  if (finding.metric == items) return render(value, BaseUnit::per_second);
  return fmt::format("{:.5g}", value);
}

bool is_exact(const Comparison& comparison) {
  return comparison.design == Design::exact || comparison.method == "exact";
}

/// What a suite has in common is a ratio without values of its own.
bool is_of_suite(const Finding& finding) {
  return finding.benchmark.empty() && finding.headline.empty();
}

bool is_good(Verdict verdict) { return verdict == Verdict::pass || verdict == Verdict::improved; }

}  // namespace

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::improved:
      return "better";
    case Verdict::warn:
      return "WARN";
    case Verdict::inconclusive:
      return "UNSURE";
    case Verdict::not_comparable:
      return "NOT COMPARABLE";
    case Verdict::not_measured:
      return "NOT MEASURED";
    case Verdict::fail:
      return "FAIL";
  }
  return "FAIL";
}

/// The word of one finding: what a waiver accepts does not look as if it were within the budget.
std::string word_of(const Finding& finding) {
  return finding.reason == Reason::accepted ? "accepted" : std::string(word(finding.verdict));
}

std::string interval_text(const Comparison& comparison) {
  if (is_exact(comparison)) return "exact";
  return fmt::format("{} .. {}", percent(comparison.low), percent(comparison.high));
}

std::string subject(const Finding& finding, const Judgement& judgement) {
  if (!finding.headline.empty()) {
    const auto headline = std::ranges::find(judgement.headlines, finding.headline, &Headline::name);
    const bool labelled = headline != judgement.headlines.end() && !headline->label.empty();
    return labelled ? headline->label.text() : finding.headline;
  }
  if (finding.benchmark.empty())
    return finding.suite.empty() ? "(run)" : "(suite " + finding.suite.text() + ")";
  return finding.suite.empty() ? finding.benchmark : finding.suite.text() + "/" + finding.benchmark;
}

std::vector<Row> comparison_rows(const Judgement& judgement, bool verbose) {
  std::vector<Row> rows;
  for (const Finding& finding : judgement.findings) {
    if (!finding.comparison) continue;
    if (!verbose && finding.verdict == Verdict::pass && finding.reason != Reason::accepted &&
        judgement.findings.size() > 40)
      continue;
    std::string metric = !finding.headline.empty() ? "headline"
                         : is_of_suite(finding)    ? "all"
                                                   : finding.metric.text();
    if (!finding.anchor.empty()) metric += " since " + finding.anchor;
    const Comparison& c = *finding.comparison;
    rows.push_back({.verdict = word_of(finding),
                    .name = subject(finding, judgement),
                    .metric = std::move(metric),
                    .base = is_of_suite(finding) ? "" : value_text(finding, c.base.median),
                    .head = is_of_suite(finding) ? "" : value_text(finding, c.head.median),
                    .change = percent(c.change),
                    .interval = interval_text(c),
                    .sees = c.smallest_detectable && !is_exact(c)
                                ? fmt::format("{:.1f} %", 100 * *c.smallest_detectable)
                                : "",
                    .detail = fmt::format("{}/{}", c.head.count, c.base.count)});
  }
  return rows;
}

std::vector<Row> limit_rows(const Judgement& judgement, bool verbose) {
  std::vector<Row> rows;
  for (const Finding& finding : judgement.findings) {
    if (!finding.limit) continue;
    if (!verbose && finding.headline.empty() && finding.verdict == Verdict::pass &&
        judgement.findings.size() > 40)
      continue;
    const LimitCheck& check = *finding.limit;
    std::string state(word(finding.verdict));
    if (finding.reason == Reason::thin_margin) state = "note";
    if (finding.reason == Reason::target_missed) state = "missed";
    rows.push_back({.verdict = state,
                    .name = subject(finding, judgement),
                    .metric = check.kind == LimitKind::floor     ? "floor"
                              : check.kind == LimitKind::ceiling ? "ceiling"
                                                                 : "target",
                    .base = check.written,
                    .head = value_text(finding, check.value),
                    .change = fmt::format("{:.{}f}x", check.margin, check.margin < 10 ? 1 : 0),
                    .detail = check.origin});
  }
  return rows;
}

std::vector<const Finding*> other_findings(const Judgement& judgement) {
  std::vector<const Finding*> result;
  for (const Finding& finding : judgement.findings)
    if (!finding.comparison && !finding.limit) result.push_back(&finding);
  return result;
}

std::string coverage(const Judgement& judgement) {
  const Counts& counts = judgement.counts;
  std::string text = fmt::format("{} of {} benchmarks measured", counts.measured, counts.expected);
  if (judgement.baseline_id.empty()) return text + "; there is no baseline: 0 compared";
  text += fmt::format(", {} of {} compared with run {}", counts.compared, counts.expected,
                      judgement.baseline_id);
  if (!judgement.baseline_commit.sha.empty())
    text +=
        fmt::format(" (commit {}{}{})", judgement.baseline_commit.sha.substr(0, 10),
                    judgement.baseline_distance.empty() ? "" : ", ", judgement.baseline_distance);
  if (!judgement.baseline_runs.empty() && judgement.design != Design::window)
    text += fmt::format(", {} runs pooled", judgement.baseline_runs.size());
  if (judgement.baseline_state == BaselineState::seeding) text += ", still seeding";
  if (judgement.baseline_state == BaselineState::expired) text += ", expired";
  if (counts.added > 0) text += fmt::format(", {} new", counts.added);
  return text;
}

std::string sharpness(const Judgement& judgement) {
  double coarsest = 0;
  for (const Finding& finding : judgement.findings)
    if (finding.comparison && finding.anchor.empty() && !is_of_suite(finding))
      coarsest = std::max(coarsest, finding.comparison->smallest_detectable.value_or(0));
  if (coarsest <= 0) return "";
  const double half = judgement.smallest_detectable.value_or(coarsest);
  std::string text = fmt::format("This run could see {:.1f} %", 100 * half);
  if (fmt::format("{:.1f}", 100 * half) != fmt::format("{:.1f}", 100 * coarsest))
    text += fmt::format(" in half of them, {:.1f} % in each", 100 * coarsest);
  return judgement.experiment.empty() ? text : fmt::format("{} ({})", text, judgement.experiment);
}

Told told_findings(const Judgement& judgement, bool verbose) {
  constexpr std::size_t most = 10;
  std::size_t unsure = 0;
  Told told;
  for (const Finding& finding : judgement.findings) {
    if (is_good(finding.verdict)) continue;
    const bool counted = finding.verdict == Verdict::inconclusive && finding.comparison;
    if (counted && ++unsure > most && !verbose)
      ++told.left;
    else
      told.findings.push_back(&finding);
  }
  return told;
}

std::vector<std::string> doubts(const Judgement& judgement) {
  std::vector<std::pair<std::string, std::vector<std::string>>> known;
  for (const Finding& finding : judgement.findings) {
    if (!finding.comparison || is_good(finding.verdict)) continue;
    for (const std::string& doubt : finding.comparison->doubts) {
      if (finding.why.contains(doubt)) continue;
      auto place = std::ranges::find(known, doubt, &decltype(known)::value_type::first);
      if (place == known.end()) place = known.insert(known.end(), {doubt, {}});
      place->second.push_back(subject(finding, judgement));
    }
  }
  std::vector<std::string> texts;
  for (auto& [doubt, about] : known) {
    const auto repeated = std::ranges::unique(about);
    about.erase(repeated.begin(), repeated.end());
    constexpr std::size_t named = 3;
    const std::size_t more = about.size() > named ? about.size() - named : 0;
    about.resize(std::min(about.size(), named));
    texts.push_back(fmt::format("{}{}: {}", fmt::join(about, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : "", doubt));
  }
  return texts;
}

std::vector<std::string> warnings(const Judgement& judgement) {
  constexpr std::size_t most = 20, longest = 500;
  std::vector<std::string> texts;
  std::size_t left = 0;
  for (const Note& note : judgement.notes) {
    if (note.severity != Severity::warning) continue;
    if (texts.size() == most)
      ++left;
    else
      texts.push_back((note.benchmark.empty() ? "" : safe_text(note.benchmark, 200) + ": ") +
                      safe_text(note.text, longest));
  }
  if (left > 0) texts.push_back(counted(left, "more warning") + ", in judgement.json");
  return texts;
}

std::string drift_text(const Judgement& judgement) {
  if (!judgement.drift) return "";
  const Drift& drift = *judgement.drift;
  const Finding about{.suite = drift.suite,
                      .benchmark = drift.benchmark,
                      .metric = drift.metric,
                      .headline = drift.headline};
  return fmt::format("since {}: {} of {:.4g} % ({}{}{}, the worst)", drift.anchor,
                     percent(drift.change), 100 * drift.budget, subject(about, judgement),
                     drift.metric.empty() ? "" : " ", drift.metric.text());
}

std::vector<std::string> waiver_texts(const Judgement& judgement) {
  std::vector<std::string> texts;
  for (const Waiver& waiver : judgement.waivers) {
    std::string accepts;
    for (const Finding& finding : judgement.findings)
      if (finding.waiver == waiver.id && finding.reason == Reason::accepted)
        accepts +=
            fmt::format("{}{}{}{} {}", accepts.empty() ? "" : ", ", subject(finding, judgement),
                        finding.metric.empty() ? "" : " ", finding.metric.text(),
                        finding.comparison ? percent(finding.comparison->change) : "");
    texts.push_back(fmt::format("waiver {} of {}, up to {:.4g} % until {}: {}{} ({})", waiver.id,
                                waiver.owner, 100 * waiver.max_change, date_text(waiver.expires),
                                waiver.reason,
                                waiver.ticket.empty() ? "" : " [" + waiver.ticket + "]",
                                accepts.empty() ? "accepts nothing here" : "accepts " + accepts));
  }
  return texts;
}

std::string violation(const Finding& finding, const Judgement& judgement) {
  const LimitCheck& check = *finding.limit;
  return fmt::format(
      "{} {} violated: limit {} ({}), value {}, shortfall {}, margin {:.2f}x, since {}",
      subject(finding, judgement), check.kind == LimitKind::ceiling ? "ceiling" : "floor",
      check.written, check.origin, value_text(finding, check.value),
      value_text(finding, check.shortfall), check.margin,
      check.since ? to_text(*check.since) : "this run");
}

std::vector<std::string> session_reasons(const Sessions& sessions) {
  std::vector<std::string> reasons;
  for (const SessionRow& row : sessions.rows)
    if (row.finding && !is_good(row.finding->verdict))
      reasons.push_back(fmt::format("{} {}", word(row.finding->verdict), row.finding->why));
  reasons.insert(reasons.end(), sessions.reasons.begin(), sessions.reasons.end());
  return reasons;
}

std::string geometric_mean_text(const Sessions& sessions) {
  if (!sessions.geometric_mean) return "";
  const double mean = *sessions.geometric_mean;
  return fmt::format("geometric mean of {} benchmarks: {} ({} {} better, {} unchanged, {} worse)",
                     sessions.rows.size(), percent(mean - 1),
                     mean > 1   ? "worse;"
                     : mean < 1 ? "better;"
                                : "equal;",
                     sessions.improvements, sessions.unchanged, sessions.regressions);
}

}  // namespace perfgate::report
