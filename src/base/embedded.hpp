#pragma once
#include <optional>
#include <string_view>

namespace perfgate {

/// The text of a file of config/ or templates/, as it was when perfgate was built:
/// embedded("config/thresholds.toml").
std::optional<std::string_view> embedded(std::string_view name);

}  // namespace perfgate
