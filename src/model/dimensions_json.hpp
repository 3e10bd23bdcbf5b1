#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "model/dimensions.hpp"

namespace perfgate {

/// nullopt: an array or an object, which no dimension is.
std::optional<Scalar> scalar_from_json(const nlohmann::json& value);

}  // namespace perfgate
