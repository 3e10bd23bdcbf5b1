#pragma once
// What the kinds of reports are told with.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.hpp"
#include "model/judgement.hpp"
#include "model/reported.hpp"
#include "report/report.hpp"

namespace perfgate::report {

doc::Cell text_cell(std::string text);
/// In the unit that reads best, or in the one whose symbol is given.
doc::Cell value_cell(double value, BaseUnit unit, std::string_view shown_in = {});
doc::Cell value_cell(const std::optional<double>& value, BaseUnit unit);
/// "+3.20 %" of a ratio; the number is in per cent.
doc::Cell percent_cell(double ratio);
doc::Cell count_cell(std::int64_t count);

doc::Column name_column(std::string title);  ///< foreign names, cut first where it is narrow
doc::Column number_column(std::string title, std::string unit = {});
doc::Column machine_column(std::string title, bool number = false, std::string unit = {});

doc::Tone tone_of(Verdict verdict);
doc::Tone tone_of(Trend trend);

/// "suite/name", or the name alone.
std::string full_name(const ReportedSubject& subject);

/// A document with its title, the program as its maker and the time of what it tells.
doc::Document document(std::string title, std::string subtitle, std::optional<Time> made);
doc::Paragraph paragraph(std::string text, doc::Tone tone = doc::Tone::neutral);
void add_bullets(doc::Document& document, std::string heading,
                 const std::vector<std::string>& texts);

/// "0a1b2c3d4e on main: Read the header once", as much of it as is known.
std::string commit_text(const Commit& commit);

/// The order of rows by section: those of none first, then by section as `sections` has them, the
/// order within kept; and the groups that this makes. `section_of(i)` is that of row i.
struct Grouped {
  std::vector<std::size_t> order;
  std::vector<doc::TableGroup> groups;  ///< empty where no row has a section
};
Grouped by_section(std::size_t rows, const std::vector<ReportSection>& sections,
                   const std::function<const std::string&(std::size_t)>& section_of);

/// At most `most` of the places of values, first and last among them, and in each stretch the
/// lowest and the highest: what a picture must not lose.
std::vector<std::size_t> thinned(std::span<const double> values, std::size_t most);
std::vector<double> picked(std::span<const double> values, const std::vector<std::size_t>& places);

}  // namespace perfgate::report
