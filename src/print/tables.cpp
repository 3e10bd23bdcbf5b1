#include "print/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "print/cells.hpp"
#include "print/columns.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr std::array sizes{8.5, 7.8, 7.0};

Style head_style(double size) { return {.size = size * 0.94, .strong = true, .colour = grey}; }

/// A row that is too short has nothing there.
const doc::Cell& cell_of(const std::vector<doc::Cell>& row, std::size_t index) {
  static const doc::Cell nothing;
  return index < row.size() ? row[index] : nothing;
}

struct Measured {
  ColumnNeed need;
  std::vector<double> widths;  ///< of each cell on one line
  double fraction = -1;
};

/// Numbers of one unit stand under each other's point; others are aligned right.
double widest_fraction(Fonts& fonts, const doc::Table& table, std::size_t index, double size) {
  std::set<std::string, std::less<>> units;
  double widest = 0;
  bool any_point = false;
  for (const auto& row : table.rows) {
    const doc::Cell& cell = cell_of(row, index);
    if (cell.text.empty()) continue;
    const std::string text = safe_cell(cell.text);
    if (text.find_first_of("0123456789") == std::string::npos) continue;  // "-", "exact"
    const std::string_view right = from_point(text);
    const std::size_t unit = right.find_first_not_of(".0123456789");
    units.emplace(unit == std::string_view::npos ? std::string_view() : right.substr(unit));
    if (units.size() > 1) return -1;
    any_point = any_point || right.starts_with('.');
    widest = std::max(widest, fonts.width(right, cell_style(table.columns[index], cell, size)));
  }
  return any_point ? widest : -1;
}

Measured measured(Fonts& fonts, const doc::Table& table, std::size_t index, double size) {
  const doc::Column& column = table.columns[index];
  const doc::Cell head{.text = column.title};
  const Style style = head_style(size);
  const double title = fonts.width(safe_label(column.title), style) + 2 * cell_side + 0.01;
  const double longest_word =
      cell_least(fonts, {}, {.text = column.title, .tone = doc::Tone::bad}, style.size);
  Measured made{.need = {.shrink = column.shrink}};
  made.fraction = column.number ? widest_fraction(fonts, table, index, size) : -1;
  double widest = 0, least = 0, before_point = 0;
  made.widths.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    const doc::Cell& cell = cell_of(row, index);
    const double own = cell_width(fonts, column, cell, size);
    if (made.fraction >= 0) {
      const std::string text = safe_cell(cell.text);
      before_point = std::max(before_point,
                              own - fonts.width(from_point(text), cell_style(column, cell, size)));
    }
    // What no word can widen needs no look at each.
    if (own > least)
      least = std::max(least, column.number ? own : cell_least(fonts, column, cell, size));
    widest = std::max(widest, own);
    made.widths.push_back(own);
  }
  if (made.fraction >= 0) {
    widest = std::max(widest, before_point + made.fraction);
    least = std::max(least, widest);
  }
  // A title in two lines is better than a column that is wide for it alone.
  made.need.natural = std::max({widest, longest_word, std::min(title, std::max(widest, 64.0))});
  if (column.code) least = std::min(widest, size * 9);
  made.need.least = std::min(made.need.natural, std::max({least, longest_word, size * 2.5}));
  return made;
}

/// Widens what fits, so that tables of nearly the page's width are as wide as it.
void spread(const doc::Table& table, std::vector<TablePlan::Column>& columns, double width) {
  double sum = 0;
  for (const auto& column : columns) sum += column.width;
  if (sum < width * 0.55 || sum >= width) return;
  const double free = width - sum;
  const double each = std::min(14.0, free / static_cast<double>(columns.size()));
  double rest = free - each * static_cast<double>(columns.size());
  for (auto& column : columns) column.width += each;
  const auto text = std::ranges::find_if(
      columns, [&](const auto& column) { return !table.columns[column.index].number; });
  if (text != columns.end()) text->width += rest;
}

std::vector<TablePlan::Column> chosen(std::span<const Measured> all,
                                      std::span<const std::size_t> indices, double width,
                                      bool& fits) {
  std::vector<ColumnNeed> needs;
  for (const std::size_t index : indices) needs.push_back(all[index].need);
  const auto widths = share_width(needs, width);
  fits = widths.has_value();
  std::vector<TablePlan::Column> columns;
  for (std::size_t i = 0; fits && i < indices.size(); ++i)
    columns.push_back({indices[i], (*widths)[i], all[indices[i]].fraction});
  return columns;
}

/// Of all rows, about: pango knows exactly, but takes its time.
double count_lines(std::span<const Measured> all, std::span<const TablePlan::Column> columns,
                   std::size_t rows) {
  double sum = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    double most = 1;
    for (const auto& column : columns) {
      const double own = all[column.index].widths[row] - 2 * cell_side;
      const double free = column.width - 2 * cell_side;
      if (own > free) most = std::max(most, std::ceil(own * 1.08 / free));
    }
    sum += most;
  }
  return sum;
}

