#include "base/counted.hpp"

#include <fmt/format.h>

namespace perfgate {

std::string counted_text(std::int64_t count, std::string_view one, std::string_view many) {
  if (count == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", count, one) : fmt::format("{} {}", count, many);
}

}  // namespace perfgate
