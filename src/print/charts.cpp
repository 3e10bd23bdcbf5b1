#include "print/charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "print/curve.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr double plot_height = 122;
constexpr double least_plot_height = 88;  // rather than a page that is left half empty
constexpr double label_height = 10;
constexpr std::size_t most_mark_rows = 3;
constexpr std::size_t most_in_legend = 24;
const Style title_style{.size = 9.5, .strong = true};
const Style label_style{.size = 7.2, .colour = grey};
const Style caption_style{.size = small_size, .colour = grey};

struct Placed {
  std::size_t index;
  double x;  ///< of its left edge
  std::size_t row;
};

/// Everything about a chart but where on the page it is.
struct Arranged {
  std::string title;
  std::optional<Text> caption;
  doc::Spans numbered;  ///< marks whose labels have no room above the plot
  Axis across, up;
  double left = 0, right = 0;  ///< of the plot, for labels
  std::vector<Placed> legend, marks;
  double legend_rows = 0, mark_rows = 0;
  double plot_width = 0;
  double beside_plot = 0;  ///< height of all but the plot
};

/// From left to right in rows; a label that finds no room in `most` rows: nullopt.
class Rows {
 public:
  Rows(double width, std::size_t most) : width_(width), most_(most) {}

  std::optional<Placed> put(std::size_t index, double x, double width) {
    x = std::clamp(x, 0.0, std::max(0.0, width_ - width));
    for (std::size_t row = 0; row < most_; ++row) {
      if (row == ends_.size()) ends_.push_back(-HUGE_VAL);
      if (ends_[row] > x) continue;
      ends_[row] = x + width + 6;
      return Placed{index, x, row};
    }
    return std::nullopt;
  }
  std::size_t count() const { return ends_.size(); }

 private:
  double width_;
  std::size_t most_;
  std::vector<double> ends_;
};

std::string legend_name(const doc::Chart& chart, std::size_t i) {
  if (i == most_in_legend) return fmt::format("and {} more", chart.lines.size() - most_in_legend);
  return safe_label(chart.lines[i].name);
}

void arrange_legend(Fonts& fonts, const doc::Chart& chart, double width, Arranged& made) {
  const bool named =
      std::ranges::any_of(chart.lines, [](const auto& l) { return !l.name.empty(); });
  if (!named) return;
  double x = 0;
  std::size_t row = 0;
  for (std::size_t i = 0; i < std::min(chart.lines.size(), most_in_legend + 1); ++i) {
    const std::string name = fit(fonts, legend_name(chart, i), label_style, width / 2);
    if (name.empty()) continue;
    const double own = fonts.width(name, label_style) + 20;
    if (x > 0 && x + own > width) {
      x = 0;
      ++row;
    }
    made.legend.push_back({i, x, row});
    x += own + 12;
  }
  made.legend_rows = made.legend.empty() ? 0 : static_cast<double>(row + 1);
}

void arrange_marks(Fonts& fonts, const doc::Chart& chart, double width, Arranged& made) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < chart.marks.size(); ++i)
    if (!chart.marks[i].label.empty() && std::isfinite(chart.marks[i].at)) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return chart.marks[i].at; });
  const auto label = [&](std::size_t i) {
    return fit(fonts, safe_label(chart.marks[i].label), label_style, width * 0.4);
  };
  for (const bool numbers : {false, true}) {
    Rows rows(width, most_mark_rows);
    made.marks.clear();
    bool all = true;
    for (std::size_t n = 0; n < order.size(); ++n) {
      const double own =
          fonts.width(numbers ? std::to_string(n + 1) : label(order[n]), label_style);
      const double centre = made.across.share(chart.marks[order[n]].at) * width;
      const auto placed = rows.put(order[n], centre - own / 2, own);
      if (placed)
        made.marks.push_back(*placed);
      else
        all = false;
    }
    made.mark_rows = static_cast<double>(rows.count());
    if (all) return;
    if (numbers) break;
    made.numbered.clear();
    for (std::size_t n = 0; n < order.size(); ++n) {
      made.numbered.push_back({.text = std::to_string(n + 1), .strong = true});
      made.numbered.push_back({.text = "\u00A0" + safe_label(chart.marks[order[n]].label) +
                                       (n + 1 < order.size() ? "   " : "")});
    }
  }
}

std::string mark_text(Fonts& fonts, const doc::Chart& chart, const Arranged& made,
                      std::size_t index) {
  if (made.numbered.empty())
    return fit(fonts, safe_label(chart.marks[index].label), label_style, made.plot_width * 0.4);
  // Numbered from left to right.
  std::size_t number = 1;
  for (std::size_t i = 0; i < chart.marks.size(); ++i) {
    const doc::ChartMark &mark = chart.marks[i], &own = chart.marks[index];
    if (mark.label.empty() || !std::isfinite(mark.at)) continue;
    if (mark.at < own.at || (mark.at == own.at && i < index)) ++number;
  }
  return std::to_string(number);
}

