#include "model/reports_json.hpp"

#include "base/codec.hpp"
#include "model/reports_fields.hpp"

namespace perfgate {
namespace {

// What a row is about counts as one member, and is several fields.
static_assert(arity<ReportSection> == described_members<ReportSection>);
static_assert(arity<ComparedBenchmark> == described_members<ComparedBenchmark> + 1);
static_assert(arity<ComparisonReport> == described_members<ComparisonReport>);
static_assert(arity<Evolution> == described_members<Evolution> + 1);
static_assert(arity<EvolutionReport> == described_members<EvolutionReport>);
static_assert(arity<StatisticsReport> == described_members<StatisticsReport>);
static_assert(arity<BenchmarkResult> == described_members<BenchmarkResult> + 1);
static_assert(arity<ResultsReport> == described_members<ResultsReport>);
static_assert(arity<MatrixReport> == described_members<MatrixReport>);
static_assert(arity<TrendRun> == described_members<TrendRun>);
static_assert(arity<TrendMark> == described_members<TrendMark>);
static_assert(arity<TrendLevel> == described_members<TrendLevel>);
static_assert(arity<Crossing> == described_members<Crossing>);
static_assert(arity<Forecast> == described_members<Forecast>);
static_assert(arity<TrendSeries> == described_members<TrendSeries> + 1);
static_assert(arity<TrendReport> == described_members<TrendReport>);
static_assert(arity<ServiceLevel> == described_members<ServiceLevel> + 1);
static_assert(arity<SloReport> == described_members<SloReport>);

constexpr int rows_on_lines = 2;  // levels that are indented: the report and its lists

/// The report with its schema's name first: the description has the rest.
template <class Report>
struct Named {
  std::string schema;
  const Report* report;
};

constexpr std::string_view kind_of(const ComparisonReport*) { return "comparison"; }
constexpr std::string_view kind_of(const EvolutionReport*) { return "evolution"; }
constexpr std::string_view kind_of(const StatisticsReport*) { return "statistics"; }
constexpr std::string_view kind_of(const ResultsReport*) { return "results"; }
constexpr std::string_view kind_of(const MatrixReport*) { return "matrix"; }
constexpr std::string_view kind_of(const TrendReport*) { return "trend"; }
constexpr std::string_view kind_of(const SloReport*) { return "slo"; }
constexpr std::string_view kind_of(const HypothesisResult*) { return "hypothesis"; }

template <class Report>
std::string schema_name() {
  return fmt::format("perfgate.{}/1", kind_of(static_cast<const Report*>(nullptr)));
}

template <class Report>
void write_named(const Report& report, JsonWriter::Sink sink) {
  JsonWriter out(std::move(sink), rows_on_lines);
  codec::write(out, Named<Report>{.schema = schema_name<Report>(), .report = &report});
}

template <class Report>
std::string schema_text() {
  nlohmann::json schema = codec::schema<Report>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["schema"] = {{"const", schema_name<Report>()}};
  schema["required"].push_back("schema");
  return schema.dump(2) + "\n";
}

}  // namespace

/// The fields of the report, after the schema's name.
template <class Report>
struct Describe<Named<Report>> {
  using T = Named<Report>;
  static constexpr std::string_view name = Describe<Report>::name;
  static constexpr std::string_view doc = Describe<Report>::doc;
  template <class Member>
  struct Through {
    std::string_view name, doc;
    Member inner;
    FieldTraits traits;
    decltype(auto) get(const T& named) const { return inner.get(*named.report); }
  };
  static constexpr auto fields =
      std::tuple_cat(std::tuple(field("schema", &T::schema, "what this is")),
                     std::apply(
                         [](const auto&... inner) {
                           return std::tuple(Through<std::remove_cvref_t<decltype(inner)>>{
                               inner.name, inner.doc, inner, inner.traits}...);
                         },
                         Describe<Report>::fields));
};

#define PERFGATE_REPORT(Type)                                    \
  void write_report(const Type& report, JsonWriter::Sink sink) { \
    write_named(report, std::move(sink));                        \
  }
PERFGATE_REPORT(ComparisonReport)
PERFGATE_REPORT(EvolutionReport)
PERFGATE_REPORT(StatisticsReport)
PERFGATE_REPORT(ResultsReport)
PERFGATE_REPORT(MatrixReport)
PERFGATE_REPORT(TrendReport)
PERFGATE_REPORT(SloReport)
PERFGATE_REPORT(HypothesisResult)
#undef PERFGATE_REPORT

std::span<const std::string_view> report_schema_kinds() {
  static constexpr std::array<std::string_view, 8> kinds{
      "comparison", "evolution", "statistics", "results", "matrix", "trend", "slo", "hypothesis"};
  return kinds;
}

std::optional<std::string> report_json_schema(std::string_view kind) {
  if (kind == "comparison") return schema_text<ComparisonReport>();
  if (kind == "evolution") return schema_text<EvolutionReport>();
  if (kind == "statistics") return schema_text<StatisticsReport>();
  if (kind == "results") return schema_text<ResultsReport>();
  if (kind == "matrix") return schema_text<MatrixReport>();
  if (kind == "trend") return schema_text<TrendReport>();
  if (kind == "slo") return schema_text<SloReport>();
  if (kind == "hypothesis") return schema_text<HypothesisResult>();
  return std::nullopt;
}

}  // namespace perfgate
