#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate {

inline constexpr std::string_view run_schema_name = "perfgate.run/1";

/// Writes run.json piece by piece; with no pretty levels, on one line without its end.
void write_run(const Run& run, JsonWriter::Sink sink, int pretty_levels = 2);

/// Reads run.json. Errors: Code::schema, with the JSON pointer of what does not fit; a schema newer
/// than ours is named with the version that it needs.
Result<Run> read_run(std::string_view text, std::string_view name);
Result<Run> read_run(const nlohmann::json& document, std::string_view name);

/// JSON Schema (draft 7) of run.json, as text.
std::string run_json_schema();

/// Checks `"schema": "perfgate.KIND/N"` for the kind and N <= newest. Errors: Code::schema.
Result<void> check_schema_name(const nlohmann::json& document, std::string_view kind, int newest,
                               std::string_view name);

}  // namespace perfgate
