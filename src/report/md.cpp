// GitHub-flavoured Markdown. Everything that came from a benchmark is escaped: it may be an attack.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/markdown.hpp"
#include "report/phrases.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

std::string judgement_md(const Judgement& judgement, const Style& style) {
  std::string text = fmt::format("**{}**\n\n{}\n", markdown_code(judgement.summary, 4000),
                                 markdown_cell(coverage(judgement), 500));
  if (judgement.drift) text += "\n" + markdown_cell(drift_text(judgement), 500) + "\n";
  const auto comparisons = comparison_rows(judgement, style.verbose);
  if (!comparisons.empty()) {
    text +=
        "\n| verdict | benchmark | metric | base | head | change | interval | n |\n"
        "|:--|:--|:--|--:|--:|--:|--:|--:|\n";
    for (const Row& r : comparisons)
      text += markdown_row({r.verdict, markdown_cell(r.name), markdown_cell(r.metric), r.base,
                            r.head, r.change, r.interval, r.detail});
  }
  const auto limits = limit_rows(judgement, style.verbose);
  if (!limits.empty()) {
    text +=
        "\n| verdict | limit of | kind | limit | value | margin | set in |\n"
        "|:--|:--|:--|--:|--:|--:|:--|\n";
    for (const Row& r : limits)
      text += markdown_row({r.verdict, markdown_cell(r.name), r.metric, markdown_cell(r.base),
                            r.head, r.change, markdown_cell(r.detail)});
  }
  std::string reasons;
  for (const Finding& finding : judgement.findings) {
    if (finding.verdict == Verdict::pass || finding.verdict == Verdict::improved) continue;
    reasons +=
        fmt::format("- **{}**{} {}: {}\n", word(finding.verdict),
                    finding.code ? " " + to_text(*finding.code) : "",
                    markdown_cell(subject(finding, judgement)), markdown_cell(finding.why, 800));
    if (finding.reason == Reason::limit_violated)
      reasons += "  " + markdown_cell(violation(finding, judgement), 800) + "\n";
  }
  for (const std::string& waiver : waiver_texts(judgement))
    reasons += "- " + markdown_cell(waiver, 1500) + "\n";
  if (!reasons.empty()) text += "\n" + reasons;
  return text;
}

std::string sessions_md(const Sessions& sessions, const Style&) {
  if (sessions.status != SessionStatus::success)
    return fmt::format("**{}**: {}\n", markdown_cell(to_text(sessions.status)),
                       markdown_cell(sessions.error));
  std::string text = markdown_cell(geometric_mean_text(sessions)) + "\n\n";
  std::vector<std::string> header{"trend", "benchmark", "metric"};
  std::string rule = "|:--|:--|:--|";
  for (const std::string& title : sessions.titles) {
    header.push_back(markdown_cell(title, 60));
    rule += "--:|";
  }
  header.push_back("change");
  text += markdown_row(header) + rule + "--:|\n";
  for (const SessionRow& r : sessions.rows) {
    std::vector<std::string> cells{
        std::string(symbol(r.trend)),
        markdown_cell(r.suite.empty() ? r.benchmark : r.suite.text() + "/" + r.benchmark),
        markdown_cell(r.metric.text())};
    for (const auto& score : r.scores) cells.push_back(score ? render(*score, r.unit) : "");
    cells.push_back(r.change.text());
    text += markdown_row(cells);
  }
  for (const std::string& note : sessions.notes) text += "\n" + markdown_cell(note, 800) + "\n";
  return text;
}

}  // namespace

Format md() {
  return {.name = "md",
          .summary = "GitHub-flavoured Markdown",
          .judgement = judgement_md,
          .sessions = sessions_md};
}

}  // namespace perfgate::report
