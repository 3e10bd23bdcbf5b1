#pragma once
#include <string>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "model/judgement.hpp"

namespace perfgate {

inline constexpr std::string_view judgement_schema_name = "perfgate.judgement/1";

void write_judgement(const Judgement& judgement, JsonWriter::Sink sink, int pretty_levels = 8);
/// Errors: Code::schema, with the JSON pointer.
Result<Judgement> read_judgement(std::string_view text, std::string_view name);
std::string judgement_json_schema();

}  // namespace perfgate
