// What `compare` says of runs side by side, as a document: for the formats that print no more.

#include <fmt/format.h>

#include "report/json.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

doc::Table table_of(const Sessions& sessions) {
  doc::Table table{.name = "comparisons", .caption = "Worst first."};
  table.columns = {{.title = "trend"}, name_column("benchmark"), {.title = "metric"}};
  for (const std::string& title : sessions.titles) {
    table.columns.push_back(number_column(title));
    table.columns.back().shrink = 1;
  }
  for (doc::Column& column : std::vector<doc::Column>{number_column("change", "%"),
                                                      number_column("interval"),
                                                      {.title = "verdict"},
                                                      number_column("p"),
                                                      machine_column("unit")})
    table.columns.push_back(std::move(column));
  for (const SessionRow& row : sessions.rows) {
    std::vector<doc::Cell> cells{
        text_cell(std::string(symbol(row.trend))),
        text_cell(row.suite.empty() ? row.benchmark : row.suite.text() + "/" + row.benchmark),
        text_cell(row.metric.text())};
    for (const auto& score : row.scores) cells.push_back(value_cell(score, row.unit));
    const bool compared = row.finding && row.finding->comparison;
    cells.push_back(percent_cell(row.change.value() / 100));
    cells.push_back(text_cell(compared ? interval_text(*row.finding->comparison) : ""));
    cells.push_back(row.finding ? doc::Cell{.text = std::string(word(row.finding->verdict)),
                                            .tone = tone_of(row.finding->verdict)}
                                : doc::Cell{});
    cells.push_back(row.p ? doc::Cell{.text = fmt::format("{:.3f}", *row.p), .number = row.p}
                          : doc::Cell{});
    cells.push_back(text_cell(std::string(to_text(row.unit))));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

Report tell(std::shared_ptr<const Sessions> sessions) {
  const Sessions& s = *sessions;
  doc::Document document =
      report::document("Comparison", fmt::format("{} runs", s.titles.size()), s.timestamp);
  std::optional<Verdict> verdict;
  std::vector<Outcome> outcomes;
  if (s.status != SessionStatus::success) {
    document.verdict = to_text(s.status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(s.error, doc::Tone::caution));
  } else {
    document.blocks.emplace_back(paragraph(geometric_mean_text(s)));
    document.blocks.emplace_back(table_of(s));
    add_bullets(document, "Why", session_reasons(s));
    if (!s.experiment.empty()) document.blocks.emplace_back(paragraph(s.experiment));
  }
  add_bullets(document, "Notes", s.notes);
  for (const SessionRow& row : s.rows) {
    Outcome outcome{.suite = row.suite.text(),
                    .name = row.benchmark,
                    .metric = row.metric.text(),
                    .check = "regression",
                    .rule = std::string(to_text(row.trend)),
                    .message = row.change.text()};
    if (row.finding) {
      outcome.verdict = row.finding->verdict;
      outcome.message = row.finding->why;
      verdict = std::max(verdict.value_or(*outcome.verdict), *outcome.verdict);
    }
    if (row.scores.back()) outcome.figures = {{"value", *row.scores.back(), row.unit}};
    outcome.figures.push_back({"worse", row.change.value() / 100, BaseUnit::one});
    outcomes.push_back(std::move(outcome));
  }
  return {.kind = s.titles.size() == 2 ? ReportKind::comparison : ReportKind::evolution,
          .document = std::move(document),
          .verdict = verdict,
          .outcomes = std::move(outcomes),
          .write_json = [sessions](const Sink& sink) { write_sessions(*sessions, sink); },
          .sources = {.sessions = std::move(sessions)}};
}

}  // namespace perfgate::report
