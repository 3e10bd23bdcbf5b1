#pragma once
// Foreign texts in what GitHub renders, which does more with a text than Markdown says: mentions,
// references to issues and commits, emoji, formulas, addresses that become links.

#include <string>
#include <string_view>

namespace perfgate::report {

/// A text as a part of a line or of a table's cell: it shows as it stands, and nothing in it acts.
std::string github_prose(std::string_view text, std::size_t max_length);
/// The same where it cannot begin a line.
std::string github_cell(std::string_view text, std::size_t max_length);
/// A name as code, for a line or a table's cell. Empty stays empty.
std::string github_name(std::string_view text, std::size_t max_length);

}  // namespace perfgate::report
