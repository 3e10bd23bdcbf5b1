#pragma once
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.hpp"

namespace perfgate {

struct JsonLimits {
  std::size_t max_bytes = std::size_t{1} << 30;
  int max_depth = 64;
};

/// Strict JSON: one value, UTF-8, no duplicate keys, no number beyond a double, no deeper than the
/// limit. Errors: `code`, with `name` and line and column, or the JSON pointer.
Result<nlohmann::json> parse_json(std::string_view text, std::string_view name, Code code,
                                  JsonLimits limits = {});

}  // namespace perfgate
