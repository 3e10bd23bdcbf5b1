#pragma once
#include <string_view>

namespace perfgate {

std::string_view version();  ///< "0.1.0"

}  // namespace perfgate
