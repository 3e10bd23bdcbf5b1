#include "model/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/reports_json.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

bool is_judged(const ComparisonReport& comparison) {
  return std::ranges::any_of(comparison.comparisons,
                             [](const ComparedBenchmark& row) { return row.verdict.has_value(); });
}

doc::Table table_of(const ComparisonReport& comparison) {
  const bool judged = is_judged(comparison);
  doc::Table table{.name = "comparisons", .caption = "Worst first."};
  table.columns = {
      {.title = "trend"},        name_column("benchmark"), {.title = "metric"},
      number_column("a"),        number_column("b"),       number_column("change", "%"),
      number_column("p", "1"),   machine_column("suite"),  machine_column("id"),
      machine_column("section"), machine_column("index"),  machine_column("unit")};
  if (judged) {
    table.columns[6] = number_column("interval");
    table.columns.insert(table.columns.begin() + 7, {.title = "verdict"});
  }
  const Grouped grouped = by_section(comparison.comparisons.size(), comparison.sections,
                                     [&](std::size_t i) -> const std::string& {
                                       return comparison.comparisons[i].subject.section;
                                     });
  table.groups = grouped.groups;
  for (const std::size_t i : grouped.order) {
    const ComparedBenchmark& row = comparison.comparisons[i];
    const ReportedSubject& subject = row.subject;
    doc::Cell change = percent_cell(row.change_percent / 100);
    change.tone = row.verdict ? tone_of(*row.verdict) : tone_of(row.trend);
    std::vector<doc::Cell> cells{text_cell(std::string(symbol(row.trend))),
                                 text_cell(full_name(subject)),
                                 text_cell(subject.metric),
                                 value_cell(row.score_a, subject.unit),
                                 value_cell(row.score_b, subject.unit),
                                 std::move(change)};
    if (judged) {
      cells.push_back(text_cell(row.low && row.high
                                    ? fmt::format("{} .. {}", percent(*row.low), percent(*row.high))
                                    : ""));
      cells.push_back({.text = row.verdict ? std::string(word(*row.verdict)) : "",
                       .tone = row.verdict ? tone_of(*row.verdict) : doc::Tone::neutral});
    } else {
      cells.push_back(row.p ? doc::Cell{.text = fmt::format("{:.3f}", *row.p), .number = row.p}
                            : doc::Cell{});
    }
    for (const std::string& text : {subject.suite, subject.benchmark_id, subject.section,
                                    subject.index, std::string(to_text(subject.unit))})
      cells.push_back(text_cell(text));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string summary(const ComparisonReport& comparison) {
  const double mean = comparison.geometric_mean.value_or(1);
  return fmt::format(
      "Geometric mean of {} benchmarks: {} ({} better, {} unchanged, {} worse).",
      comparison.comparisons.size(),
      mean == 1 ? "unchanged"
                : fmt::format("{} {}", percent(mean - 1), mean > 1 ? "worse" : "better"),
      comparison.improvement_count, comparison.unchanged_count, comparison.regression_count);
}

std::vector<Outcome> outcomes_of(const ComparisonReport& comparison) {
  std::vector<Outcome> outcomes;
  for (const ComparedBenchmark& row : comparison.comparisons) {
    Outcome outcome{.suite = row.subject.suite,
                    .name = row.subject.name,
                    .metric = row.subject.metric,
                    .check = "regression",
                    .rule = std::string(to_text(row.trend)),
                    .verdict = row.verdict,
                    .message = row.why.empty() ? fmt::format("{} against {}: {}",
                                                             render(row.score_b, row.subject.unit),
                                                             render(row.score_a, row.subject.unit),
                                                             percent(row.change_percent / 100))
                                               : row.why};
    outcome.figures = {{"base", row.score_a, row.subject.unit},
                       {"head", row.score_b, row.subject.unit},
                       {"worse", row.change_percent / 100, BaseUnit::one}};
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace

Report tell(std::shared_ptr<const ComparisonReport> comparison) {
  doc::Document document = report::document(
      "Comparison", comparison->title_a + " → " + comparison->title_b, comparison->timestamp);
  if (comparison->status != SessionStatus::success) {
    document.verdict = to_text(comparison->status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(comparison->error, doc::Tone::caution));
  } else {
    document.blocks.emplace_back(paragraph(summary(*comparison)));
    document.blocks.emplace_back(
        doc::Facts{.rows = {{"a", {{.text = comparison->title_a, .code = true}}},
                            {"b", {{.text = comparison->title_b, .code = true}}}}});
    document.blocks.emplace_back(table_of(*comparison));
    if (!comparison->experiment.empty())
      document.blocks.emplace_back(paragraph(comparison->experiment));
    std::vector<std::string> reasons;
    for (const ComparedBenchmark& row : comparison->comparisons)
      if (row.verdict && *row.verdict != Verdict::pass && *row.verdict != Verdict::improved)
        reasons.push_back(fmt::format("{} {}", word(*row.verdict), row.why));
    reasons.insert(reasons.end(), comparison->reasons.begin(), comparison->reasons.end());
    add_bullets(document, "Why", reasons);
    add_bullets(document, "Notes", comparison->notes);
  }
  std::optional<Verdict> verdict;  // verdicts are in the order of how bad they are
  for (const ComparedBenchmark& row : comparison->comparisons)
    if (row.verdict) verdict = std::max(verdict.value_or(*row.verdict), *row.verdict);
  return {.kind = ReportKind::comparison,
          .document = std::move(document),
          .verdict = verdict,
          .outcomes = outcomes_of(*comparison),
          .write_json = [comparison](const Sink& sink) { write_report(*comparison, sink); },
          .sources = {.comparison = std::move(comparison)}};
}

}  // namespace perfgate::report
