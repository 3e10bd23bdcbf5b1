#pragma once
// Foreign texts in Markdown.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/columns.hpp"

namespace perfgate::report::markdown {

/// A text as the content of a table cell or line: no markup, no mention, no link, no new cell.
std::string cell(std::string_view text, std::size_t max_length = 300);

/// A text word for word, as code: nothing in it is markup.
std::string code(std::string_view text, std::size_t max_length);

/// A row of a table. The cells must be Markdown already.
std::string row(const std::vector<std::string>& cells);

/// `aligned` as a Markdown table, its cells being plain texts: a column whose texts are all empty
/// is left out. Rows are as long as the headings.
std::string table(std::span<const Heading> headings,
                  std::span<const std::vector<std::string>> rows);

}  // namespace perfgate::report::markdown
