// Judgements and sessions in GitHub-flavoured Markdown. Everything that came from a benchmark is
// escaped: it may be an attack.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/markdown.hpp"
#include "report/md_receipts.hpp"
#include "report/phrases.hpp"

namespace perfgate::report {
namespace {

using markdown::cell;
using markdown::code;
using markdown::row;

}  // namespace

std::string judgement_md(const Judgement& judgement, const Style& style) {
  std::string text =
      fmt::format("**{}**\n\n{}\n", code(judgement.summary, 4000), cell(coverage(judgement), 500));
  if (const std::string sharp = sharpness(judgement); !sharp.empty())
    text += "\n" + cell(sharp, 800) + "\n";
  if (judgement.drift) text += "\n" + cell(drift_text(judgement), 500) + "\n";
  const auto comparisons = comparison_rows(judgement, style.verbose);
  if (!comparisons.empty()) {
    text +=
        "\n| verdict | benchmark | metric | base | head | change | interval | sees | n |\n"
        "|:--|:--|:--|--:|--:|--:|--:|--:|--:|\n";
    for (const Row& r : comparisons)
      text += row({r.verdict, cell(r.name), cell(r.metric), r.base, r.head, r.change, r.interval,
                   r.sees, r.detail});
  }
  const auto limits = limit_rows(judgement, style.verbose);
  if (!limits.empty()) {
    text +=
        "\n| verdict | limit of | kind | limit | value | margin | set in |\n"
        "|:--|:--|:--|--:|--:|--:|:--|\n";
    for (const Row& r : limits)
      text +=
          row({r.verdict, cell(r.name), r.metric, cell(r.base), r.head, r.change, cell(r.detail)});
  }
  std::string reasons;
  const Told told = told_findings(judgement, style.verbose);
  for (const Finding* finding : told.findings) {
    reasons += fmt::format("- **{}**{} {}: {}\n", word(finding->verdict),
                           finding->code ? " " + to_text(*finding->code) : "",
                           cell(subject(*finding, judgement)), cell(finding->why, 800));
    if (finding->reason == Reason::limit_violated)
      reasons += "  " + cell(violation(*finding, judgement), 800) + "\n";
  }
  if (told.left > 0) reasons += fmt::format("- and {} more that are unsure\n", told.left);
  for (const std::string& doubt : doubts(judgement))
    reasons += "- doubt: " + cell(doubt, 800) + "\n";
  for (const std::string& waiver : waiver_texts(judgement))
    reasons += "- " + cell(waiver, 1500) + "\n";
  for (const std::string& warning : warnings(judgement))
    reasons += "- note: " + cell(warning, 800) + "\n";
  if (!reasons.empty()) text += "\n" + reasons;
  return text;
}

std::string sessions_md(const Sessions& sessions) {
  if (sessions.status != SessionStatus::success)
    return fmt::format("**{}**: {}\n", cell(to_text(sessions.status)), cell(sessions.error));
  std::string text = cell(geometric_mean_text(sessions)) + "\n\n";
  std::vector<std::string> header{"trend", "benchmark", "metric"};
  std::string rule = "|:--|:--|:--|";
  for (const std::string& title : sessions.titles) {
    header.push_back(cell(title, 60));
    rule += "--:|";
  }
  const bool judged =
      std::ranges::any_of(sessions.rows, [](const SessionRow& r) { return r.finding.has_value(); });
  header.push_back("change");
  rule += "--:|";
  if (judged) {
    header.insert(header.end(), {"interval", "verdict"});
    rule += "--:|:--|";
  }
  text += row(header) + rule + "\n";
  for (const SessionRow& r : sessions.rows) {
    std::vector<std::string> cells{
        std::string(symbol(r.trend)),
        cell(r.suite.empty() ? r.benchmark : r.suite.text() + "/" + r.benchmark),
        cell(r.metric.text())};
    for (const auto& score : r.scores) cells.push_back(score ? render(*score, r.unit) : "");
    cells.push_back(r.change.text());
    if (judged) {
      const bool compared = r.finding && r.finding->comparison;
      cells.push_back(compared ? interval_text(*r.finding->comparison) : "");
      cells.emplace_back(r.finding ? word(r.finding->verdict) : "");
    }
    text += row(cells);
  }
  std::string reasons;
  for (const std::string& reason : session_reasons(sessions))
    reasons += "- " + cell(reason, 800) + "\n";
  if (!reasons.empty()) text += "\n" + reasons;
  if (!sessions.experiment.empty()) text += "\n" + cell(sessions.experiment, 500) + "\n";
  for (const std::string& note : sessions.notes) text += "\n" + cell(note, 800) + "\n";
  return text;
}

}  // namespace perfgate::report