double widest(Fonts& fonts, const std::vector<std::string>& labels) {
  double width = 0;
  for (const std::string& label : labels) width = std::max(width, fonts.width(label, label_style));
  return width;
}

std::string level_text(Fonts& fonts, const doc::Level& level, double width) {
  return fit(fonts, safe_label(level.label), label_style, width);
}

Arranged arrange(Flow& flow, const doc::Chart& chart) {
  Fonts& fonts = flow.fonts();
  Arranged made;
  made.title = safe_title(chart.title);
  made.up = value_axis(chart);
  if (!made.up.ticks.empty() && !made.up.unit.empty())
    made.up.ticks.back().label += " " + made.up.unit;  // the uppermost speaks for all
  made.across = place_axis(chart);
  std::vector<std::string> ticks, levels;
  for (const Tick& tick : made.up.ticks) ticks.push_back(tick.label);
  for (const doc::Level& level : chart.levels)
    levels.push_back(level_text(fonts, level, flow.width() * 0.22));
  made.left = widest(fonts, ticks) + 6;
  made.right = levels.empty() ? 6 : widest(fonts, levels) + 8;
  made.plot_width = flow.width() - made.left - made.right;
  arrange_legend(fonts, chart, flow.width() - made.left, made);
  arrange_marks(fonts, chart, made.plot_width, made);
  doc::Spans below = made.numbered;
  if (!chart.alternative.empty()) {
    if (!below.empty()) below.push_back({.text = "\n"});
    below.push_back({.text = safe_paragraph(chart.alternative)});
  }
  if (!below.empty()) made.caption.emplace(fonts, below, caption_style, flow.width() - made.left);
  const double title =
      made.title.empty() ? 0 : Text(fonts, made.title, title_style, flow.width()).height() + 2;
  made.beside_plot = title + made.legend_rows * (label_height + 1) + made.mark_rows * label_height +
                     4 + (chart.ticks.empty() ? 6 : 15) +
                     (made.caption ? made.caption->height() + 2 : 0);
  return made;
}

void draw_frame(Flow& flow, const Plot& plot) {
  Canvas& canvas = flow.canvas();
  for (const Tick& tick : plot.up.ticks) {
    const double y = plot.at(plot.across.low, tick.at).y;
    canvas.line({plot.x, y}, {plot.x + plot.width, y}, {.colour = faint, .width = 0.5});
    const Text label(flow.fonts(), tick.label, label_style);
    label.draw(canvas, plot.x - 5 - label.width(), y - label.height() / 2);
  }
  canvas.line({plot.x, plot.y + plot.height}, {plot.x + plot.width, plot.y + plot.height},
              {.colour = grey, .width = 0.6});
}

void draw_places(Flow& flow, const Plot& plot, const doc::Chart& chart) {
  const double y = plot.y + plot.height;
  double end = -HUGE_VAL;
  for (const auto& [at, label] : chart.ticks) {
    if (!std::isfinite(at) || at < plot.across.low || at > plot.across.high) continue;
    const double x = plot.at(at, plot.up.low).x;
    const Text text(flow.fonts(), fit(flow.fonts(), safe_label(label), label_style, plot.width / 3),
                    label_style);
    const double left = std::clamp(x - text.width() / 2, plot.x - 10,
                                   std::max(plot.x, plot.x + plot.width + 6 - text.width()));
    if (left < end + 6) continue;
    flow.canvas().line({x, y}, {x, y + 3}, {.colour = grey, .width = 0.6});
    text.draw(flow.canvas(), left, y + 4);
    end = left + text.width();
  }
}

void draw_mark_spans(Canvas& canvas, const Plot& plot, const doc::Chart& chart) {
  for (const doc::ChartMark& mark : chart.marks) {
    if (!mark.to || !std::isfinite(mark.at) || !std::isfinite(*mark.to)) continue;
    const double from = plot.at(std::min(mark.at, *mark.to), 0).x;
    const double to = plot.at(std::max(mark.at, *mark.to), 0).x;
    canvas.fill(from, plot.y, std::max(to - from, 0.5), plot.height, tint_of(mark.tone));
  }
}

void draw_marks(Flow& flow, const Plot& plot, const doc::Chart& chart, const Arranged& made) {
  for (const doc::ChartMark& mark : chart.marks) {
    if (!std::isfinite(mark.at)) continue;
    const double x = plot.at(mark.at, plot.up.low).x;
    const bool loud = mark.tone != doc::Tone::neutral;
    flow.canvas().line({x, plot.y - 3}, {x, plot.y + plot.height},
                       {.colour = loud ? colour_of(mark.tone) : mix(grey, white, 0.4),
                        .width = loud ? 0.8 : 0.5,
                        .dash = {2, 2}});
  }
  for (const Placed& placed : made.marks) {
    const doc::ChartMark& mark = chart.marks[placed.index];
    const Style style{.size = label_style.size,
                      .strong = mark.tone != doc::Tone::neutral,
                      .colour = mark.tone == doc::Tone::neutral ? grey : colour_of(mark.tone)};
    Text(flow.fonts(), mark_text(flow.fonts(), chart, made, placed.index), style)
        .draw(flow.canvas(), plot.x + placed.x,
              plot.y - 4 - label_height * static_cast<double>(placed.row + 1));
  }
}

