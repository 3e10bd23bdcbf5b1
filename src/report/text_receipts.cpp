// Judgements and sessions for a terminal, legible without colour.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/phrases.hpp"
#include "report/text_receipts.hpp"
#include "report/text_table.hpp"

namespace perfgate::report {
namespace {

std::string colored(std::string text, Verdict verdict, const Style& style) {
  if (!style.color) return text;
  const char* code = verdict == Verdict::fail || verdict == Verdict::not_measured ? "31"
                     : verdict == Verdict::pass || verdict == Verdict::improved   ? "32"
                                                                                  : "33";
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

}  // namespace

std::string judgement_text(const Judgement& judgement, const Style& style) {
  std::string text = colored(safe_text(judgement.summary, 4000), judgement.verdict, style) + "\n";
  text += safe_text(coverage(judgement), 1000) + "\n";
  if (const std::string sharp = sharpness(judgement); !sharp.empty())
    text += safe_text(sharp, 800) + "\n";
  if (judgement.drift) text += safe_text(drift_text(judgement), 500) + "\n";

  const auto comparisons = comparison_rows(judgement, style.verbose);
  if (!comparisons.empty()) {
    TextTable table{.header = {"verdict", "benchmark", "metric", "base", "head", "change",
                               "interval", "sees", "n"},
                    .right = {false, false, false, true, true, true, true, true, true}};
    for (const Row& row : comparisons)
      table.rows.push_back({row.verdict, safe_text(row.name, 500), safe_text(row.metric, 60),
                            row.base, row.head, row.change, row.interval, row.sees, row.detail});
    text += "\n" + draw(table, style, "  ");
  }
  const auto limits = limit_rows(judgement, style.verbose);
  if (!limits.empty()) {
    TextTable table{.header = {"verdict", "limit of", "kind", "limit", "value", "margin", "set in"},
                    .right = {false, false, false, true, true, true, false}};
    for (const Row& row : limits)
      table.rows.push_back({row.verdict, safe_text(row.name, 500), row.metric, row.base, row.head,
                            row.change, safe_text(row.detail, 60)});
    text += "\n" + draw(table, style, "  ");
  }
  std::string reasons;
  const auto tell = [&](const Finding& finding) {
    const bool other = !finding.comparison && !finding.limit;
    reasons += fmt::format("  {}{} {}\n", word(finding.verdict),
                           finding.code ? " " + to_text(*finding.code) : "",
                           safe_text(other && !finding.benchmark.empty()
                                         ? subject(finding, judgement) + ": " + finding.why
                                         : finding.why,
                                     800));
    if (finding.reason == Reason::limit_violated)
      reasons += "    " + safe_text(violation(finding, judgement), 800) + "\n";
  };
  const Told told = told_findings(judgement, style.verbose);
  for (const Finding* finding : told.findings) tell(*finding);
  if (told.left > 0)
    reasons += fmt::format("  and {} more that are unsure (--verbose tells them)\n", told.left);
  for (const Finding& finding : judgement.findings) {
    const bool good = finding.verdict == Verdict::pass || finding.verdict == Verdict::improved;
    if (style.verbose && good && !finding.comparison && !finding.limit) tell(finding);
  }
  for (const std::string& doubt : doubts(judgement))
    reasons += "  doubt: " + safe_text(doubt, 800) + "\n";
  for (const std::string& waiver : waiver_texts(judgement))
    reasons += "  " + safe_text(waiver, 1500) + "\n";
  for (const std::string& warning : warnings(judgement)) reasons += "  note: " + warning + "\n";
  if (!reasons.empty()) text += "\n" + reasons;
  for (const std::string& sentence : advice(judgement)) text += "\n" + sentence + "\n";
  return text;
}

std::string sessions_text(const Sessions& sessions, const Style& style) {
  std::string text = fmt::format("{}", to_text(sessions.status));
  if (sessions.status != SessionStatus::success)
    return text + ": " + safe_text(sessions.error, 800) + "\n";
  text += ": " + geometric_mean_text(sessions) + "\n\n";
  TextTable table{.header = {"trend", "benchmark", "metric"}, .right = {false, false, false}};
  for (const std::string& title : sessions.titles) {
    table.header.push_back(safe_text(title, 24));
    table.right.push_back(true);
  }
  const bool judged = std::ranges::any_of(
      sessions.rows, [](const SessionRow& row) { return row.finding.has_value(); });
  table.header.push_back("change");
  table.right.push_back(true);
  for (const char* title : {"interval", "verdict"})
    if (judged) {
      table.header.emplace_back(title);
      table.right.push_back(table.header.back() == "interval");
    }
  if (!judged) {
    table.header.push_back("p");
    table.right.push_back(true);
  }
  for (const SessionRow& row : sessions.rows) {
    std::vector<std::string> cells{
        std::string(symbol(row.trend)),
        safe_text(row.suite.empty() ? row.benchmark : row.suite.text() + "/" + row.benchmark, 500),
        safe_text(row.metric.text(), 60)};
    for (const auto& score : row.scores) cells.push_back(score ? render(*score, row.unit) : "-");
    cells.push_back(row.change.text());
    if (judged) {
      const bool compared = row.finding && row.finding->comparison;
      cells.push_back(compared ? interval_text(*row.finding->comparison) : "");
      cells.emplace_back(row.finding ? word(row.finding->verdict) : "");
    } else {
      cells.push_back(row.p ? fmt::format("{:.3f}", *row.p) : "");
    }
    table.rows.push_back(std::move(cells));
  }
  text += draw(table, style, "  ");
  std::string reasons;
  for (const std::string& reason : session_reasons(sessions))
    reasons += "  " + safe_text(reason, 800) + "\n";
  if (!sessions.experiment.empty()) reasons += "  " + safe_text(sessions.experiment, 500) + "\n";
  if (!reasons.empty()) text += "\n" + reasons;
  for (const std::string& note : sessions.notes) text += "\n  note: " + safe_text(note, 800) + "\n";
  return text;
}

}  // namespace perfgate::report