/// So many columns side by side as fit, at most so many, the first one before each lot.
std::vector<std::vector<std::size_t>> lots(std::span<const Measured> all, double width,
                                           std::size_t most) {
  if (all.size() == 1) return {{0}};
  std::vector<std::vector<std::size_t>> made;
  const double first = std::min(all[0].need.natural, std::max(all[0].need.least, width * 0.3));
  double used = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double own = std::min(all[i].need.natural, width * 0.4);
    if (made.empty() || used + own > width || made.back().size() > most) {
      made.push_back({0});
      used = first;
    }
    made.back().push_back(i);
    used += own;
  }
  return made;
}

/// No more lots than are needed, each of about as many columns.
std::vector<std::vector<std::size_t>> even_lots(std::span<const Measured> all, double width) {
  auto made = lots(all, width, all.size());
  const std::size_t each = (all.size() + made.size() - 2) / made.size();
  auto even = lots(all, width, each);
  return even.size() == made.size() ? even : made;
}

double head_height(Fonts& fonts, const doc::Table& table, const TablePlan& plan,
                   std::size_t panel) {
  double highest = 0;
  const Style style = head_style(plan.size);
  for (const auto& column : plan.panels[panel]) {
    const Text title(fonts, safe_label(table.columns[column.index].title), style,
                     column.width - 2 * cell_side);
    highest = std::max(highest, title.height());
  }
  return highest + 5;
}

double row_height(Fonts& fonts, const doc::Table& table, const TablePlan& plan, std::size_t panel,
                  std::size_t row) {
  double highest = 0;
  for (const auto& column : plan.panels[panel])
    highest = std::max(
        highest, cell_height(fonts, table.columns[column.index],
                             cell_of(table.rows[row], column.index), plan.size, column.width));
  return highest;
}

const Style caption_style{.size = 9, .strong = true};

/// "Comparisons (columns 2 to 9 of 24), continued"
doc::Spans caption(const doc::Table& table, const TablePlan& plan, std::size_t panel,
                   bool continued) {
  doc::Spans spans;
  if (!table.caption.empty()) spans.push_back({.text = safe_title(table.caption), .strong = true});
  std::string more;
  if (plan.panels.size() > 1) {
    const auto& columns = plan.panels[panel];
    more = fmt::format("columns {} to {} of {}", columns[1].index + 1, columns.back().index + 1,
                       table.columns.size());
  }
  if (continued) more += more.empty() ? "continued" : ", continued";
  if (!more.empty()) spans.push_back({.text = spans.empty() ? more : " (" + more + ")"});
  return spans;
}

double caption_height(Fonts& fonts, const doc::Spans& spans, double width) {
  if (spans.empty()) return 0;
  return Text(fonts, spans, {.size = caption_style.size, .colour = grey}, width).height() + 2;
}

class Setter {
 public:
  Setter(Flow& flow, const doc::Table& table, const TablePlan& plan, std::size_t panel)
      : flow_(flow), table_(table), plan_(plan), panel_(panel) {
    for (const auto& column : plan.panels[panel]) width_ += column.width;
  }

  double begin_height(bool continued) const {
    return caption_height(flow_.fonts(), caption(table_, plan_, panel_, continued), flow_.width()) +
           head_height(flow_.fonts(), table_, plan_, panel_);
  }

  void begin(bool continued) {
    const doc::Spans spans = caption(table_, plan_, panel_, continued);
    if (!spans.empty()) {
      const Text text(flow_.fonts(), spans, {.size = caption_style.size, .colour = grey},
                      flow_.width());
      const Canvas::Part part(flow_.canvas(), "Caption");
      text.draw(flow_.canvas(), flow_.left(), flow_.y());
      flow_.advance(text.height() + 2);
    }
    draw_head();
  }

  void put_row(std::size_t row, double height) {
    if (flow_.canvas().draws()) {
      const Canvas::Part part(flow_.canvas(), told_apart() ? "TR" : nullptr);
      double x = flow_.left();
      for (const auto& column : plan_.panels[panel_]) {
        const Canvas::Part data(flow_.canvas(), told_apart() ? "TD" : nullptr);
        draw_cell(flow_, table_.columns[column.index], cell_of(table_.rows[row], column.index),
                  plan_.size, {x, flow_.y(), column.width, height}, column.fraction);
        x += column.width;
      }
    }
    flow_.advance(height);
    line(faint, 0.5);
  }

  void line(Colour colour, double width) {
    flow_.canvas().line({flow_.left(), flow_.y()}, {flow_.left() + width_, flow_.y()},
                        {.colour = colour, .width = width});
  }

 private:
  /// Each cell of a structure costs 150 bytes of file and more of memory: large tables have none.
  bool told_apart() const { return table_.rows.size() <= 1000; }

