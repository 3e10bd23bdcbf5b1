#include "report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace perfgate::report {
namespace {

constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> ascii_blocks{"_", ".", ":", "-", "=", "+", "*", "#"};

struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;

  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
  double size() const { return high - low; }
  bool holds(double value) const { return low <= value && value <= high; }
  void widen() {  // so that there is something to draw over
    if (size() > 0) return;
    const double half = low == 0 ? 1 : std::abs(low) / 100;
    low -= half;
    high += half;
  }
};

std::size_t level_of(double value, const Range& range) {
  if (!(range.size() > 0)) return 0;
  const double share = (value - range.low) / range.size();
  return std::min<std::size_t>(7, static_cast<std::size_t>(share * 8));
}

BaseUnit unit_of(std::string_view text) {
  return base_unit_from_text(text).value_or(BaseUnit::one);
}

/// Dots, two beside and four above each other in a character.
class Dots {
 public:
  Dots(int columns, int lines)
      : columns_(columns), lines_(lines), cells_(static_cast<std::size_t>(columns * lines), 0) {}
  int width() const { return 2 * columns_; }
  int height() const { return 4 * lines_; }

  void set(int x, int y) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) return;
    // How braille numbers its dots (Unicode 15, section 21.1).
    constexpr unsigned bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    cells_[index(x / 2, y / 4)] |= bits[y % 4][x % 2];
  }
  void line(int x0, int y0, int x1, int y1) {
    const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= steps; ++i) set(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
  }
  bool empty(int column, int line) const { return at(column, line) == 0; }
  std::string character(int column, int line, bool ascii) const {
    const unsigned cell = at(column, line);
    if (ascii) return cell == 0 ? " " : "*";
    std::string text;
    append_utf8(text, cell == 0 ? U' ' : char32_t{0x2800} + cell);
    return text;
  }

 private:
  unsigned at(int column, int line) const { return cells_[index(column, line)]; }
  std::size_t index(int column, int line) const {
    return static_cast<std::size_t>(line) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  int columns_, lines_;
  std::vector<unsigned> cells_;
};

/// A chart over its picture: where a value lies.
struct Frame {
  Range x, y;
  int width, height;  // in dots

  int column(double at) const {
    return static_cast<int>(std::lround((at - x.low) / x.size() * (width - 1)));
  }
  int row(double value) const {
    return static_cast<int>(std::lround((y.high - value) / y.size() * (height - 1)));
  }
};

double x_of(const doc::Line& line, std::size_t i) {
  return line.x.empty() ? static_cast<double>(i) : line.x[i];
}

void draw_plot(const doc::Line& line, const Frame& frame, Dots& dots) {
  bool joined = false;
  int last_x = 0, last_y = 0;
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    if (!std::isfinite(line.y[i])) {
      joined = false;
      continue;
    }
    const int x = frame.column(x_of(line, i)), y = frame.row(line.y[i]);
    if (joined && !line.points)
      dots.line(last_x, last_y, x, y);
    else
      dots.set(x, y);
    joined = true;
    last_x = x;
    last_y = y;
  }
  for (const std::vector<double>* edge : {&line.low, &line.high})
    for (std::size_t i = 0; i < edge->size() && i < line.y.size(); ++i)
      if (std::isfinite((*edge)[i])) dots.set(frame.column(x_of(line, i)), frame.row((*edge)[i]));
}

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(width > have ? width - have : 0, ' ') + text;
}

/// The ticks that have room, each beginning below its place; the last one ends with the picture.
std::string tick_line(const doc::Chart& chart, const Frame& frame, int columns) {
  std::string line;
  const auto put = [&](int at, const std::string& text) {
    const int used = static_cast<int>(display_width(line));
    if (at < used + (used > 0 ? 2 : 0)) return;
    line += std::string(static_cast<std::size_t>(at - used), ' ') + text;
  };
  for (const auto& [at, label] : chart.ticks) {
    if (!frame.x.holds(at)) continue;
    const std::string text = safe_text(label, 20);
    const int width = static_cast<int>(display_width(text));
    put(std::min(frame.column(at) / 2, columns - width), text);
  }
  return line;
}

