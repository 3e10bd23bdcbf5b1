#include "base/version.hpp"

namespace perfgate {

std::string_view version() { return PERFGATE_VERSION; }

}  // namespace perfgate
