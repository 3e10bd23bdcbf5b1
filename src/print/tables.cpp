#include "print/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "print/cells.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

double head_height(Fonts& fonts, const doc::Table& table, const TablePlan& plan,
                   std::size_t panel) {
  double highest = 0;
  const Style style = head_style(plan.size);
  for (const auto& column : plan.panels[panel]) {
    const std::string title = safe_label(table.columns[column.index].title);
    const double inner = column.width - 2 * cell_side;
    const bool one_line = Fonts::is_simple(title) && fonts.width(title, style) <= inner;
    highest = std::max(highest,
                       one_line ? style.size * leading : Text(fonts, title, style, inner).height());
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

const Style table_caption_style{.size = 9, .strong = true};

/// "Comparisons (columns 2 to 9 of 24), continued"
doc::Spans caption(const doc::Table& table, const TablePlan& plan, std::size_t panel,
                   bool continued) {
  doc::Spans spans;
  if (!table.caption.empty()) spans.push_back({.text = safe_title(table.caption), .strong = true});
  std::string more;
  if (plan.panels.size() > 1) {
    std::size_t before = 1, shown = 1;
    for (std::size_t i = 0; i < plan.panels.size(); ++i) {
      if (i < panel) before += plan.panels[i].size() - 1;
      shown += plan.panels[i].size() - 1;
    }
    more = fmt::format("columns {} to {} of {}", before + 1, before + plan.panels[panel].size() - 1,
                       shown);
  }
  if (continued) more += more.empty() ? "continued" : ", continued";
  if (!more.empty()) spans.push_back({.text = spans.empty() ? more : " (" + more + ")"});
  return spans;
}

double caption_height(Fonts& fonts, const doc::Spans& spans, double width) {
  if (spans.empty()) return 0;
  return Text(fonts, spans, {.size = table_caption_style.size, .colour = grey}, width).height() + 2;
}

class Setter {
 public:
  Setter(Flow& flow, const doc::Table& table, TablePlan& plan, std::size_t panel)
      : flow_(flow), table_(table), plan_(plan), panel_(panel) {
    plan.heights.resize(plan.panels.size());
    plan.heights[panel].resize(table.rows.size());
    for (const auto& column : plan.panels[panel]) width_ += column.width;
  }

  double begin_height(bool continued) const {
    return caption_height(flow_.fonts(), caption(table_, plan_, panel_, continued), flow_.width()) +
           head_height(flow_.fonts(), table_, plan_, panel_);
  }

  void begin(bool continued) {
    const doc::Spans spans = caption(table_, plan_, panel_, continued);
    if (!spans.empty()) {
      const Text text(flow_.fonts(), spans, {.size = table_caption_style.size, .colour = grey},
                      flow_.width());
      const Canvas::Part part(flow_.canvas(), "Caption");
      text.draw(flow_.canvas(), flow_.left(), flow_.y());
      flow_.advance(text.height() + 2);
    }
    draw_head();
  }

  /// What has to stand on one page at the beginning: two rows, but all of a short table.
  double together(double note_height) const {
    constexpr std::size_t short_table = 10;
    const bool all = table_.rows.size() <= short_table;
    double sum = begin_height(false) + (all ? note_height : 0);
    for (std::size_t row = 0;
         row < std::min<std::size_t>(all ? short_table : 2, table_.rows.size()); ++row)
      sum += height(row);
    return sum;
  }

  /// Of a row, with the title of the group that begins with it.
  double height(std::size_t row) const {
    std::optional<double>& known = plan_.heights[panel_][row];
    if (!known) known = row_height(flow_.fonts(), table_, plan_, panel_, row);
    return *known + (group_at(row) != nullptr ? group_height() : 0);
  }

  /// `first`: of the page.
  void put_row(std::size_t row, double height, bool first) {
    if (const doc::TableGroup* group = group_at(row)) {
      put_group(safe_label(group->title));
      height -= group_height();
    } else if (const doc::TableGroup* around = group_around(row); first && around != nullptr) {
      put_group(safe_label(around->title) + " (continued)");
    }
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
  double group_height() const { return plan_.size * leading + 2 * cell_above + 3; }
  const doc::TableGroup* group_around(std::size_t row) const {
    const doc::TableGroup* found = nullptr;
    for (const doc::TableGroup& group : table_.groups)
      if (group.first <= row && !group.title.empty()) found = &group;
    return found;
  }
  const doc::TableGroup* group_at(std::size_t row) const {
    const doc::TableGroup* group = group_around(row);
    return group != nullptr && group->first == row ? group : nullptr;
  }
  void put_group(const std::string& title) {
    const Canvas::Part part(flow_.canvas(), told_apart() ? "TR" : nullptr);
    const Canvas::Part head(flow_.canvas(), told_apart() ? "TH" : nullptr);
    flow_.canvas().fill(flow_.left(), flow_.y() + 0.3, width_, group_height() - 0.6, shade);
    const Style style{.size = plan_.size, .strong = true};
    Text(flow_.fonts(), fit(flow_.fonts(), title, style, width_ - 2 * cell_side), style)
        .draw(flow_.canvas(), flow_.left() + cell_side, flow_.y() + cell_above + 1.5);
    flow_.advance(group_height());
  }

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
      const std::string label = safe_label(described.title);
      const double inner = column.width - 2 * cell_side, left = x + cell_side;
      x += column.width;
      const double free = inner - flow_.fonts().width(label, style);
      if (free >= 0 && draw_line(flow_.fonts(), flow_.canvas(), label, style,
                                 described.number ? left + free : left,
                                 flow_.y() + height - 3 - style.size * leading))
        continue;
      const Text title(flow_.fonts(), label, style, inner,
                       described.number ? Align::right : Align::left);
      title.draw(flow_.canvas(), left, flow_.y() + height - 3 - title.height());
    }
    flow_.advance(height);
    line(grey, 0.8);
  }

  Flow& flow_;
  const doc::Table& table_;
  TablePlan& plan_;
  std::size_t panel_;
  double width_ = 0;
};

constexpr double note_above = 4;

/// What is said below the last panel.
std::optional<Text> note_of(Flow& flow, const doc::Table& table, bool last_panel) {
  if (!last_panel || table.left_out.empty()) return std::nullopt;
  return Text(flow.fonts(), safe_title(table.left_out), {.size = small_size, .colour = grey},
              flow.width());
}

void put_panel(Flow& flow, const doc::Table& table, TablePlan& plan, std::size_t panel) {
  Setter setter(flow, table, plan, panel);
  const std::size_t count = table.rows.size();
  const auto height = [&](std::size_t row) { return setter.height(row); };
  const std::optional<Text> note = note_of(flow, table, panel + 1 == plan.panels.size());
  const double note_height = note ? note->height() + note_above : 0;
  const double together = setter.together(note_height);
  if (together < flow.whole()) flow.need(together);
  double next = count > 0 ? height(0) : 0;
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
      first_here = true;
    }
    setter.put_row(row, own, first_here);
    first_here = false;
  }
  setter.line(grey, 0.5);
  part.reset();
  if (note) {
    flow.space(note_above);
    const Canvas::Part paragraph(flow.canvas(), "P");
    note->draw(flow.canvas(), flow.left(), flow.y());
    flow.advance(note->height());
  }
}

}  // namespace

double least_height(Flow& flow, const doc::Table& table, TablePlan& plan) {
  if (plan.panels.empty()) return 0;
  const auto note = note_of(flow, table, plan.panels.size() == 1);
  return Setter(flow, table, plan, 0).together(note ? note->height() + note_above : 0);
}

void put_table(Flow& flow, const doc::Table& table, TablePlan& plan) {
  for (std::size_t panel = 0; panel < plan.panels.size(); ++panel) {
    if (panel > 0) flow.space(14);
    put_panel(flow, table, plan, panel);
  }
}

}  // namespace perfgate::print
