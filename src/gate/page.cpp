#include "gate/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gate/page_parts.hpp"
#include "report/phrases.hpp"

namespace perfgate::gate {
namespace {

using report::Page;
using report::PageEntry;
using report::ReportKind;

/// What other parts than rows say, as the document says it: figures beside each other, and tables.
void add_document(PageBuilder& builder, const doc::Document& document) {
  const auto text_of = [](const doc::Spans& spans) {
    std::string text;
    for (const doc::Span& span : spans) text += span.text;
    return text;
  };
  for (const doc::Block& block : document.blocks) {
    if (const auto* facts = std::get_if<doc::Facts>(&block)) {
      for (const auto& [label, value] : facts->rows)
        builder.page.facts.push_back({.label = label, .value = text_of(value), .note = ""});
    } else if (const auto* table = std::get_if<doc::Table>(&block)) {
      report::PageTable shown{.title = table->caption, .caption = table->left_out};
      for (const doc::Column& column : table->columns)
        shown.columns.push_back({.title = column.title, .number = column.number});
      for (const auto& row : table->rows) {
        auto& cells = shown.rows.emplace_back();
        for (const doc::Cell& cell : row) cells.push_back(cell.text);
      }
      builder.page.tables.push_back(std::move(shown));
    }
  }
}

void add_matrix(PageBuilder& builder, const MatrixReport& matrix) {
  std::string note = fmt::format("{} of {} runs", to_text(matrix.aggregate), matrix.session_count);
  if (note[0] >= 'a' && note[0] <= 'z') note[0] = static_cast<char>(note[0] - 'a' + 'A');
  if (!matrix.aggregated.empty())
    note += fmt::format(", aggregated over {}", fmt::join(matrix.aggregated, ", "));
  if (!matrix.filter.empty()) note += fmt::format("; only {}", fmt::join(matrix.filter, ", "));
  builder.page.matrices.push_back({.title = "",
                                   .value = matrix.value,
                                   .rows_by = matrix.rows_by,
                                   .columns_by = matrix.columns_by,
                                   .rows = matrix.rows,
                                   .columns = matrix.columns,
                                   .cells = matrix.cells,
                                   .base_unit = matrix.unit,
                                   .better = matrix.better,
                                   .note = note + "."});
}

Metric metric_of(const ReportedSubject& subject) {
  return {.name = Symbol(subject.metric), .unit = subject.unit, .better = subject.better};
}

void add_comparison(PageBuilder& builder, const ComparisonReport& comparison) {
  builder.page.titles = {comparison.title_a, comparison.title_b};
  for (const ComparedBenchmark& row : comparison.comparisons) {
    PageEntry& entry =
        builder.benchmark(row.subject.suite, row.subject.name, metric_of(row.subject));
    if (!entry.base) entry.base = {.summary = {.count = 1, .median = row.score_a}};
    if (!entry.head) entry.head = {.summary = {.count = 1, .median = row.score_b}};
    entry.trend = row.trend;
    if (row.verdict)
      entry.finding = {.suite = Symbol(row.subject.suite),
                       .benchmark = row.subject.name,
                       .metric = Symbol(row.subject.metric),
                       .verdict = *row.verdict,
                       .why = row.why};
    Comparison compared{
        .change = row.estimate.value_or(row.score_a > 0 ? row.score_b / row.score_a - 1 : 0),
        .p = row.p};
    if (row.low && row.high) {
      compared.low = *row.low;
      compared.high = *row.high;
      constexpr double sessions_confidence = 0.95;
      compared.confidence = sessions_confidence;
    }
    entry.comparison = std::move(compared);
  }
}

void add_evolution(PageBuilder& builder, const EvolutionReport& evolution) {
  builder.page.runs.subject = evolution.titles;
  for (const Evolution& row : evolution.evolutions) {
    PageEntry& entry =
        builder.benchmark(row.subject.suite, row.subject.name, metric_of(row.subject));
    entry.trend = row.trend;
    report::PageHistory history;
    std::optional<double> first, last;
    for (const std::optional<double> score : row.scores) {
      history.values.push_back(static_cast<float>(score.value_or(std::nan(""))));
      if (!score) continue;
      if (!first) first = score;
      last = score;
    }
    entry.history = std::move(history);
    if (!first) continue;
    entry.base = {.summary = {.count = 1, .median = *first}};
    entry.head = {.summary = {.count = 1, .median = *last}};
    if (*first > 0) entry.comparison = Comparison{.change = *last / *first - 1};
  }
}

void add_results(PageBuilder& builder, const ResultsReport& results) {
  for (const BenchmarkResult& result : results.results) {
    PageEntry& entry =
        builder.benchmark(result.subject.suite, result.subject.name, metric_of(result.subject));
    entry.head =
        report::PageSummary{.summary = {.count = result.samples.size(),
                                        .launches = static_cast<std::size_t>(result.launches),
                                        .median = result.raw_score,
                                        .low = result.low,
                                        .high = result.high,
                                        .confidence = result.confidence,
                                        .mean = result.mean,
                                        .deviation = result.deviation,
                                        .minimum = result.minimum,
                                        .maximum = result.maximum},
                            .p50 = result.p50,
                            .p95 = result.p95,
                            .p99 = result.p99,
                            .outliers = result.outliers.size()};
    entry.head_samples.assign(result.samples.begin(), result.samples.end());
  }
  builder.page.head = report::PageSide{
      .run_id = results.run_id, .commit = results.commit, .time = results.timestamp};
  builder.page.notes = results.notes;
}

void add_levels(PageBuilder& builder, const SloReport& slo) {
  for (const ServiceLevel& level : slo.levels)
    builder.page.limits.push_back({.of = level.headline.empty() && !level.subject.suite.empty()
                                             ? level.subject.suite + "/" + level.subject.name
                                             : level.subject.name,
                                   .check = {.kind = level.kind,
                                             .limit = level.limit,
                                             .value = level.value,
                                             .shortfall = level.shortfall,
                                             .margin = level.margin,
                                             .written = level.written,
                                             .origin = level.origin,
                                             .since = level.since},
                                   .verdict = level.verdict,
                                   .reason = level.reason,
                                   .unit = level.unit_shown,
                                   .base_unit = level.subject.unit});
}

}  // namespace

Page page_of(const report::Report& report) {
  const report::Sources& from = report.sources;
  PageBuilder builder(from.legend);
  Page& page = builder.page;
  page.kind = to_text(report.kind);
  page.title = report.document.title;
  if (from.trend && !from.judgement && !from.trend->branch.empty())
    page.title += " of " + from.trend->branch;
  page.tool = report.document.tool;
  page.made = report.document.made;
  page.commit_url = from.commit_url;
  if (from.judgement) add_judgement(builder, from);
  if (from.comparison) {
    if (from.head && from.base) add_sides(builder, *from.head, *from.base);
    add_comparison(builder, *from.comparison);
  }
  if (from.evolution) add_evolution(builder, *from.evolution);
  if (from.results && !from.judgement) add_results(builder, *from.results);
  if (from.matrix) add_matrix(builder, *from.matrix);
  if (from.trend) add_trend(builder, *from.trend, !from.judgement);
  if (from.slo && !from.judgement) add_levels(builder, *from.slo);
  if (report.kind == ReportKind::statistics ||
      (page.entries.empty() && page.limits.empty() && page.matrices.empty() && !page.verdict))
    add_document(builder, report.document);
  return std::move(builder.page);
}

}  // namespace perfgate::gate
