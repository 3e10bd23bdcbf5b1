#include "model/evolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/reports_json.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t most_points = 32;  ///< of a sparkline
constexpr std::size_t most_columns = 6;  ///< sessions that have a column each

/// The scores, absent ones as gaps.
std::vector<double> with_gaps(const std::vector<std::optional<double>>& scores) {
  std::vector<double> values;
  values.reserve(scores.size());
  for (const auto& score : scores)
    values.push_back(score.value_or(std::numeric_limits<double>::quiet_NaN()));
  return values;
}

std::optional<double> first_of(const Evolution& row) {
  const auto found = std::ranges::find_if(row.scores, [](const auto& s) { return s.has_value(); });
  return found == row.scores.end() ? std::nullopt : *found;
}
std::optional<double> last_of(const Evolution& row) {
  for (auto score = row.scores.rbegin(); score != row.scores.rend(); ++score)
    if (*score) return *score;
  return std::nullopt;
}

doc::Table table_of(const EvolutionReport& evolution) {
  const bool wide = evolution.titles.size() <= most_columns;
  doc::Table table{.name = "evolutions", .caption = "Worst first, from the first run to the last."};
  table.columns = {{.title = "trend"}, name_column("benchmark"), {.title = "metric"}};
  if (wide) {
    for (const std::string& title : evolution.titles) {
      table.columns.push_back(number_column(title));
      table.columns.back().shrink = 1;
    }
  } else {
    table.columns.push_back(number_column("first"));
    table.columns.push_back(number_column("last"));
  }
  for (doc::Column& column : std::vector<doc::Column>{number_column("change", "%"),
                                                      {.title = "history"},
                                                      number_column("runs"),
                                                      machine_column("suite"),
                                                      machine_column("id"),
                                                      machine_column("section"),
                                                      machine_column("index"),
                                                      machine_column("unit")})
    table.columns.push_back(std::move(column));
  const Grouped grouped = by_section(
      evolution.evolutions.size(), evolution.sections,
      [&](std::size_t i) -> const std::string& { return evolution.evolutions[i].subject.section; });
  table.groups = grouped.groups;
  for (const std::size_t i : grouped.order) {
    const Evolution& row = evolution.evolutions[i];
    const ReportedSubject& subject = row.subject;
    std::vector<doc::Cell> cells{text_cell(std::string(symbol(row.trend))),
                                 text_cell(full_name(subject)), text_cell(subject.metric)};
    if (wide) {
      for (const auto& score : row.scores) cells.push_back(value_cell(score, subject.unit));
    } else {
      cells.push_back(value_cell(first_of(row), subject.unit));
      cells.push_back(value_cell(last_of(row), subject.unit));
    }
    cells.push_back(percent_cell(row.change_percent / 100));
    cells.back().tone = tone_of(row.trend);
    const std::vector<double> values = with_gaps(row.scores);
    cells.push_back({.sparkline = picked(values, thinned(values, most_points))});
    cells.push_back(count_cell(
        std::ranges::count_if(row.scores, [](const auto& score) { return score.has_value(); })));
    for (const std::string& text : {subject.suite, subject.benchmark_id, subject.section,
                                    subject.index, std::string(to_text(subject.unit))})
      cells.push_back(text_cell(text));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// What no session could be compared for.
bool tell_failure(doc::Document& document, SessionStatus status, const std::string& error) {
  if (status == SessionStatus::success) return false;
  document.verdict = to_text(status);
  document.tone = doc::Tone::caution;
  document.blocks.emplace_back(paragraph(error, doc::Tone::caution));
  return true;
}

std::string span_text(const std::string& first, const std::string& last, int count) {
  return fmt::format("{} runs, {} → {}", count, first, last);
}

}  // namespace

Report tell(std::shared_ptr<const EvolutionReport> evolution) {
  const auto& titles = evolution->titles;
  doc::Document document = report::document(
      "Evolution",
      titles.empty() ? "" : span_text(titles.front(), titles.back(), evolution->session_count),
      evolution->timestamp);
  if (!tell_failure(document, evolution->status, evolution->error)) {
    const auto worse = std::ranges::count_if(
        evolution->evolutions, [](const Evolution& row) { return row.change_percent > 0; });
    document.blocks.emplace_back(
        paragraph(fmt::format("{} of {} benchmarks are slower than they were, over {} runs.", worse,
                              evolution->evolutions.size(), evolution->session_count)));
    document.blocks.emplace_back(table_of(*evolution));
    add_bullets(document, "Notes", evolution->notes);
  }
  std::vector<Outcome> outcomes;
  for (const Evolution& row : evolution->evolutions) {
    Outcome outcome{.suite = row.subject.suite,
                    .name = row.subject.name,
                    .metric = row.subject.metric,
                    .rule = std::string(to_text(row.trend))};
    if (const auto last = last_of(row))
      outcome.figures.push_back({"value", *last, row.subject.unit});
    outcome.figures.push_back({"worse", row.change_percent / 100, BaseUnit::one});
    outcomes.push_back(std::move(outcome));
  }
  return {.kind = ReportKind::evolution,
          .document = std::move(document),
          .outcomes = std::move(outcomes),
          .write_json = [evolution](const Sink& sink) { write_report(*evolution, sink); },
          .sources = {.evolution = std::move(evolution)}};
}

Report tell(std::shared_ptr<const StatisticsReport> statistics) {
  const StatisticsReport& s = *statistics;
  doc::Document document = report::document(
      "Statistics",
      s.session_count == 0 ? "" : span_text(s.first_title, s.last_title, s.session_count),
      s.timestamp);
  if (!tell_failure(document, s.status, s.error)) {
    doc::Table table{.name = "statistics",
                     .caption = "From the first run to the last that hold a benchmark.",
                     .columns = {{.title = "what"},
                                 number_column("value"),
                                 {.title = "benchmark", .code = true, .shrink = 2}}};
    const auto add = [&](std::string what, doc::Cell cell, std::string whose = {}) {
      table.rows.push_back(
          {text_cell(std::move(what)), std::move(cell), text_cell(std::move(whose))});
    };
    const auto size = [](const std::optional<double>& per_cent) {
      return per_cent ? doc::Cell{.text = fmt::format("{:.2f} %", *per_cent), .number = per_cent}
                      : doc::Cell{};
    };
    add("runs", count_cell(s.session_count));
    add("benchmarks", count_cell(s.benchmark_count));
    add("better", count_cell(s.improvement_count));
    add("unchanged", count_cell(s.unchanged_count));
    add("worse", count_cell(s.regression_count));
    add("mean improvement", size(s.avg_improvement));
    add("mean regression", size(s.avg_regression));
    add("best improvement", size(s.best_improvement), s.best_benchmark);
    add("worst regression", size(s.worst_regression), s.worst_benchmark);
    if (s.geometric_mean) {
      add("geometric mean of last / first",
          {.text = fmt::format("{:.4f}", *s.geometric_mean), .number = s.geometric_mean});
    }
    document.blocks.emplace_back(std::move(table));
    document.blocks.emplace_back(
        paragraph("Changes are for the worse where time grows or throughput falls; a geometric "
                  "mean above 1 is worse."));
  }
  std::vector<Outcome> outcomes;
  if (s.status == SessionStatus::success) {
    Outcome all{};
    const auto add = [&](std::string_view name, double value) {
      all.figures.push_back({name, value, BaseUnit::one});
    };
    add("benchmarks", s.benchmark_count);
    add("improvements", s.improvement_count);
    add("regressions", s.regression_count);
    if (s.geometric_mean) add("geometric_mean", *s.geometric_mean);
    if (s.worst_regression) add("worst_regression", *s.worst_regression / 100);
    if (s.best_improvement) add("best_improvement", *s.best_improvement / 100);
    outcomes.push_back(std::move(all));
  }
  return {.kind = ReportKind::statistics,
          .document = std::move(document),
          .outcomes = std::move(outcomes),
          .write_json = [statistics](const Sink& sink) { write_report(*statistics, sink); },
          .sources = {.statistics = std::move(statistics)}};
}

}  // namespace perfgate::report
