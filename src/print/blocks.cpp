#include "print/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr double between_paragraphs = 6;
constexpr double code_size = 7.8;

struct HeadingStyle {
  Style style;
  double above, below;
};
HeadingStyle heading_style(int level) {
  if (level <= 1) return {{.size = 17, .strong = true}, 24, 6};
  if (level == 2) return {{.size = 13.5, .strong = true}, 20, 5};
  if (level == 3) return {{.size = 11, .strong = true}, 14, 3.5};
  return {{.size = body_size, .strong = true, .colour = grey}, 10, 2.5};
}

/// A box with a bar at its left, as notices have it.
void draw_notice(Flow& flow, doc::Tone tone, double height) {
  flow.canvas().fill(flow.left(), flow.y(), flow.width(), height, tint_of(tone));
  flow.canvas().fill(flow.left(), flow.y(), 2.5, height,
                     tone == doc::Tone::neutral ? grey : colour_of(tone));
}

void put_notice(Flow& flow, const doc::Paragraph& paragraph) {
  constexpr double padding = 6, indent = 26;
  const Text text(flow.fonts(), flow.links().safe(paragraph.spans), {}, flow.width() - indent - 8);
  flow.space(between_paragraphs + 1);
  flow.need(text.height(0, 2) + 2 * padding);
  bool first = true;
  for (std::size_t line = 0; line < text.lines();) {
    std::size_t count = 0;
    while (line + count < text.lines() &&
           (count == 0 || text.height(line, count + 1) + 2 * padding <= flow.room()))
      ++count;
    const double height = text.height(line, count) + 2 * padding;
    draw_notice(flow, paragraph.tone, height);
    if (first)
      draw_sign(flow.canvas(), paragraph.tone, flow.left() + 10, flow.y() + padding + 2, 9);
    const Canvas::Part part(flow.canvas(), "P");
    text.draw(flow.canvas(), flow.left() + indent, flow.y() + padding, line, count);
    flow.advance(height);
    line += count;
    first = false;
    if (line < text.lines()) flow.next_page();
  }
  flow.space(between_paragraphs + 1);
}

void put_verdict(Flow& flow, const doc::Document& document) {
  constexpr double padding = 9, indent = 34;
  const Style style{.size = 12, .strong = true, .colour = colour_of(document.tone)};
  const Text text(flow.fonts(), safe_text(document.verdict, 1000), style,
                  flow.width() - indent - 10);
  const double height = text.height() + 2 * padding;
  flow.space(10);
  draw_notice(flow, document.tone, height);
  draw_sign(flow.canvas(), document.tone, flow.left() + 12, flow.y() + padding + 2, 13);
  const Canvas::Part part(flow.canvas(), "P");
  text.draw(flow.canvas(), flow.left() + indent, flow.y() + padding);
  flow.advance(height);
  flow.space(12);
}

}  // namespace

void put_front(Flow& flow, const doc::Document& document) {
  {
    const Canvas::Part part(flow.canvas(), "H1");
    const Text title(flow.fonts(), safe_title(document.title), {.size = 21, .strong = true},
                     flow.width());
    title.draw(flow.canvas(), flow.left(), flow.y());
    flow.advance(title.height());
  }
  if (!document.subtitle.empty()) {
    const Canvas::Part part(flow.canvas(), "P");
    const Text subtitle(flow.fonts(), safe_text(document.subtitle, 1000),
                        {.size = 10.5, .colour = grey}, flow.width());
    flow.space(2);
    subtitle.draw(flow.canvas(), flow.left(), flow.y());
    flow.advance(subtitle.height());
  }
  if (!document.verdict.empty()) put_verdict(flow, document);
}

double heading_height(Flow& flow, const doc::Heading& heading) {
  const HeadingStyle how = heading_style(heading.level);
  const Text text(flow.fonts(), safe_title(heading.text), how.style, flow.width());
  return how.above + text.height() + how.below;
}

void put(Flow& flow, const doc::Heading& heading, double with) {
  const HeadingStyle how = heading_style(heading.level);
  const std::string title = safe_title(heading.text);
  const Text text(flow.fonts(), title, how.style, flow.width());
  flow.space(how.above);
  flow.need(text.height() + how.below + with);
  if (heading.level <= 2) flow.section(title);
  const Canvas::Part part(flow.canvas(), heading.level <= 2   ? "H2"
                                         : heading.level == 3 ? "H3"
                                                              : "H4");
  const std::string place = flow.mark(heading.anchor, flow.y() - 6);
  flow.canvas().outline(heading.level, title, place);
  text.draw(flow.canvas(), flow.left(), flow.y());
  flow.advance(text.height());
  flow.space(how.below);
}

