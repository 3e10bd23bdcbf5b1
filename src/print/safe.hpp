#pragma once
// Foreign text on paper: what is not seen is made visible, and no text is endless.

#include <string>
#include <string_view>

#include "base/text.hpp"

namespace perfgate::print {

inline std::string safe_paragraph(std::string_view text) { return safe_text(text, 20'000); }
inline std::string safe_title(std::string_view text) { return safe_text(text, 300); }
inline std::string safe_cell(std::string_view text) { return safe_text(text, 1'000); }
inline std::string safe_label(std::string_view text) { return safe_text(text, 120); }

}  // namespace perfgate::print
