#include "model/trend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "model/reports_fields.hpp"
#include "model/reports_json.hpp"
#include "report/phrases.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t spark_points = 32;   ///< of a sparkline
constexpr std::size_t chart_points = 240;  ///< of a chart: more no page or terminal shows
constexpr std::size_t forecast_points = 40;

const TrendMark* last_change(const TrendSeries& series) {
  for (auto mark = series.marks.rbegin(); mark != series.marks.rend(); ++mark)
    if (mark->kind == TrendMarkKind::change_point) return &*mark;
  return nullptr;
}

double level_of(const TrendSeries& series) {
  return series.levels.empty() ? series.values.back() : series.levels.back().value;
}

/// Positive where it is for the worse.
double worse(double change, Better better) { return better == Better::higher ? -change : change; }

/// The limit that is reached first, or nullptr.
const Crossing* nearest_crossing(const TrendSeries& series) {
  if (!series.forecast || series.forecast->crossings.empty()) return nullptr;
  const auto& crossings = series.forecast->crossings;
  const auto nearest = std::ranges::min_element(crossings, {}, [](const Crossing& crossing) {
    return crossing.violated ? -1 : crossing.runs.value_or(std::numeric_limits<int>::max());
  });
  return &*nearest;
}

std::string forecast_text(const TrendSeries& series) {
  const Crossing* crossing = nearest_crossing(series);
  return crossing ? crossing->text : "";
}

/// The same for a narrow column.
std::string forecast_words(const TrendSeries& series) {
  const Crossing* crossing = nearest_crossing(series);
  if (!crossing) return "";
  const std::string_view kind = to_text(crossing->kind);
  if (crossing->violated) return fmt::format("{} not met", kind);
  if (crossing->runs) return fmt::format("{} in {} runs", kind, *crossing->runs);
  return fmt::format("{} not in {} runs", kind, series.forecast->values.size());
}

std::string slope_text(const TrendSeries& series) {
  if (!series.forecast) return "";
  const Forecast& forecast = *series.forecast;
  if (forecast.slope_low <= 0 && forecast.slope_high >= 0) return "level";
  const double level = level_of(series);
  if (!(level > 0)) return render(100 * forecast.slope, series.subject.unit);
  return fmt::format("{:+.2f} %", 10'000 * forecast.slope / level);
}

doc::Table table_of(const TrendReport& trend, const Grouped& grouped) {
  doc::Table table{
      .name = "series",
      .caption = "The level since the last change, how it changed last, and where it is heading.",
      .columns = {name_column("benchmark"),
                  {.title = "metric"},
                  number_column("level"),
                  {.title = "history"},
                  number_column("changes"),
                  number_column("last change", "%"),
                  number_column("per 100 runs"),
                  {.title = "forecast"},
                  machine_column("suite"),
                  machine_column("id"),
                  machine_column("section"),
                  machine_column("index"),
                  machine_column("unit"),
                  machine_column("points", true),
                  machine_column("noise", true),
                  machine_column("slope", true)},
      .groups = grouped.groups};
  for (const std::size_t i : grouped.order) {
    const TrendSeries& series = trend.series[i];
    const ReportedSubject& subject = series.subject;
    const TrendMark* last = last_change(series);
    doc::Cell change{};
    if (last && last->change) {
      change = percent_cell(*last->change);
      if (subject.better != Better::unknown)
        change.tone =
            worse(*last->change, subject.better) > 0 ? doc::Tone::caution : doc::Tone::good;
    }
    table.rows.push_back(
        {text_cell(full_name(subject)),
         text_cell(subject.metric),
         value_cell(level_of(series), subject.unit),
         {.sparkline = picked(series.values, thinned(series.values, spark_points))},
         count_cell(
             std::ranges::count(series.marks, TrendMarkKind::change_point, &TrendMark::kind)),
         std::move(change),
         text_cell(slope_text(series)),
         text_cell(forecast_words(series)),
         text_cell(subject.suite),
         text_cell(subject.benchmark_id),
         text_cell(subject.section),
         text_cell(subject.index),
         text_cell(std::string(to_text(subject.unit))),
         {.number = static_cast<double>(series.values.size())},
         {.number = series.noise},
         {.number = series.forecast ? std::optional(series.forecast->slope) : std::nullopt}});
  }
  return table;
}

std::string place(const TrendReport& trend, int run) {
  constexpr std::size_t digits = 10;
  const TrendRun& at = trend.runs[static_cast<std::size_t>(run)];
  return at.commit.empty() ? at.run_id : at.commit.substr(0, digits);
}

doc::Table marks_of(const TrendReport& trend) {
  doc::Table table{.name = "marks",
                   .caption = "What happened, in the order of time.",
                   .columns = {{.title = "when"},
                               {.title = "commit", .code = true},
                               {.title = "subject", .shrink = 2},
                               {.title = "what"},
                               {.title = "benchmark", .code = true, .shrink = 2},
                               {.title = "metric"},
                               number_column("change", "%"),
                               {.title = "text", .shrink = 1}}};
  struct Marked {
    const TrendMark* mark;
    const TrendSeries* series;
  };
  std::vector<Marked> all;
  for (const TrendMark& mark : trend.marks) all.push_back({&mark, nullptr});
  for (const TrendSeries& series : trend.series)
    for (const TrendMark& mark : series.marks) all.push_back({&mark, &series});
  std::ranges::stable_sort(all, {}, [](const Marked& marked) { return marked.mark->run; });
  for (const auto& [mark, series] : all) {
    std::string what(to_text(mark->kind));
    std::ranges::replace(what, '_', ' ');
    table.rows.push_back(
        {text_cell(date_text(trend.runs[static_cast<std::size_t>(mark->run)].time)),
         text_cell(place(trend, mark->run)),
         text_cell(trend.runs[static_cast<std::size_t>(mark->run)].subject),
         text_cell(std::move(what)), text_cell(series ? full_name(series->subject) : ""),
         text_cell(series ? series->subject.metric : ""),
         mark->change ? percent_cell(*mark->change) : doc::Cell{}, text_cell(mark->text)});
  }
  return table;
}

doc::Chart chart_of(const TrendReport& trend, const TrendSeries& series) {
  doc::Chart chart{.title = full_name(series.subject) + " " + series.subject.metric,
                   .unit = std::string(to_text(series.subject.unit))};
  const std::vector<std::size_t> places = thinned(series.values, chart_points);
  doc::Line line{.name = "measured", .y = picked(series.values, places)};
  for (const std::size_t i : places) line.x.push_back(series.positions[i]);
  chart.lines.push_back(std::move(line));
  const auto last = static_cast<double>(series.positions.back());
  if (series.forecast) {
    const Forecast& forecast = *series.forecast;
    doc::Line ahead{.name = "forecast", .tone = doc::Tone::caution};
    const std::size_t step = 1 + forecast.values.size() / forecast_points;  // it is nearly straight
    for (std::size_t i = 0; i < forecast.values.size(); ++i) {
      if (i % step != 0 && i + 1 < forecast.values.size()) continue;
      ahead.x.push_back(last + static_cast<double>(i + 1));
      ahead.y.push_back(forecast.values[i]);
      ahead.low.push_back(forecast.low[i]);
      ahead.high.push_back(forecast.high[i]);
    }
    chart.lines.push_back(std::move(ahead));
    for (const Crossing& crossing : forecast.crossings)
      chart.levels.push_back(
          {.y = crossing.limit,
           .label = fmt::format("{} {}", to_text(crossing.kind), crossing.written),
           .tone = doc::Tone::bad});
  }
  for (const std::vector<TrendMark>* marks : {&trend.marks, &series.marks})
    for (const TrendMark& mark : *marks)
      chart.marks.push_back(
          {.at = static_cast<double>(mark.run),
           .to = mark.to ? std::optional(static_cast<double>(*mark.to)) : std::nullopt,
           .label = mark.label});
  const TrendRun& first = trend.runs[static_cast<std::size_t>(series.positions.front())];
  const TrendRun& newest = trend.runs[static_cast<std::size_t>(series.positions.back())];
  chart.ticks = {{static_cast<double>(series.positions.front()), date_text(first.time)},
                 {last, date_text(newest.time)}};
  chart.alternative = fmt::format(
      "{} values from {} to {}, last level {}.{}{}", series.values.size(), date_text(first.time),
      date_text(newest.time), render(level_of(series), series.subject.unit),
      forecast_text(series).empty() ? "" : " ", forecast_text(series));
  return chart;
}

}  // namespace

