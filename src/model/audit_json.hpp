#pragma once
#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "model/audit.hpp"

namespace perfgate {

inline constexpr std::string_view audit_schema_name = "perfgate.audit/1";

void write_audit(const Audit& audit, JsonWriter::Sink sink, int pretty_levels = 3);
/// Errors: Code::schema, with the JSON pointer.
Result<Audit> read_audit(std::string_view text, std::string_view name);
std::string audit_json_schema();

}  // namespace perfgate