void put_lines(Flow& flow, const Text& text, double indent,
               const std::function<void(double height)>& before) {
  for (std::size_t line = 0; line < text.lines();) {
    const std::size_t left = text.lines() - line;
    // No orphan: two lines at the foot of a page, or none.
    flow.need(text.height(line, std::min<std::size_t>(left <= 3 ? left : 2, left)));
    std::size_t count = 1;
    while (count < left && text.height(line, count + 1) <= flow.room()) ++count;
    // No widow: two lines at the head of the next, or none.
    if (count + 1 == left && count > 2) --count;
    const double height = text.height(line, count);
    if (before) before(height);
    const Canvas::Part part(flow.canvas(), "P");
    text.draw(flow.canvas(), flow.left() + indent, flow.y(), line, count);
    flow.advance(height);
    line += count;
    if (line < text.lines()) flow.next_page();
  }
}

void put(Flow& flow, const doc::Paragraph& paragraph) {
  if (paragraph.tone != doc::Tone::neutral) return put_notice(flow, paragraph);
  const Text text(flow.fonts(), flow.links().safe(paragraph.spans), {}, flow.width());
  flow.space(between_paragraphs);
  put_lines(flow, text, 0);
  flow.space(between_paragraphs);
}

void put(Flow& flow, const doc::Bullets& bullets) {
  flow.space(between_paragraphs);
  const double indent = bullets.numbered ? 20 : 13;
  const Canvas::Part list(flow.canvas(), "L");
  for (std::size_t i = 0; i < bullets.items.size(); ++i) {
    const Text text(flow.fonts(), flow.links().safe(bullets.items[i]), {}, flow.width() - indent);
    const Canvas::Part item(flow.canvas(), "LI");
    bool first = true;
    put_lines(flow, text, indent, [&](double) {
      if (!std::exchange(first, false)) return;
      if (!bullets.numbered) {
        flow.canvas().disc({flow.left() + 4, flow.y() + body_size * leading / 2 + 0.4}, 1.4, grey);
        return;
      }
      const Text number(flow.fonts(), fmt::format("{}.", i + 1), {.colour = grey});
      number.draw(flow.canvas(), flow.left() + indent - 6 - number.width(), flow.y());
    });
    flow.space(2.5);
  }
  flow.space(between_paragraphs);
}

void put(Flow& flow, const doc::Code& code) {
  constexpr double padding = 6, side = 8;
  const Style style{.size = code_size, .code = true};
  flow.space(between_paragraphs);
  const double inner = flow.width() - 2 * side;
  const Text text(flow.fonts(),
                  cut_lines(flow.fonts(), safe_lines(code.text, 200'000), style, inner), style,
                  inner);
  flow.need(text.height(0, 3) + 2 * padding);
  for (std::size_t line = 0; line < text.lines();) {
    std::size_t count = 1;
    while (line + count < text.lines() && text.height(line, count + 1) + 2 * padding <= flow.room())
      ++count;
    const double height = text.height(line, count) + 2 * padding;
    flow.canvas().fill(flow.left(), flow.y(), flow.width(), height, shade);
    const Canvas::Part part(flow.canvas(), "Code");
    text.draw(flow.canvas(), flow.left() + side, flow.y() + padding, line, count);
    flow.advance(height);
    line += count;
    if (line < text.lines()) flow.next_page();
  }
  flow.space(between_paragraphs + 2);
}

void put(Flow& flow, const doc::Facts& facts) {
  const Style name_style{.colour = grey};
  double names = 0;
  for (const auto& [name, spans] : facts.rows)
    names = std::max(names, flow.fonts().width(safe_label(name), name_style));
  names = std::min(names, flow.width() * 0.35);
  const double indent = names + 14;
  flow.space(between_paragraphs);
  for (const auto& [name, spans] : facts.rows) {
    const Text label(flow.fonts(), safe_label(name), name_style, names + 0.5);
    const Text text(flow.fonts(), flow.links().safe(spans), {}, flow.width() - indent);
    flow.need(std::max(label.height(), text.height(0, 2)));
    const double begin = flow.y();
    const int page = flow.page();
    label.draw(flow.canvas(), flow.left(), flow.y());
    put_lines(flow, text, indent);
    if (flow.page() == page && flow.y() - begin < label.height())
      flow.advance(label.height() - (flow.y() - begin));
    flow.space(2);
  }
  flow.space(between_paragraphs);
}

}  // namespace perfgate::print
