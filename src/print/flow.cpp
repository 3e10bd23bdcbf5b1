#include "print/flow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace perfgate::print {

Sheet sheet(const PaperOptions& options) {
  Sheet made = options.paper == Paper::a4 ? Sheet{.width = 595.28, .height = 841.89}
                                          : Sheet{.width = 612, .height = 792};
  if (options.landscape) std::swap(made.width, made.height);
  return made;
}

Flow::Flow(Fonts& fonts, Canvas& canvas, const Links& links, const Sheet& sheet, std::string title,
           std::string foot, int pages)
    : fonts_(fonts),
      canvas_(canvas),
      links_(links),
      sheet_(sheet),
      title_(std::move(title)),
      foot_(std::move(foot)),
      pages_(pages),
      y_(sheet.top - 10) {}  // the first page has no running head

void Flow::space(double height) {
  if (fresh_ || height <= space_) return;
  y_ += height - space_;
  space_ = height;
}

void Flow::need(double height) {
  if (!fresh_ && room() < height) next_page();
}

void Flow::advance(double height) {
  y_ += height;
  space_ = 0;
  fresh_ = false;
}

void Flow::next_page() {
  end_page();
  ++page_;
  y_ = sheet_.top;
  space_ = 0;
  fresh_ = true;
  section_above_ = section_;
}

void Flow::section(std::string title) {
  section_ = std::move(title);
  if (fresh_) section_above_ = section_;
}

void Flow::end_page() {
  if (page_ > 1) head();  // the first page has the title itself
  foot();
  canvas_.show_page();
}

std::string Flow::mark(const std::string& anchor, double y) {
  std::string name = !anchor.empty() && marked_.insert(anchor).second
                         ? links_.place(anchor)
                         : fmt::format("p{}", ++places_);
  canvas_.place(name, left(), y);
  return name;
}

void Flow::end() { end_page(); }

void Flow::head() {
  const Style style{.size = 7.5, .colour = grey};
  const double half = width() / 2 - 10, y = sheet_.top - 30;
  put_line(fit(fonts_, title_, style, half), style, y, Align::left);
  if (!section_above_.empty())
    put_line(fit(fonts_, section_above_, style, half), style, y, Align::right);
  canvas_.line({left(), y + 13}, {left() + width(), y + 13}, {.colour = rule, .width = 0.4});
}

void Flow::foot() {
  const Style style{.size = 7.5, .colour = grey};
  const double y = sheet_.height - sheet_.bottom + 24;
  put_line(fit(fonts_, foot_, style, width() * 0.75), style, y, Align::left);
  put_line(fmt::format("{} of {}", page_, pages_), style, y, Align::right);
}

void Flow::put_line(const std::string& text, const Style& style, double y, Align side) {
  const double x = side == Align::left ? left() : left() + width() - fonts_.width(text, style);
  if (!draw_line(fonts_, canvas_, text, style, x, y)) Text(fonts_, text, style).draw(canvas_, x, y);
}

}  // namespace perfgate::print
