#include "model/results.hpp"

#include <fmt/format.h>

#include "model/reports_json.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t most_samples = 24;  ///< of a sparkline

doc::Table headlines_of(const ResultsReport& results) {
  doc::Table table{.name = "headlines",
                   .caption = "Headlines",
                   .columns = {{.title = "headline"},
                               number_column("value"),
                               machine_column("name"),
                               machine_column("unit")}};
  for (const Headline& headline : results.headlines) {
    const Unit* unit = find_unit(headline.unit);
    doc::Cell value = text_cell("not measured");
    if (headline.value && unit)
      value = {.text = render(*headline.value, *unit, headline.decimals_shown),
               .number = headline.value};
    table.rows.push_back({text_cell(headline.label.empty() ? headline.name : headline.label.text()),
                          std::move(value), text_cell(headline.name),
                          text_cell(unit ? std::string(to_text(unit->base)) : "")});
  }
  return table;
}

std::string outliers_text(const BenchmarkResult& row) {
  if (row.outliers.empty()) return "";
  std::string text;
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, row.outliers.size()); ++i)
    text += fmt::format("{}#{}", i == 0 ? "" : " ", row.outliers[i] + 1);
  if (row.outliers.size() > most) text += fmt::format(" +{}", row.outliers.size() - most);
  return text;
}

doc::Table table_of(const ResultsReport& results) {
  doc::Table table{
      .name = "results",
      .caption = "Scores are medians of independent values; every sample counts, outliers too."};
  table.columns = {name_column("benchmark"),
                   {.title = "metric"},
                   number_column("score"),
                   number_column("±", "%"),
                   number_column("deviation"),
                   number_column("p50"),
                   number_column("p95"),
                   number_column("p99"),
                   number_column("n"),
                   {.title = "samples"},
                   {.title = "outliers"},
                   machine_column("suite"),
                   machine_column("id"),
                   machine_column("section"),
                   machine_column("index"),
                   machine_column("unit"),
                   machine_column("raw_score", true),
                   machine_column("low", true),
                   machine_column("high", true),
                   machine_column("mean", true),
                   machine_column("minimum", true),
                   machine_column("maximum", true),
                   machine_column("launches", true)};
  const Grouped grouped = by_section(
      results.results.size(), results.sections,
      [&](std::size_t i) -> const std::string& { return results.results[i].subject.section; });
  table.groups = grouped.groups;
  for (const std::size_t i : grouped.order) {
    const BenchmarkResult& row = results.results[i];
    const ReportedSubject& subject = row.subject;
    const double half = (row.high - row.low) / 2;
    const auto plain = [](double number) { return doc::Cell{.number = number}; };
    std::vector<doc::Cell> cells{
        text_cell(full_name(subject)),
        text_cell(subject.metric),
        {.text = render(row.final_score, subject.unit), .number = row.final_score},
        row.samples.size() > 1 && row.raw_score > 0
            ? doc::Cell{.text = fmt::format("{:.2f} %", 100 * half / row.raw_score),
                        .number = 100 * half / row.raw_score}
            : doc::Cell{},
        value_cell(row.deviation, subject.unit),
        value_cell(row.p50, subject.unit),
        value_cell(row.p95, subject.unit),
        value_cell(row.p99, subject.unit),
        count_cell(static_cast<std::int64_t>(row.samples.size())),
        {.sparkline = picked(row.samples, thinned(row.samples, most_samples))},
        {.text = outliers_text(row),
         .tone = row.outliers.empty() ? doc::Tone::neutral : doc::Tone::caution},
        text_cell(subject.suite),
        text_cell(subject.benchmark_id),
        text_cell(subject.section),
        text_cell(subject.index),
        text_cell(std::string(to_text(subject.unit))),
        plain(row.raw_score),
        plain(row.low),
        plain(row.high),
        plain(row.mean),
        plain(row.minimum),
        plain(row.maximum),
        plain(row.launches)};
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string benchmark_of(const Note& note) {
  if (note.benchmark.empty()) return note.suite.text();
  return note.suite.empty() ? note.benchmark : note.suite.text() + "/" + note.benchmark;
}

}  // namespace

Report tell(std::shared_ptr<const ResultsReport> results) {
  const ResultsReport& r = *results;
  doc::Document document = report::document("Results", commit_text(r.commit), r.timestamp);
  doc::Facts facts;
  facts.rows.push_back({"run", {{.text = fmt::format("{}, attempt {}", r.run_id, r.attempt)}}});
  if (r.timestamp) facts.rows.push_back({"started", {{.text = to_text(*r.timestamp)}}});
  document.blocks.emplace_back(std::move(facts));
  if (r.status != SessionStatus::success) {
    document.verdict = to_text(r.status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(r.error, doc::Tone::caution));
  }
  if (!r.headlines.empty()) document.blocks.emplace_back(headlines_of(r));
  if (!r.results.empty()) document.blocks.emplace_back(table_of(r));
  std::vector<std::string> notes;
  for (const Note& note : r.notes)
    notes.push_back((benchmark_of(note).empty() ? "" : benchmark_of(note) + ": ") + note.text);
  add_bullets(document, "Notes", notes);

  std::vector<Outcome> outcomes;
  for (const Headline& headline : r.headlines)
    if (const Unit* unit = find_unit(headline.unit); unit && headline.value)
      outcomes.push_back(
          {.name = headline.name, .figures = {{"value", *headline.value, unit->base}}});
  for (const BenchmarkResult& row : r.results)
    outcomes.push_back(
        {.suite = row.subject.suite,
         .name = row.subject.name,
         .metric = row.subject.metric,
         .figures = {{"value", row.raw_score, row.subject.unit},
                     {"deviation", row.deviation, row.subject.unit},
                     {"p95", row.p95, row.subject.unit},
                     {"p99", row.p99, row.subject.unit},
                     {"samples", static_cast<double>(row.samples.size()), BaseUnit::one}}});
  return {.kind = ReportKind::results,
          .document = std::move(document),
          .outcomes = std::move(outcomes),
          .write_json = [results](const Sink& sink) { write_report(*results, sink); },
          .sources = {.results = std::move(results)}};
}

}  // namespace perfgate::report
