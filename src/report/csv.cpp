// Comma-separated values: a file of each table. Numbers are in base units; texts from outside are
// harmless to spreadsheets (base/csv.hpp).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_field = 10'000;
constexpr std::size_t chunk = std::size_t{1} << 16;

/// A text that no terminal or runner takes for a command, nor a spreadsheet for a formula.
void add_text(std::string& line, bool first, std::string_view text) {
  std::string field;
  add_csv_text(field, safe_text(text, longest_field));
  if (!first) line += ',';
  line += field;
}

void add_number(std::string& line, bool first, double number) {
  if (!first) line += ',';
  if (std::isfinite(number)) line += fmt::format("{}", number);
}

bool has_content(const doc::Table& table, std::size_t column) {
  return std::ranges::any_of(table.rows, [&](const std::vector<doc::Cell>& row) {
    return !row[column].text.empty() || row[column].number;
  });
}

void write_table(const doc::Table& table, const Sink& sink) {
  std::vector<std::size_t> columns;  // a column of pictures alone says nothing here
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].number || has_content(table, c)) columns.push_back(c);
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const doc::Column& column = table.columns[columns[i]];
    const std::string unit = column.unit.empty() ? "" : " [" + column.unit + "]";
    add_text(text, i == 0, (column.title.empty() ? "name" : column.title) + unit);
  }
  if (!table.groups.empty()) add_text(text, columns.empty(), "group");
  text += "\r\n";
  auto group = table.groups.begin();
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    while (group != table.groups.end() && std::next(group) != table.groups.end() &&
           std::next(group)->first <= r)
      ++group;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const doc::Cell& cell = table.rows[r][columns[i]];
      if (cell.number)
        add_number(text, i == 0, *cell.number);
      else
        add_text(text, i == 0, cell.text);
    }
    if (!table.groups.empty()) add_text(text, columns.empty(), group->title);
    text += "\r\n";
    if (text.size() > chunk) {
      sink(text);
      text.clear();
    }
  }
  sink(text);
}

std::vector<const doc::Table*> tables_of(const Report& report) {
  std::vector<const doc::Table*> tables;
  for (const doc::Block& block : report.document.blocks)
    if (const auto* table = std::get_if<doc::Table>(&block)) tables.push_back(table);
  return tables;
}

/// All tables, parted by an empty line; or the one that the style names.
Result<void> write_csv(const Report& report, const Style& style, const Sink& sink) {
  bool first = true;
  for (const doc::Table* table : tables_of(report)) {
    if (!style.part.empty() && table->name != style.part) continue;
    if (!first) sink("\r\n");
    first = false;
    write_table(*table, sink);
  }
  return {};
}

std::vector<std::string> parts_of(const Report& report) {
  std::vector<std::string> names;
  for (const doc::Table* table : tables_of(report)) names.push_back(table->name);
  return names;
}

}  // namespace

Format csv() {
  return {.name = "csv",
          .suffix = "csv",
          .summary = "a file of each table, harmless to spreadsheets",
          .write = write_csv,
          .parts = parts_of};
}

}  // namespace perfgate::report
