#pragma once
// Foreign texts in what GitHub renders, which does more with a text than Markdown says: mentions,
// references to issues and commits, emoji, formulas, addresses that become links.

#include <string>
#include <string_view>

namespace perfgate::report {

/// What is left to act. In a comment nothing is. In a report of the reader's own a commit, and the
/// key of another tracker, only become links: they stay as they are, so that they can be copied.
enum class Acting { nothing, links };

/// A text as a part of a line or of a table's cell: it shows as it stands, and nothing in it acts.
std::string github_prose(std::string_view text, std::size_t max_length);
/// The same where it cannot begin a line.
std::string github_cell(std::string_view text, std::size_t max_length,
                        Acting acting = Acting::nothing);
/// A name as code, for a line or a table's cell. Empty stays empty.
std::string github_name(std::string_view text, std::size_t max_length);

}  // namespace perfgate::report