  void draw_head() {
    const Canvas::Part part(flow_.canvas(), "TR");
    const Style style = head_style(plan_.size);
    const double height = head_height(flow_.fonts(), table_, plan_, panel_);
    double x = flow_.left();
    for (const auto& column : plan_.panels[panel_]) {
      const Canvas::Part title_part(flow_.canvas(), "TH");
      const doc::Column& described = table_.columns[column.index];
      const Text title(flow_.fonts(), safe_label(described.title), style,
                       column.width - 2 * cell_side, described.number ? Align::right : Align::left);
      title.draw(flow_.canvas(), x + cell_side, flow_.y() + height - 3 - title.height());
      x += column.width;
    }
    flow_.advance(height);
    line(grey, 0.8);
  }

  Flow& flow_;
  const doc::Table& table_;
  const TablePlan& plan_;
  std::size_t panel_;
  double width_ = 0;
};

void put_panel(Flow& flow, const doc::Table& table, const TablePlan& plan, std::size_t panel) {
  Setter setter(flow, table, plan, panel);
  const std::size_t count = table.rows.size();
  const auto height = [&](std::size_t row) {
    return row_height(flow.fonts(), table, plan, panel, row);
  };
  const bool last_panel = panel + 1 == plan.panels.size();
  const std::string left_out = last_panel ? safe_title(table.left_out) : std::string();
  std::optional<Text> note;
  if (!left_out.empty())
    note.emplace(flow.fonts(), left_out, Style{.size = small_size, .colour = grey}, flow.width());
  const double note_height = note ? note->height() + 4 : 0;

  double next = count > 0 ? height(0) : 0;
  double second = count > 1 ? height(1) : 0;
  double together = setter.begin_height(false) + next + second;
  constexpr std::size_t short_table = 10;  // rows that are not parted where they fit on one page
  if (count <= short_table) {
    for (std::size_t row = 2; row < count; ++row) together += height(row);
    together += note_height;
  }
  if (together < flow.whole()) flow.need(together);
  std::optional<Canvas::Part> part;
  part.emplace(flow.canvas(), "Table");
  setter.begin(false);
  bool first_here = true;
  for (std::size_t row = 0; row < count; ++row) {
    const double own = next;
    next = row + 1 < count ? height(row + 1) : 0;
    // The last row does not go over the page alone, nor does what is said below it.
    const bool last_but_one = row + 2 == count;
    const double needed = own + (last_but_one       ? next + note_height
                                 : row + 1 == count ? note_height
                                                    : 0);
    if (flow.room() < needed && !first_here) {
      setter.line(rule, 0.5);
      part.reset();
      flow.next_page();
      part.emplace(flow.canvas(), "Table");
      setter.begin(true);
    }
    setter.put_row(row, own);
    first_here = false;
  }
  setter.line(grey, 0.5);
  part.reset();
  if (note) {
    flow.space(4);
    const Canvas::Part paragraph(flow.canvas(), "P");
    note->draw(flow.canvas(), flow.left(), flow.y());
    flow.advance(note->height());
  }
}

}  // namespace

TablePlan plan_table(Fonts& fonts, const doc::Table& table, double width) {
  TablePlan plan;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < table.columns.size(); ++i) indices.push_back(i);
  if (indices.empty()) return plan;
  std::vector<Measured> all;
  double best = HUGE_VAL;
  for (const double size : sizes) {
    all.clear();
    for (const std::size_t i : indices) all.push_back(measured(fonts, table, i, size));
    bool fits = false;
    auto columns = chosen(all, indices, width, fits);
    if (!fits) continue;
    // A smaller print where it saves more than it costs the reader.
    const double lines = count_lines(all, columns, table.rows.size());
    const double cost = lines * size * (sizes.front() / size);
    if (cost * 1.05 >= best) continue;
    best = cost;
    spread(table, columns, width);
    plan.size = size;
    plan.panels = {std::move(columns)};
    if (lines <= static_cast<double>(table.rows.size())) break;  // nothing is broken
  }
  if (!plan.panels.empty()) return plan;
  plan.size = sizes.back();
  for (const auto& lot : even_lots(all, width)) {
    bool fits = false;
    auto columns = chosen(all, lot, width, fits);
    if (!fits) {  // one word wider than the page: it is broken
      const double each = width / static_cast<double>(lot.size());
      for (const std::size_t index : lot) columns.push_back({index, each, -1});
    }
    plan.panels.push_back(std::move(columns));
  }
  return plan;
}

double least_height(Flow& flow, const doc::Table& table, const TablePlan& plan) {
  if (plan.panels.empty()) return 0;
  double sum = Setter(flow, table, plan, 0).begin_height(false);
  for (std::size_t row = 0; row < std::min<std::size_t>(2, table.rows.size()); ++row)
    sum += row_height(flow.fonts(), table, plan, 0, row);
  return sum;
}

void put_table(Flow& flow, const doc::Table& table, const TablePlan& plan) {
  for (std::size_t panel = 0; panel < plan.panels.size(); ++panel) {
    if (panel > 0) flow.space(14);
    put_panel(flow, table, plan, panel);
  }
}

}  // namespace perfgate::print