constexpr std::size_t most_named = 6;

std::string chart_legend(const doc::Chart& chart, const Range& y, bool ascii) {
  std::string text;
  for (const doc::Level& level : chart.levels) {
    const bool seen = y.holds(level.y);
    text += fmt::format("  {} {}{}\n", ascii ? "-" : "╌", safe_text(level.label, 80),
                        seen               ? ""
                        : level.y > y.high ? " (above the picture)"
                                           : " (below the picture)");
  }
  std::size_t named = 0;
  for (const doc::ChartMark& mark : chart.marks)
    if (!mark.label.empty() && ++named <= most_named)
      text += fmt::format("  {} {}\n", ascii ? ":" : "┊", safe_text(mark.label, 100));
  if (named > most_named) text += fmt::format("  and {} more marks\n", named - most_named);
  return text;
}

Range samples_of(const Distribution& distribution) {
  Range range;
  for (const Distribution::Row& row : distribution.rows) {
    for (const double sample : row.samples) range.take(sample);
    range.take(row.low);
    range.take(row.high);
  }
  return range;
}

/// Points up at the limit, or to the side where it lies out of sight.
std::string_view mark_of(const doc::Level& limit, const Range& range, const Canvas& canvas) {
  if (range.holds(limit.y)) return canvas.ascii ? "^" : "▲";
  if (limit.y < range.low) return canvas.ascii ? "<" : "◀";
  return canvas.ascii ? ">" : "▶";
}

}  // namespace

std::string sparkline(std::span<const double> values, bool ascii) {
  Range range;
  for (const double value : values) range.take(value);
  std::string text;
  for (const double value : values)
    text += !std::isfinite(value) ? std::string_view(" ")
            : ascii               ? ascii_blocks[level_of(value, range)]
                                  : blocks[level_of(value, range)];
  return text;
}

