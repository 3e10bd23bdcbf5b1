#include "report/for_people.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace perfgate::report {
namespace {

/// The rows [begin, end) of a table, with the columns that are shown.
doc::Table part_of(const doc::Table& table, const std::vector<std::size_t>& shown,
                   std::size_t begin, std::size_t end) {
  doc::Table part{.name = table.name};
  for (const std::size_t c : shown) part.columns.push_back(table.columns[c]);
  for (std::size_t r = begin; r < end; ++r) {
    std::vector<doc::Cell>& cells = part.rows.emplace_back();
    for (const std::size_t c : shown) cells.push_back(table.rows[r][c]);
  }
  return part;
}

void add_table(const doc::Table& table, std::vector<doc::Block>& blocks) {
  const std::vector<std::size_t> shown = shown_columns(table);
  if (shown.empty()) return;
  std::vector<doc::TableGroup> groups = table.groups;
  if (groups.empty()) groups = {{.first = 0, .title = {}}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t end = g + 1 < groups.size() ? groups[g + 1].first : table.rows.size();
    doc::Table part = part_of(table, shown, groups[g].first, end);
    if (g == 0) part.caption = table.caption;
    if (g > 0) part.name += fmt::format("-{}", g + 1);
    if (g + 1 == groups.size()) part.left_out = table.left_out;
    if (!groups[g].title.empty())
      blocks.emplace_back(doc::Heading{.level = 3, .text = groups[g].title});
    blocks.emplace_back(std::move(part));
  }
}

}  // namespace

std::vector<std::size_t> shown_columns(const doc::Table& table) {
  std::vector<std::size_t> shown;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool empty = std::ranges::all_of(table.rows, [&](const std::vector<doc::Cell>& row) {
      return row[c].text.empty() && row[c].sparkline.empty();
    });
    if (!table.columns[c].machine && (!empty || table.rows.empty())) shown.push_back(c);
  }
  return shown;
}

doc::Document for_people(const doc::Document& document) {
  doc::Document result{.title = document.title,
                       .subtitle = document.subtitle,
                       .verdict = document.verdict,
                       .tone = document.tone,
                       .tool = document.tool,
                       .made = document.made,
                       .keywords = document.keywords};
  for (const doc::Block& block : document.blocks) {
    if (const auto* table = std::get_if<doc::Table>(&block))
      add_table(*table, result.blocks);
    else
      result.blocks.push_back(block);
  }
  return result;
}

}  // namespace perfgate::report
