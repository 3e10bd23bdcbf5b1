#include "print/cells.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr double sparkline_width = 46;
constexpr double most_lines = 18;  // of a cell of sentences
constexpr std::size_t most_name_lines = 6;

double beside(const doc::Cell& cell) {
  if (cell.sparkline.empty()) return 0;
  return sparkline_width + (cell.text.empty() ? 0 : 5);
}

/// The beginning and the end, so much of it in all.
std::string without_middle(std::string_view text, double share) {
  const auto half = static_cast<std::size_t>(static_cast<double>(text.size()) * share / 2);
  std::size_t head = half, tail = text.size() - half;
  const auto inside = [&](std::size_t at) {
    return at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (inside(head)) --head;
  while (inside(tail)) ++tail;
  return std::string(text.substr(0, head)) + " … " + std::string(text.substr(tail));
}

/// The text with its lines broken where we break them; pango breaks the others.
std::string broken(Fonts& fonts, const doc::Column& column, std::string_view text,
                   const Style& style, double width) {
  if (column.code) return break_name(fonts, text, style, width, most_name_lines);
  const double natural = fonts.width(text, style);
  if (natural > width * most_lines) return without_middle(text, width * most_lines / natural);
  return std::string(text);
}

void draw_sparkline(Canvas& canvas, const std::vector<double>& values, const Box& box) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return;
  const double step = values.size() > 1 ? box.width / static_cast<double>(values.size() - 1) : 0;
  const auto place = [&](std::size_t i) {
    const double share = high > low ? (values[i] - low) / (high - low) : 0.5;
    return Point{box.x + static_cast<double>(i) * step, box.y + box.height * (1 - share)};
  };
  std::vector<Point> run;
  std::optional<Point> last;
  for (std::size_t i = 0; i <= values.size(); ++i) {
    if (i < values.size() && std::isfinite(values[i])) {
      run.push_back(place(i));
      last = run.back();
      continue;
    }
    canvas.lines(run, {.colour = grey, .width = 0.7});
    run.clear();
  }
  if (last) canvas.disc(*last, 1.2, ink);
}

}  // namespace

Style cell_style(const doc::Column& column, const doc::Cell& cell, double size) {
  return {.size = column.code ? size * code_scale : size,
          .strong = cell.tone == doc::Tone::bad,
          .code = column.code,
          .colour = colour_of(cell.tone)};
}

double cell_width(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size) {
  return fonts.width(safe_cell(cell.text), cell_style(column, cell, size)) + beside(cell) +
         2 * cell_side + 0.01;
}

double cell_least(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size) {
  const Style style = cell_style(column, cell, size);
  const std::string text = safe_cell(cell.text);
  double longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    longest = std::max(longest, fonts.width(std::string_view(text).substr(at, end - at), style));
    at = end + 1;
  }
  return std::min(longest, size * 9) + beside(cell) + 2 * cell_side + 0.01;
}

std::string_view from_point(std::string_view number) {
  const std::size_t digits = number.find_first_of("0123456789");
  if (digits == std::string_view::npos) return {};
  const std::size_t end = number.find_first_not_of("0123456789,'", digits);
  return end == std::string_view::npos ? std::string_view() : number.substr(end);
}

double cell_height(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size,
                   double width) {
  const Style style = cell_style(column, cell, size);
  const double inner = width - 2 * cell_side - beside(cell);
  const std::string text = safe_cell(cell.text);
  const double one = std::max(style.size, size) * leading;
  if (Fonts::is_simple(text) && fonts.width(text, style) <= inner) return one + 2 * cell_above;
  const Text set(fonts, broken(fonts, column, text, style, inner), style, inner);
  return std::max(set.height(), one) + 2 * cell_above;
}

void draw_cell(Flow& flow, const doc::Column& column, const doc::Cell& cell, double size,
               const Box& box, double fraction) {
  Canvas& canvas = flow.canvas();
  if (cell.heat && std::isfinite(*cell.heat)) {
    const double heat = std::clamp(*cell.heat, -1.0, 1.0);
    canvas.fill(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1,
                mix(white, heat > 0 ? warm : cool, std::fabs(heat) * 0.62));
  } else if (cell.tone == doc::Tone::bad || cell.tone == doc::Tone::caution) {
    canvas.fill(box.x, box.y + 0.3, box.width, box.height - 0.6, tint_of(cell.tone));
  }
  Style style = cell_style(column, cell, size);
  if (cell.heat) style.colour = ink;
  const double inner = box.width - 2 * cell_side - beside(cell);
  double x = box.x + cell_side;
  const double y = box.y + cell_above;
  if (!cell.sparkline.empty())
    draw_sparkline(canvas, cell.sparkline,
                   {box.x + box.width - cell_side - sparkline_width + 1.5, y + 1.5,
                    sparkline_width - 3, size * leading - 3});
  const std::string text = safe_cell(cell.text);
  if (text.empty()) return;
  if (flow.links().leads(cell.target)) style.colour = link_blue;
  const double natural = flow.fonts().width(text, style);
  const double baseline = y + (size - style.size);  // the one of the row's other cells
  if (column.number && natural <= inner) {
    const double right = box.x + box.width - cell_side - beside(cell);
    double begin = right - natural;
    if (fraction >= 0)
      begin = std::max(x, right - fraction - natural + flow.fonts().width(from_point(text), style));
    x = begin;
  }
  const bool one_line = natural <= inner;
  if (one_line && draw_line(flow.fonts(), canvas, text, style, x, baseline)) {
    if (!cell.target.empty()) canvas.link(cell.target, x, y, natural, style.size * leading);
    return;
  }
  const Text set(flow.fonts(), one_line ? text : broken(flow.fonts(), column, text, style, inner),
                 style, one_line && column.number ? 0 : inner,
                 column.number ? Align::right : Align::left);
  set.draw(canvas, x, baseline);
  if (!cell.target.empty()) canvas.link(cell.target, x, y, set.width(), set.height());
}

}  // namespace perfgate::print
