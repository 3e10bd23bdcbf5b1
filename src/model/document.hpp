#pragma once
// A report as people read it: headings, paragraphs, tables, charts. Each kind of report is told
// once, as one of these, and each format of text or paper prints any of them. Texts are as they
// came, foreign ones included: whoever prints them makes them safe.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace perfgate::doc {

/// How something is to be taken; never told by colour alone.
enum class Tone { neutral, good, caution, bad };

/// A piece of text. Those with a target are links, where the format has them and the target begins
/// with https:// or #; `code` stands word for word.
struct Span {
  std::string text;
  std::string target{};
  bool strong = false;
  bool code = false;

  bool operator==(const Span&) const = default;
};
using Spans = std::vector<Span>;

/// A heading; `anchor` is what #anchor leads to, empty: nothing.
struct Heading {
  int level = 2;  ///< 1 is the title, which the document has
  std::string text;
  std::string anchor{};

  bool operator==(const Heading&) const = default;
};

struct Paragraph {
  Spans spans;
  Tone tone = Tone::neutral;  ///< others than neutral stand out as notices

  bool operator==(const Paragraph&) const = default;
};

struct Bullets {
  std::vector<Spans> items;
  bool numbered = false;

  bool operator==(const Bullets&) const = default;
};

/// Words word for word, line by line: commands, a signed statement.
struct Code {
  std::string text;

  bool operator==(const Code&) const = default;
};

/// Names and what they are, two columns without a heading.
struct Facts {
  std::vector<std::pair<std::string, Spans>> rows;

  bool operator==(const Facts&) const = default;
};

struct Cell {
  std::string text;                ///< as it is shown; empty: nothing
  std::optional<double> number{};  ///< the same for machines, in the column's unit
  Tone tone = Tone::neutral;
  std::string target{};             ///< of a link
  std::optional<double> heat{};     ///< -1 .. 1: shade of a heat map, 1 is bad, 0 is neutral
  std::vector<double> sparkline{};  ///< drawn small, beside the text; NaN is a gap
  bool operator==(const Cell&) const = default;
};

struct Column {
  std::string title;
  bool number = false;  ///< aligned right
  bool code = false;    ///< its texts are names: printed word for word
  /// Where the paper is narrow, columns of the highest rank are cut in width first; 0: never.
  int shrink = 0;
  std::string unit{};    ///< of the cells' numbers: s, B, B/s, 1/s, 1, %
  bool machine = false;  ///< only for machines: left out where people read

  bool operator==(const Column&) const = default;
};

/// The rows from `first` on, up to the next group, belong together: a section of benchmarks.
struct TableGroup {
  std::size_t first = 0;
  std::string title;

  bool operator==(const TableGroup&) const = default;
};

/// Rows as long as the columns. `left_out` says in words what was not listed; empty: all is.
struct Table {
  std::string name;     ///< of a file or sheet: comparisons; of [a-z0-9_-], unique in its document
  std::string caption;  ///< what it shows, for people
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::string left_out{};
  std::vector<TableGroup> groups{};  ///< ascending; empty: the rows are one

  bool operator==(const Table&) const = default;
};

/// A line over places 0, 1, 2, ... or, with `x`, over those.
struct Line {
  std::string name;
  std::vector<double> x{};
  std::vector<double> y;  ///< base unit; NaN is a gap
  /// Of an interval around y, as long as y; both empty: none.
  std::vector<double> low{}, high{};
  bool points = false;  ///< dots, not joined
  Tone tone = Tone::neutral;

  bool operator==(const Line&) const = default;
};

/// Something that is true at a place of the x axis, or from it to another.
struct ChartMark {
  double at = 0;
  std::optional<double> to{};
  std::string label;
  Tone tone = Tone::neutral;

  bool operator==(const ChartMark&) const = default;
};

/// A level that values are held to: a floor, a ceiling, a baseline.
struct Level {
  double y = 0;
  std::string label;
  Tone tone = Tone::neutral;

  bool operator==(const Level&) const = default;
};

struct Chart {
  std::string title;
  std::string unit;         ///< base unit of y: s, B, B/s, 1/s, 1
  std::string alternative;  ///< what it shows, in a sentence, for who cannot see it
  std::vector<Line> lines;
  std::vector<Level> levels{};
  std::vector<ChartMark> marks{};
  std::vector<std::pair<double, std::string>> ticks{};  ///< of x; empty: none are written

  bool operator==(const Chart&) const = default;
};

struct PageBreak {
  bool operator==(const PageBreak&) const = default;
};

using Block = std::variant<Heading, Paragraph, Bullets, Code, Facts, Table, Chart, PageBreak>;

struct Document {
  std::string title;
  std::string subtitle{};
  /// The verdict's word and what it means; empty where nothing was judged.
  std::string verdict{};
  Tone tone = Tone::neutral;
  std::string tool;          ///< perfgate 0.1.0
  std::optional<Time> made;  ///< of what is reported, not the clock: equal inputs, equal bytes
  std::vector<std::string> keywords{};
  std::vector<Block> blocks;

  bool operator==(const Document&) const = default;
};

}  // namespace perfgate::doc