Report tell(std::shared_ptr<const TrendReport> trend) {
  const TrendReport& t = *trend;
  doc::Document document = report::document(
      "Trend",
      fmt::format("{}, {} runs at {} commits", t.branch.empty() ? "no branch" : t.branch,
                  t.session_count, t.runs.size()),
      t.timestamp);
  if (t.status != SessionStatus::success) {
    document.verdict = to_text(t.status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(t.error, doc::Tone::caution));
  } else {
    if (!t.host_class.empty())
      document.blocks.emplace_back(paragraph("Measured on " + t.host_class));
    const Grouped grouped = by_section(
        t.series.size(), t.sections,
        [&](std::size_t i) -> const std::string& { return t.series[i].subject.section; });
    document.blocks.emplace_back(table_of(t, grouped));
    document.blocks.emplace_back(paragraph(
        "Forecasts are a robust line (Theil and Sen) through the values since the last change, "
        "with 90 % prediction bounds; they hold only if it goes on like that."));
    if (doc::Table marks = marks_of(t); !marks.rows.empty()) {
      document.blocks.emplace_back(doc::Heading{.text = "Marks"});
      document.blocks.emplace_back(std::move(marks));
    }
    document.blocks.emplace_back(doc::Heading{.text = "Charts"});
    for (const std::size_t i : grouped.order)
      document.blocks.emplace_back(chart_of(t, t.series[i]));
  }
  add_bullets(document, "Notes", t.notes);
  std::vector<Outcome> outcomes;
  for (const TrendSeries& series : t.series) {
    Outcome outcome{.suite = series.subject.suite,
                    .name = series.subject.name,
                    .metric = series.subject.metric,
                    .figures = {{"value", series.values.back(), series.subject.unit},
                                {"level", level_of(series), series.subject.unit}}};
    if (series.forecast)
      outcome.figures.push_back({"slope", series.forecast->slope, series.subject.unit});
    outcomes.push_back(std::move(outcome));
  }
  return {.kind = ReportKind::trend,
          .document = std::move(document),
          .outcomes = std::move(outcomes),
          .write_json = [trend](const Sink& sink) { write_report(*trend, sink); },
          .sources = {.trend = std::move(trend)}};
}

}  // namespace perfgate::report