std::string plot(const doc::Chart& chart, const Canvas& canvas) {
  Frame frame{};
  for (const doc::Line& line : chart.lines)
    for (std::size_t i = 0; i < line.y.size(); ++i) {
      if (!std::isfinite(line.y[i])) continue;
      frame.x.take(x_of(line, i));
      frame.y.take(line.y[i]);
      if (i < line.low.size()) frame.y.take(line.low[i]);
      if (i < line.high.size()) frame.y.take(line.high[i]);
    }
  if (frame.y.empty()) return "";
  // A level is drawn where it does not press the values flat.
  const Range values = frame.y;
  const double room = std::max(values.size(), std::abs(values.high) / 50);
  for (const doc::Level& level : chart.levels)
    if (level.y > values.low - room && level.y < values.high + room) frame.y.take(level.y);
  frame.x.widen();
  frame.y.widen();

  const BaseUnit unit = unit_of(chart.unit);
  const std::array<std::string, 3> labels{render(frame.y.high, unit),
                                          render((frame.y.high + frame.y.low) / 2, unit),
                                          render(frame.y.low, unit)};
  std::size_t margin = 0;
  for (const std::string& label : labels) margin = std::max(margin, display_width(label));
  const int columns = std::max(10, canvas.width - static_cast<int>(margin) - 3);
  const int lines = std::max(3, canvas.height);
  Dots dots(columns, lines);
  frame.width = dots.width();
  frame.height = dots.height();
  for (const doc::Line& line : chart.lines) draw_plot(line, frame, dots);

  std::vector<bool> marked(static_cast<std::size_t>(columns), false),
      level(static_cast<std::size_t>(lines), false);
  for (const doc::ChartMark& mark : chart.marks)
    if (frame.x.holds(mark.at)) marked[static_cast<std::size_t>(frame.column(mark.at) / 2)] = true;
  for (const doc::Level& one : chart.levels)
    if (frame.y.holds(one.y)) level[static_cast<std::size_t>(frame.row(one.y) / 4)] = true;

  std::string text;
  if (!chart.title.empty()) text += safe_text(chart.title, 200) + "\n";
  for (int row = 0; row < lines; ++row) {
    const std::string label = row == 0           ? labels[0]
                              : row == lines / 2 ? labels[1]
                              : row == lines - 1 ? labels[2]
                                                 : "";
    text += padded_left(label, margin) + (canvas.ascii ? " |" : label.empty() ? " │" : " ┤");
    std::string line;
    for (int column = 0; column < columns; ++column) {
      const bool empty = dots.empty(column, row);
      if (empty && marked[static_cast<std::size_t>(column)])
        line += canvas.ascii ? ":" : "┊";
      else if (empty && level[static_cast<std::size_t>(row)])
        line += canvas.ascii ? "-" : "╌";
      else
        line += dots.character(column, row, canvas.ascii);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (const std::string ticks = tick_line(chart, frame, columns); !ticks.empty())
    text += std::string(margin + 2, ' ') + ticks + "\n";
  return text + chart_legend(chart, frame.y, canvas.ascii);
}

std::string plot(const Distribution& distribution, const Canvas& canvas) {
  Range range = samples_of(distribution);
  if (range.empty()) return "";
  std::size_t margin = 0;
  for (const Distribution::Row& row : distribution.rows)
    margin = std::max(margin, display_width(safe_text(row.name, 40)));
  const Range samples = range;
  for (const doc::Level& limit : distribution.limits)
    if (std::abs(limit.y - samples.low) < 2 * std::max(samples.size(), std::abs(samples.low) / 20))
      range.take(limit.y);
  range.widen();
  const auto shown = [&](double value) { return render(value, distribution.unit); };

  std::size_t figures = 0;
  std::vector<std::string> said;
  for (const Distribution::Row& row : distribution.rows) {
    said.push_back(row.low < row.high
                       ? fmt::format("{}  {} .. {}  n {}", shown(row.middle), shown(row.low),
                                     shown(row.high), row.samples.size())
                       : fmt::format("{}  n {}", shown(row.middle), row.samples.size()));
    figures = std::max(figures, display_width(said.back()));
  }
  const auto taken = static_cast<int>(margin + figures + 7);
  const auto columns = static_cast<std::size_t>(std::max(16, canvas.width - taken));
  const auto place = [&](double value) {
    const double share = (value - range.low) / range.size();
    return std::min(columns - 1, static_cast<std::size_t>(share * static_cast<double>(columns)));
  };

  std::string text;
  if (!distribution.title.empty()) text += safe_text(distribution.title, 200) + "\n";
  const std::string side = canvas.ascii ? "|" : "│";
  for (std::size_t r = 0; r < distribution.rows.size(); ++r) {
    const Distribution::Row& row = distribution.rows[r];
    std::vector<std::size_t> counts(columns, 0);
    for (const double sample : row.samples) ++counts[place(sample)];
    const std::size_t most = std::max<std::size_t>(1, std::ranges::max(counts));
    std::string bars, middle;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t height = (counts[c] * 8 + most - 1) / most;  // of 8; one is seen
      bars += height == 0    ? std::string_view(" ")
              : canvas.ascii ? ascii_blocks[height - 1]
                             : blocks[height - 1];
      const bool inside = place(row.low) <= c && c <= place(row.high);
      middle += c == place(row.middle) ? (canvas.ascii ? "^" : "┴")
                : inside               ? (canvas.ascii ? "-" : "─")
                                       : " ";
    }
    text += fmt::format("  {} {}{}{}  {}\n", padded_left(safe_text(row.name, 40), margin), side,
                        bars, side, said[r]);
    text += fmt::format("  {} {}{}{}\n", std::string(margin, ' '), side, middle, side);
  }
  const std::string low = shown(range.low), high = shown(range.high);
  const std::size_t ends = display_width(low) + display_width(high);
  text += fmt::format("  {}  {}{}{}\n", std::string(margin, ' '), low,
                      std::string(columns > ends ? columns - ends : 1, ' '), high);
  for (const doc::Level& limit : distribution.limits)
    text += fmt::format("  {}  {}{} {}\n", std::string(margin, ' '),
                        std::string(range.holds(limit.y) ? place(limit.y) : 0, ' '),
                        mark_of(limit, range, canvas), safe_text(limit.label, 80));
  return text;
}

}  // namespace perfgate::report
