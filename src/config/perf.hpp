#pragma once
// perf.json, the small summary of a run: `{"display_gibs": 4.22, "warnings": [], "errors": []}`.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "model/project.hpp"

namespace perfgate::config {

/// One number of perf.json.
struct PerfKey {
  std::string key;                 ///< display_gibs: name, `_`, a unit's suffix
  std::optional<int> decimals;     ///< absent: any
  std::optional<Decimal> maximum;  ///< in the key's unit
};

/// The keys of a project's headlines. Where a headline names no maximum, it is 100 for GiB/s, 10
/// 000 for MiB/s, and none for other units.
std::vector<PerfKey> perf_keys(std::span<const ProjectHeadline> headlines);

/// The keys of a perf.json of which nothing else is known. Errors: Code::parse where it is not a
/// JSON object; Code::schema where a key does not end in `_` and a known suffix.
Result<std::vector<PerfKey>> perf_keys(std::string_view json, std::string_view name);

/// The schema (JSON Schema draft 7) of a perf.json with these keys.
std::string perf_schema(std::span<const PerfKey> keys);

/// A number as perf.json holds it.
struct PerfValue {
  std::string key, headline;
  const Unit* unit = nullptr;
  Decimal value;     ///< in `unit`
  int decimals = 0;  ///< as printed: 4.20 has two

  bool operator==(const PerfValue&) const = default;
};

struct PerfSummary {
  std::vector<PerfValue> values;
  std::vector<std::string> warnings, errors;

  bool operator==(const PerfSummary&) const = default;
};

/// Reads a perf.json that satisfies the schema. Errors: Code::parse, Code::schema.
Result<PerfSummary> read_perf(std::string_view json, std::string_view name,
                              std::string_view schema_json, std::string_view schema_name);

/// The text of perf.json: values with their decimals, texts made safe and cut to 500 characters,
/// and at most 50 of each kind, the last of which then tells how many more there were.
std::string perf_json(const PerfSummary& summary);

}  // namespace perfgate::config
