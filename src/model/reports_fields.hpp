#pragma once
// The descriptions of the models of reports.

#include "model/comparison.hpp"
#include "model/evolution.hpp"
#include "model/judgement_fields.hpp"
#include "model/matrix.hpp"
#include "model/results.hpp"
#include "model/slo.hpp"
#include "model/trend.hpp"

namespace perfgate {

/// A field that is only written, made from another.
template <class T, class G>
constexpr auto told(std::string_view name, G (*getter)(const T&), std::string_view doc) {
  return Made<T, G, std::remove_cvref_t<G>>{name, getter, nullptr, doc, {}};
}

/// What a row is about, beside what it says.
template <class T>
inline constexpr auto subject_fields = std::tuple(
    told<T, const std::string&>(
        "benchmark_id", [](const T& row) -> const std::string& { return row.subject.benchmark_id; },
        "the machine's name of the benchmark: [A-Za-z0-9_], at most 100 characters"),
    told<T, const std::string&>(
        "suite", [](const T& row) -> const std::string& { return row.subject.suite; },
        "the suite's name; empty: of a headline"),
    told<T, const std::string&>(
        "name", [](const T& row) -> const std::string& { return row.subject.name; },
        "the benchmark's name, as its harness gives it"),
    told<T, const std::string&>(
        "section", [](const T& row) -> const std::string& { return row.subject.section; },
        "of a name SECTION_INDEX__name, else empty"),
    told<T, const std::string&>(
        "index", [](const T& row) -> const std::string& { return row.subject.index; },
        "of a name SECTION_INDEX__name, else empty"),
    told<T, const std::string&>(
        "metric", [](const T& row) -> const std::string& { return row.subject.metric; },
        "the metric's name"),
    told<T, BaseUnit>(
        "unit", [](const T& row) { return row.subject.unit; }, "the base unit of its values"),
    told<T, Better>(
        "better", [](const T& row) { return row.subject.better; }, "which way is better"));

template <>
struct Describe<ReportSection> {
  static constexpr std::string_view name = "ReportSection";
  static constexpr std::string_view doc = "A section that benchmarks are grouped by.";
  static constexpr auto fields =
      std::tuple(field("section", &ReportSection::section, "as in benchmarks' names"),
                 field("title", &ReportSection::title, "as [legend] calls it, else the same"));
};

template <>
struct Describe<ComparedBenchmark> {
  static constexpr std::string_view name = "ComparedBenchmark";
  static constexpr std::string_view doc = "One metric of one benchmark in both sessions.";
  static constexpr auto fields = std::tuple_cat(
      subject_fields<ComparedBenchmark>,
      std::tuple(
          field("score_a", &ComparedBenchmark::score_a, "the median in session a, base unit"),
          field("score_b", &ComparedBenchmark::score_b, "the median in session b, base unit"),
          field("change_percent", &ComparedBenchmark::change_percent,
                "two decimals; positive: for the worse", {.unit = "%"}),
          field("trend", &ComparedBenchmark::trend, "the change as one of five words"),
          field("p", &ComparedBenchmark::p, "rank-sum p-value of no difference"),
          field("verdict", &ComparedBenchmark::verdict, "what the policy says of it"),
          field("why", &ComparedBenchmark::why, "why, as a sentence", {.sparse = true}),
          field("estimate", &ComparedBenchmark::estimate, "of the change, a ratio of values"),
          field("low", &ComparedBenchmark::low, "lower bound of the change"),
          field("high", &ComparedBenchmark::high, "upper bound of the change")));
};

template <>
struct Describe<ComparisonReport> {
  static constexpr std::string_view name = "ComparisonReport";
  static constexpr std::string_view doc = "Two sessions side by side.";
  static constexpr auto fields = std::tuple(
      field("status", &ComparisonReport::status, "whether there was something to compare"),
      field("error", &ComparisonReport::error, "why not, as a sentence; else empty"),
      field("title_a", &ComparisonReport::title_a, "what the first session is called"),
      field("title_b", &ComparisonReport::title_b, "what the second is called"),
      field("timestamp", &ComparisonReport::timestamp, "when the second was started"),
      field("sections", &ComparisonReport::sections, "of the benchmarks' names"),
      field("comparisons", &ComparisonReport::comparisons, "worst first"),
      field("geometric_mean", &ComparisonReport::geometric_mean,
            "of b / a for the worse: above 1 is worse"),
      field("improvement_count", &ComparisonReport::improvement_count, "rows that got better"),
      field("unchanged_count", &ComparisonReport::unchanged_count, "rows at 0.00 %"),
      field("regression_count", &ComparisonReport::regression_count, "rows that got worse"),
      field("experiment", &ComparisonReport::experiment, "how they were measured",
            {.sparse = true}),
      field("reasons", &ComparisonReport::reasons, "what is to be said of whole suites",
            {.sparse = true}),
      field("notes", &ComparisonReport::notes, "doubts: other hosts, what only one holds"));
};

template <>
struct Describe<Evolution> {
  static constexpr std::string_view name = "Evolution";
  static constexpr std::string_view doc = "One metric of one benchmark over the sessions.";
  static constexpr auto fields = std::tuple_cat(
      subject_fields<Evolution>,
      std::tuple(field("scores", &Evolution::scores,
                       "the median in each session, base unit; null: not measured"),
                 field("change_percent", &Evolution::change_percent,
                       "from the first session that holds it to the last; positive: for the worse",
                       {.unit = "%"}),
                 field("trend", &Evolution::trend, "the change as one of five words")));
};

template <>
struct Describe<EvolutionReport> {
  static constexpr std::string_view name = "EvolutionReport";
  static constexpr std::string_view doc = "Many sessions in the order of time.";
  static constexpr auto fields =
      std::tuple(field("status", &EvolutionReport::status, "whether there was something to report"),
                 field("error", &EvolutionReport::error, "why not, as a sentence; else empty"),
                 field("session_count", &EvolutionReport::session_count, "how many"),
                 field("titles", &EvolutionReport::titles, "what each is called, oldest first"),
                 field("timestamp", &EvolutionReport::timestamp, "when the last was started"),
                 field("sections", &EvolutionReport::sections, "of the benchmarks' names"),
                 field("evolutions", &EvolutionReport::evolutions, "worst first"),
                 field("notes", &EvolutionReport::notes, "doubts"));
};

template <>
struct Describe<StatisticsReport> {
  static constexpr std::string_view name = "StatisticsReport";
  static constexpr std::string_view doc = "What became of the benchmarks, first session to last.";
  static constexpr auto fields = std::tuple(
      field("status", &StatisticsReport::status, "whether there was something to report"),
      field("error", &StatisticsReport::error, "why not, as a sentence; else empty"),
      field("session_count", &StatisticsReport::session_count, "how many sessions"),
      field("benchmark_count", &StatisticsReport::benchmark_count,
            "metrics of benchmarks that two sessions hold at least"),
      field("improvement_count", &StatisticsReport::improvement_count, "that got better"),
      field("unchanged_count", &StatisticsReport::unchanged_count, "that stayed at 0.00 %"),
      field("regression_count", &StatisticsReport::regression_count, "that got worse"),
      field("avg_improvement", &StatisticsReport::avg_improvement,
            "mean size over those that got better", {.unit = "%"}),
      field("avg_regression", &StatisticsReport::avg_regression,
            "mean size over those that got worse", {.unit = "%"}),
      field("best_improvement", &StatisticsReport::best_improvement, "the largest", {.unit = "%"}),
      field("worst_regression", &StatisticsReport::worst_regression, "the largest", {.unit = "%"}),
      field("best_benchmark", &StatisticsReport::best_benchmark, "whose it is"),
      field("worst_benchmark", &StatisticsReport::worst_benchmark, "whose it is"),
      field("geometric_mean", &StatisticsReport::geometric_mean,
            "of last / first for the worse: above 1 is worse"),
      field("first_title", &StatisticsReport::first_title, "what the first session is called"),
      field("last_title", &StatisticsReport::last_title, "what the last is called"),
      field("timestamp", &StatisticsReport::timestamp, "when the last was started"));
};

template <>
struct Describe<BenchmarkResult> {
  static constexpr std::string_view name = "BenchmarkResult";
  static constexpr std::string_view doc = "What was measured of one metric of one benchmark.";
  static constexpr auto fields = std::tuple_cat(
      subject_fields<BenchmarkResult>,
      std::tuple(
          field("final_score", &BenchmarkResult::final_score,
                "raw_score, rounded to the digits that its interval bears"),
          field("raw_score", &BenchmarkResult::raw_score,
                "the median of the independent values, not rounded"),
          field("independent", &BenchmarkResult::independent,
                "the values come from process launches of their own"),
          field("launches", &BenchmarkResult::launches, "process launches"),
          field("low", &BenchmarkResult::low, "lower bound of the median"),
          field("high", &BenchmarkResult::high, "upper bound of the median"),
          field("confidence", &BenchmarkResult::confidence, "of the bounds, two-sided"),
          field("mean", &BenchmarkResult::mean, "of all samples"),
          field("deviation", &BenchmarkResult::deviation, "standard deviation, n - 1"),
          field("minimum", &BenchmarkResult::minimum, "the smallest sample"),
          field("maximum", &BenchmarkResult::maximum, "the largest sample"),
          field("p50", &BenchmarkResult::p50, "the median of all samples"),
          field("p95", &BenchmarkResult::p95, "the 95th percentile of all samples"),
          field("p99", &BenchmarkResult::p99, "the 99th percentile of all samples"),
          field("samples", &BenchmarkResult::samples, "all of them, in the order measured"),
          field("outliers", &BenchmarkResult::outliers,
                "indices of samples beyond 3 interquartile ranges of the quartiles; in every "
                "figure they count")));
};

template <>
struct Describe<ResultsReport> {
  static constexpr std::string_view name = "ResultsReport";
  static constexpr std::string_view doc = "What one run measured.";
  static constexpr auto fields =
      std::tuple(field("status", &ResultsReport::status, "whether there was something to report"),
                 field("error", &ResultsReport::error, "why not, as a sentence; else empty"),
                 field("title", &ResultsReport::title, "what the run is called"),
                 field("run_id", &ResultsReport::run_id, "its id"),
                 field("attempt", &ResultsReport::attempt, "its attempt"),
                 field("commit", &ResultsReport::commit, "its commit"),
                 field("timestamp", &ResultsReport::timestamp, "when it was started"),
                 field("headlines", &ResultsReport::headlines, "its headlines"),
                 field("sections", &ResultsReport::sections, "of the benchmarks' names"),
                 field("results", &ResultsReport::results, "by suite, section, name and metric"),
                 field("notes", &ResultsReport::notes, "doubts and troubles of the run"));
};

template <>
struct Describe<MatrixReport> {
  static constexpr std::string_view name = "MatrixReport";
  static constexpr std::string_view doc = "One metric over two dimensions of its measurements.";
  static constexpr auto fields = std::tuple(
      field("status", &MatrixReport::status, "whether there was something to report"),
      field("error", &MatrixReport::error, "why not, as a sentence; else empty"),
      field("rows_by", &MatrixReport::rows_by, "the dimension of the rows"),
      field("columns_by", &MatrixReport::columns_by, "the dimension of the columns"),
      field("value", &MatrixReport::value, "the metric"),
      field("unit", &MatrixReport::unit, "its base unit"),
      field("better", &MatrixReport::better, "which way is better"),
      field("aggregate", &MatrixReport::aggregate, "how several values became one"),
      field("filter", &MatrixReport::filter, "the conditions that all values satisfy"),
      field("rows", &MatrixReport::rows, "what each row is"),
      field("columns", &MatrixReport::columns, "what each column is"),
      field("cells", &MatrixReport::cells, "row by row, base unit; null: not measured"),
      field("counts", &MatrixReport::counts, "of how many values each cell was made"),
      field("aggregated", &MatrixReport::aggregated,
            "dimensions that took several values within a cell"),
      field("session_count", &MatrixReport::session_count, "runs that the values come from"),
      field("timestamp", &MatrixReport::timestamp, "when the newest of them was started"),
      field("notes", &MatrixReport::notes, "doubts"));
};

template <>
struct Describe<TrendRun> {
  static constexpr std::string_view name = "TrendRun";
  static constexpr std::string_view doc = "A place on the axis: a commit, or a run of none.";
  static constexpr auto fields =
      std::tuple(field("run_id", &TrendRun::run_id, "the first run there"),
                 field("commit", &TrendRun::commit, "its commit; empty: not known"),
                 field("time", &TrendRun::time, "when it was first measured"),
                 field("subject", &TrendRun::subject, "the first line of the commit's message",
                       {.sparse = true}));
};

template <>
struct Describe<TrendMark> {
  static constexpr std::string_view name = "TrendMark";
  static constexpr std::string_view doc = "Something that happened at a place of the axis.";
  static constexpr auto fields = std::tuple(
      field("kind", &TrendMark::kind, "what"), field("run", &TrendMark::run, "where: of runs"),
      field("to", &TrendMark::to, "where it ended; absent: it holds, or is of one place"),
      field("label", &TrendMark::label, "in a word"), field("text", &TrendMark::text, "in a line"),
      field("change", &TrendMark::change, "of the values there, as a ratio"));
};

template <>
struct Describe<TrendLevel> {
  static constexpr std::string_view name = "TrendLevel";
  static constexpr std::string_view doc = "The level between two change points.";
  static constexpr auto fields =
      std::tuple(field("first", &TrendLevel::first, "the first run at it"),
                 field("last", &TrendLevel::last, "the last run at it"),
                 field("value", &TrendLevel::value, "the median, base unit"));
};

template <>
struct Describe<Crossing> {
  static constexpr std::string_view name = "Crossing";
  static constexpr std::string_view doc = "When a limit would be reached.";
  static constexpr auto fields = std::tuple(
      field("kind", &Crossing::kind, "floor, ceiling or target"),
      field("limit", &Crossing::limit, "base unit"),
      field("written", &Crossing::written, "as the policy says it"),
      field("origin", &Crossing::origin, "where the policy says it"),
      field("violated", &Crossing::violated, "the last level is beyond it already"),
      field("runs", &Crossing::runs, "after so many further runs; absent: beyond the forecast"),
      field("earliest", &Crossing::earliest, "by the nearer bound of the prediction"),
      field("latest", &Crossing::latest, "by the farther bound"),
      field("text", &Crossing::text, "as a sentence"));
};

template <>
struct Describe<Forecast> {
  static constexpr std::string_view name = "Forecast";
  static constexpr std::string_view doc = "Where a series is heading, if it goes on like that.";
  static constexpr auto fields = std::tuple(
      field("method", &Forecast::method, "theil-sen/1: a robust line on the last segment"),
      field("points", &Forecast::points, "that it is made from"),
      field("slope", &Forecast::slope, "per run, base unit"),
      field("slope_low", &Forecast::slope_low, "lower bound"),
      field("slope_high", &Forecast::slope_high, "upper bound"),
      field("confidence", &Forecast::confidence, "of all bounds, two-sided"),
      field("values", &Forecast::values, "of the next runs, one after the other"),
      field("low", &Forecast::low, "lower bounds of the prediction"),
      field("high", &Forecast::high, "upper bounds of the prediction"),
      field("crossings", &Forecast::crossings, "the limits"));
};

template <>
struct Describe<TrendSeries> {
  static constexpr std::string_view name = "TrendSeries";
  static constexpr std::string_view doc = "One metric of one benchmark over time.";
  static constexpr auto fields = std::tuple_cat(
      subject_fields<TrendSeries>,
      std::tuple(
          field("positions", &TrendSeries::positions, "where its values stand: of runs"),
          field("values", &TrendSeries::values, "base unit, the median of the runs there"),
          field("noise", &TrendSeries::noise,
                "long-run deviation around the levels; a ratio where all values are positive"),
          field("levels", &TrendSeries::levels, "between change points"),
          field("marks", &TrendSeries::marks, "change points, waivers, incidents"),
          field("forecast", &TrendSeries::forecast, "absent: too few points at the last level")));
};

template <>
struct Describe<TrendReport> {
  static constexpr std::string_view name = "TrendReport";
  static constexpr std::string_view doc = "Histories as series, and what happened to them.";
  static constexpr auto fields =
      std::tuple(field("status", &TrendReport::status, "whether there was something to report"),
                 field("error", &TrendReport::error, "why not, as a sentence; else empty"),
                 field("branch", &TrendReport::branch, "whose history"),
                 field("host_class", &TrendReport::host_class, "what it was measured on"),
                 field("timestamp", &TrendReport::timestamp, "when the newest run was started"),
                 field("session_count", &TrendReport::session_count, "runs"),
                 field("runs", &TrendReport::runs, "the axis, oldest first"),
                 field("sections", &TrendReport::sections, "of the benchmarks' names"),
                 field("marks", &TrendReport::marks, "baselines, anchors, releases"),
                 field("series", &TrendReport::series, "by suite, section, name and metric"),
                 field("notes", &TrendReport::notes, "what was left out"));
};

template <>
struct Describe<ServiceLevel> {
  static constexpr std::string_view name = "ServiceLevel";
  static constexpr std::string_view doc = "A value that a limit is set for.";
  static constexpr auto fields = std::tuple_cat(
      subject_fields<ServiceLevel>,
      std::tuple(
          field("headline", &ServiceLevel::headline, "the headline's name; empty: of a benchmark"),
          field("kind", &ServiceLevel::kind, "floor, ceiling or target"),
          field("limit", &ServiceLevel::limit, "base unit"),
          field("value", &ServiceLevel::value, "base unit"),
          field("shortfall", &ServiceLevel::shortfall, "how far on the wrong side; 0: it is met"),
          field("margin", &ServiceLevel::margin, "value / floor, or ceiling / value"),
          field("written", &ServiceLevel::written, "the limit as the policy says it"),
          field("unit_shown", &ServiceLevel::unit_shown, "what values are shown in",
                {.sparse = true}),
          field("origin", &ServiceLevel::origin, "where the policy says it"),
          field("verdict", &ServiceLevel::verdict, "what it means"),
          field("reason", &ServiceLevel::reason, "why, as a word"),
          field("code", &ServiceLevel::code, "CBKB005 where it is violated"),
          field("why", &ServiceLevel::why, "why, as a sentence"),
          field("since", &ServiceLevel::since, "since when it has been violated")));
};

template <>
struct Describe<SloReport> {
  static constexpr std::string_view name = "SloReport";
  static constexpr std::string_view doc = "The service levels of one run.";
  static constexpr auto fields = std::tuple(
      field("status", &SloReport::status, "whether there was something to report"),
      field("error", &SloReport::error, "why not, as a sentence; else empty"),
      field("run_id", &SloReport::run_id, "the run"),
      field("commit", &SloReport::commit, "its commit"),
      field("timestamp", &SloReport::timestamp, "when it was started"),
      field("policy", &SloReport::policy, "where the limits come from"),
      field("met_count", &SloReport::met_count, "limits that are met"),
      field("violated_count", &SloReport::violated_count, "floors and ceilings violated"),
      field("unsure_count", &SloReport::unsure_count,
            "the others: within the noise, of thin margin, targets missed"),
      field("levels", &SloReport::levels, "worst first, then by margin"));
};

}  // namespace perfgate
