#pragma once
#include <string_view>

namespace perfgate {

/// Who did something at a machine of their own: nobody is named.
inline constexpr std::string_view local_actor = "local";
/// What is shown for a name that was erased from the history.
inline constexpr std::string_view erased_name = "(erased)";

}  // namespace perfgate
