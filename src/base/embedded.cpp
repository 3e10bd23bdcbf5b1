#include "base/embedded.hpp"

#include <cstdlib>

namespace perfgate {

std::string_view embedded(std::string_view path) {
  const auto found = find_embedded(embedded_files(), path);
  if (!found) std::abort();
  return *found;
}

}  // namespace perfgate
