#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "model/dimensions.hpp"

namespace perfgate {

/// nullopt: an array or an object, which no dimension is.
std::optional<Scalar> scalar_from_json(const nlohmann::json& value);

/// JSON Schema (draft 7) of dimensions.
nlohmann::json dimensions_schema();
/// JSON Schema (draft 7) of a measurement record, as text: dimensions and measures in one object.
std::string record_json_schema();

}  // namespace perfgate
