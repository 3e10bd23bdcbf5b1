#pragma once
// Foreign text on paper: what is not seen is made visible, and no text is endless.

#include <string>
#include <string_view>

#include "base/text.hpp"

namespace perfgate::print {

/// Words of more than 400 characters, as no language has, are shortened in their middle: pango
/// takes the square of their length to break them.
std::string safe_paragraph(std::string_view text);
inline std::string safe_title(std::string_view text) { return safe_text(text, 300); }
inline std::string safe_cell(std::string_view text) { return safe_text(text, 1'000); }
inline std::string safe_label(std::string_view text) { return safe_text(text, 120); }

}  // namespace perfgate::print
