#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace perfgate {

std::string counted_text(std::int64_t count, std::string_view one, std::string_view many);

/// "1 run", "3 runs"; "2 entries" where `many` says how several are called.
std::string counted(std::integral auto count, std::string_view one, std::string_view many = {}) {
  return counted_text(static_cast<std::int64_t>(count), one, many);
}

}  // namespace perfgate
