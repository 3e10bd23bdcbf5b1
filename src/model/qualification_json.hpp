#pragma once
#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "model/qualification.hpp"

namespace perfgate {

inline constexpr std::string_view qualification_schema_name = "perfgate.qualification/1";

void write_qualification(const Qualification& qualification, JsonWriter::Sink sink,
                         int pretty_levels = 3);

/// Reads qualification.json. Errors: Code::schema, with the JSON pointer of what does not fit.
Result<Qualification> read_qualification(std::string_view text, std::string_view name);

/// JSON Schema (draft 7) of qualification.json, as text.
std::string qualification_json_schema();

}  // namespace perfgate