/// Labels stand beside their level; where two would overlap both give way.
void draw_levels(Flow& flow, const Plot& plot, const doc::Chart& chart, double right) {
  struct Label {
    const doc::Level* level;
    double y, middle;
  };
  std::vector<Label> labels;
  for (const doc::Level& level : chart.levels) {
    if (!std::isfinite(level.y)) continue;
    const double y = plot.at(plot.across.low, level.y).y;
    labels.push_back({&level, y, y});
    flow.canvas().line({plot.x, y}, {plot.x + plot.width, y},
                       {.colour = level.tone == doc::Tone::neutral ? grey : colour_of(level.tone),
                        .width = 0.8,
                        .dash = {5, 2}});
  }
  std::ranges::stable_sort(labels, {}, &Label::y);
  double top = plot.y - 4;
  for (Label& label : labels) {
    label.middle = std::max(label.y, top + label_height / 2);
    top = label.middle + label_height / 2;
  }
  double bottom = plot.y + plot.height + 6;
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].middle = std::min(labels[i].middle, bottom - label_height / 2);
    bottom = labels[i].middle - label_height / 2;
  }
  for (const Label& label : labels) {
    const double x = plot.x + plot.width;
    const Style style{
        .size = label_style.size,
        .colour = label.level->tone == doc::Tone::neutral ? grey : colour_of(label.level->tone)};
    flow.canvas().line({x, label.y}, {x + 5, label.middle}, {.colour = rule, .width = 0.5});
    const Text text(flow.fonts(), level_text(flow.fonts(), *label.level, right), style);
    text.draw(flow.canvas(), x + 7, label.middle - text.height() / 2);
  }
}

void draw_legend(Flow& flow, const doc::Chart& chart, const Arranged& made, double y) {
  for (const Placed& placed : made.legend) {
    const double x = flow.left() + made.left + placed.x;
    const double middle = y + static_cast<double>(placed.row) * (label_height + 1) + 5;
    if (placed.index < most_in_legend) {
      const doc::Line& line = chart.lines[placed.index];
      const Pen pen = pen_of(line, placed.index);
      if (!line.low.empty()) flow.canvas().fill(x, middle - 3, 16, 6, mix(pen.colour, white, 0.82));
      if (line.points)
        draw_point(flow.canvas(), {x + 8, middle}, 1.9, placed.index, pen.colour);
      else
        flow.canvas().line({x, middle}, {x + 16, middle}, pen);
    }
    Text(flow.fonts(),
         fit(flow.fonts(), legend_name(chart, placed.index), label_style,
             (flow.width() - made.left) / 2),
         label_style)
        .draw(flow.canvas(), x + 20, middle - 5);
  }
}

}  // namespace

double least_height(Flow& flow, const doc::Chart& chart) {
  return arrange(flow, chart).beside_plot + least_plot_height;
}

void put_chart(Flow& flow, const doc::Chart& chart) {
  const Arranged made = arrange(flow, chart);
  flow.need(made.beside_plot + least_plot_height);
  const double plot_high = std::min(plot_height, flow.room() - made.beside_plot);
  Canvas& canvas = flow.canvas();
  const Canvas::Part figure(canvas, "Figure");
  double y = flow.y();
  if (!made.title.empty()) {
    const Text title(flow.fonts(), made.title, title_style, flow.width());
    title.draw(canvas, flow.left(), y);
    y += title.height() + 2;
  }
  draw_legend(flow, chart, made, y);
  y += made.legend_rows * (label_height + 1) + made.mark_rows * label_height + 4;
  const Plot plot{.x = flow.left() + made.left,
                  .y = y,
                  .width = made.plot_width,
                  .height = plot_high,
                  .across = made.across,
                  .up = made.up};
  draw_mark_spans(canvas, plot, chart);
  for (std::size_t i = 0; i < chart.lines.size(); ++i) draw_band(canvas, plot, chart.lines[i], i);
  draw_frame(flow, plot);
  draw_marks(flow, plot, chart, made);
  draw_levels(flow, plot, chart, made.right);
  for (std::size_t i = 0; i < chart.lines.size(); ++i) draw_curve(canvas, plot, chart.lines[i], i);
  draw_places(flow, plot, chart);
  y += plot_high + (chart.ticks.empty() ? 6 : 15);
  if (made.caption) made.caption->draw(canvas, flow.left() + made.left, y + 2);
  flow.advance(made.beside_plot + plot_high);
}

}  // namespace perfgate::print
