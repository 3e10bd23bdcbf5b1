#pragma once
// The models of reports as JSON, and its schemas.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "model/comparison.hpp"
#include "model/evolution.hpp"
#include "model/matrix.hpp"
#include "model/results.hpp"
#include "model/slo.hpp"
#include "model/trend.hpp"

namespace perfgate {

// Each begins with "schema": "perfgate.KIND/1". Lists of rows stand a row a line.
void write_report(const ComparisonReport& report, JsonWriter::Sink sink);
void write_report(const EvolutionReport& report, JsonWriter::Sink sink);
void write_report(const StatisticsReport& report, JsonWriter::Sink sink);
void write_report(const ResultsReport& report, JsonWriter::Sink sink);
void write_report(const MatrixReport& report, JsonWriter::Sink sink);
void write_report(const TrendReport& report, JsonWriter::Sink sink);
void write_report(const SloReport& report, JsonWriter::Sink sink);
void write_report(const HypothesisResult& report, JsonWriter::Sink sink);

/// "comparison", "evolution", ...: those that report_json_schema knows.
std::span<const std::string_view> report_schema_kinds();
/// JSON Schema (draft 7) of such a report, as text; nullopt for a kind that is none of them.
std::optional<std::string> report_json_schema(std::string_view kind);

}  // namespace perfgate
