#include "print/text.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "print/canvas.hpp"

namespace perfgate::print {
namespace {

double points(int pango_units) { return pango_units / double{PANGO_SCALE}; }

guint16 channel(double share) { return static_cast<guint16>(std::lround(share * 65535)); }

class Attributes {
 public:
  explicit Attributes(const Libraries& lib) : lib_(lib), list_(lib.pango_attr_list_new()) {}
  ~Attributes() { lib_.pango_attr_list_unref(list_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  void add(PangoAttribute* attribute, int begin, int end) {
    attribute->start_index = static_cast<guint>(begin);
    attribute->end_index = static_cast<guint>(end);
    lib_.pango_attr_list_insert(list_, attribute);
  }
  PangoAttrList* get() const { return list_; }

 private:
  const Libraries& lib_;
  PangoAttrList* list_;
};

/// LINE SEPARATOR: the next line belongs to the same paragraph and keeps its direction.
constexpr std::string_view line_end = "\u2028";

/// Runs right to left, so that numbers beside it would change places with it.
bool has_right_to_left(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if ((c.value >= 0x590 && c.value < 0x900) || (c.value >= 0xFB1D && c.value < 0xFDFE) ||
        (c.value >= 0xFE70 && c.value < 0xFEFD) || (c.value >= 0x10800 && c.value < 0x11000) ||
        (c.value >= 0x1E800 && c.value < 0x1F000))
      return true;
    at += c.length;
  }
  return false;
}

/// FIRST STRONG ISOLATE ... POP DIRECTIONAL ISOLATE
std::string isolated(std::string_view text) {
  std::string result;
  append_utf8(result, 0x2068);
  result += text;
  append_utf8(result, 0x2069);
  return result;
}

bool may_break_after(char32_t c) { return std::u32string_view(U"/_.:,;-=>)]}|+ ").contains(c); }

}  // namespace

Text::Text(Fonts& fonts, std::string_view text, const Style& style, double width, Align align)
    : text_(text), layout_(nullptr, Unref{&fonts.lib()}) {
  set(fonts, style, {}, width, align);
}

Text::Text(Fonts& fonts, const doc::Spans& spans, const Style& style, double width, Align align)
    : layout_(nullptr, Unref{&fonts.lib()}) {
  std::vector<Part> parts;
  for (const doc::Span& span : spans) {
    const auto begin = static_cast<int>(text_.size());
    text_ += spans.size() > 1 && has_right_to_left(span.text) ? isolated(span.text) : span.text;
    const auto end = static_cast<int>(text_.size());
    Style part = style;
    part.strong = style.strong || span.strong;
    part.code = style.code || span.code;
    if (part.code && !style.code)
      part.size = style.size * code_scale;  // looks as large as its surroundings
    if (!span.target.empty()) {
      part.colour = link_blue;
      links_.push_back({begin, end, span.target});
    }
    if (span.strong || span.code || !span.target.empty()) parts.push_back({begin, end, part});
  }
  set(fonts, style, parts, width, align);
}

void Text::set(Fonts& fonts, const Style& style, const std::vector<Part>& parts, double width,
               Align align) {
  const Libraries& lib = fonts.lib();
  layout_.reset(lib.pango_layout_new(fonts.context()));
  PangoLayout* layout = layout_.get();
  lib.pango_layout_set_font_description(layout, fonts.description(style));
  lib.pango_layout_set_text(layout, text_.data(), static_cast<int>(text_.size()));
  if (width > 0) {
    // What we broke by sums of widths must not be broken again for a rounding.
    lib.pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE) + 2);
    lib.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    // Pango means by left where a text begins, which is right where it runs right to left.
    if (align != Align::start && lib.pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL)
      align = align == Align::left ? Align::right : Align::left;
    lib.pango_layout_set_alignment(layout,
                                   align == Align::right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  }
  const auto foreground = [&](Colour c) {
    return lib.pango_attr_foreground_new(channel(c.red), channel(c.green), channel(c.blue));
  };
  Attributes attributes(lib);
  const auto end = static_cast<int>(text_.size());
  attributes.add(foreground(style.colour), 0, end);
  // Without kerning the widths of characters add up (Fonts::width), and figures stand in columns.
  attributes.add(lib.pango_attr_font_features_new("kern=0, liga=0, clig=0"), 0, end);
  for (const Part& part : parts) {
    attributes.add(lib.pango_attr_font_desc_new(fonts.description(part.style)), part.begin,
                   part.end);
    attributes.add(foreground(part.style.colour), part.begin, part.end);
  }
  lib.pango_layout_set_attributes(layout, attributes.get());

  PangoLayoutIter* lines = lib.pango_layout_get_iter(layout);
  do {
    PangoRectangle in_layout{}, around_baseline{};
    lib.pango_layout_iter_get_line_extents(lines, nullptr, &in_layout);
    PangoLayoutLine* line = lib.pango_layout_iter_get_line_readonly(lines);
    lib.pango_layout_line_get_extents(line, nullptr, &around_baseline);
    fonts.note(line, text_);
    const double own = points(around_baseline.height);
    const double height = std::max(own, style.size * leading);
    lines_.push_back(
        {points(in_layout.x), (height - own) / 2 + points(PANGO_ASCENT(around_baseline)), height});
    width_ = std::max(width_, points(in_layout.width));
  } while (lib.pango_layout_iter_next_line(lines) != 0);
  lib.pango_layout_iter_free(lines);
}

Glyph Text::only_glyph() const {
  const Libraries& lib = *layout_.get_deleter().lib;
  Glyph glyph{.advance = width_};
  PangoLayoutIter* lines = lib.pango_layout_get_iter(layout_.get());
  PangoLayoutLine* line = lib.pango_layout_iter_get_line_readonly(lines);
  if (line->runs != nullptr && line->runs->next == nullptr) {
    const auto* run = static_cast<const PangoLayoutRun*>(line->runs->data);
    const PangoGlyphInfo& info = run->glyphs->glyphs[0];
    if (run->glyphs->num_glyphs == 1 && (info.glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0 &&
        info.glyph != PANGO_GLYPH_EMPTY && info.geometry.x_offset == 0 &&
        info.geometry.y_offset == 0) {
      PangoRectangle extents{};
      lib.pango_layout_line_get_extents(line, nullptr, &extents);
      glyph.font = run->item->analysis.font;
      glyph.index = info.glyph;
      glyph.ascent = points(PANGO_ASCENT(extents));
      glyph.descent = points(PANGO_DESCENT(extents));
    }
  }
  lib.pango_layout_iter_free(lines);
  return glyph;
}

bool draw_line(Fonts& fonts, Canvas& canvas, std::string_view text, const Style& style, double x,
               double y) {
  if (text.empty()) return true;
  const auto glyphs = fonts.glyphs(text, style);
  if (!glyphs) return false;
  double ascent = 0, descent = 0;
  for (const Glyph& glyph : *glyphs) {
    ascent = std::max(ascent, glyph.ascent);
    descent = std::max(descent, glyph.descent);
  }
  const double own = ascent + descent;
  canvas.show(*glyphs, text, style.colour, x,
              y + (std::max(own, style.size * leading) - own) / 2 + ascent);
  return true;
}

double Text::height(std::size_t first, std::size_t count) const {
  double sum = 0;
  for (std::size_t i = first; i < lines_.size() && i - first < count; ++i) sum += lines_[i].height;
  return sum;
}

void Text::draw(Canvas& canvas, double x, double y, std::size_t first, std::size_t count) const {
  const Libraries& lib = *layout_.get_deleter().lib;
  PangoLayoutIter* lines = lib.pango_layout_get_iter(layout_.get());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (i >= first && i - first < count) {
      const Line& line = lines_[i];
      PangoLayoutLine* set = lib.pango_layout_iter_get_line_readonly(lines);
      canvas.show(set, x + line.left, y + line.baseline);
      if (!links_.empty()) draw_links(canvas, set, x, y, line.height);
      y += line.height;
    }
    lib.pango_layout_iter_next_line(lines);
  }
  lib.pango_layout_iter_free(lines);
}

void Text::draw_links(Canvas& canvas, PangoLayoutLine* line, double x, double y,
                      double height) const {
  const Libraries& lib = *layout_.get_deleter().lib;
  for (const Link& link : links_) {
    const int begin = std::max(link.begin, line->start_index);
    const int end = std::min(link.end, line->start_index + line->length);
    if (begin >= end) continue;
    int* ranges = nullptr;
    int count = 0;
    lib.pango_layout_line_get_x_ranges(line, begin, end, &ranges, &count);
    for (int i = 0; i < count; ++i) {
      const double left = points(ranges[2 * i]), right = points(ranges[2 * i + 1]);
      canvas.link(link.target, x + left, y, right - left, height);
    }
    lib.g_free(ranges);
  }
}

std::string break_name(Fonts& fonts, std::string_view name, const Style& style, double width,
                       std::size_t lines) {
  if (fonts.width(name, style) <= width) return std::string(name);
  struct Character {
    std::size_t at;
    char32_t value;
    double width;
  };
  const double ellipsis = fonts.width("…", style);
  std::vector<Character> characters;
  double sum = 0;
  for (std::size_t at = 0; at < name.size();) {
    const CodePoint c = code_point_at(name, at);
    const double own = fonts.width(name.substr(at, c.length), style);
    characters.push_back({at, c.value, own});
    sum += own;
    at += c.length;
  }
  // Lines end up to a third early, at a place where names part.
  const double holds = width * (static_cast<double>(lines) - (lines > 1 ? 0.34 : 0));
  std::size_t skip_from = characters.size(), skip_to = characters.size();
  if (sum > holds) {
    double kept = ellipsis;
    std::size_t head = 0, tail = characters.size();
    while (head < tail) {
      const bool from_head = head <= characters.size() - tail;
      const double next = characters[from_head ? head : tail - 1].width;
      if (kept + next > holds) break;
      kept += next;
      from_head ? ++head : --tail;
    }
    skip_from = head;
    skip_to = tail;
  }
  std::string broken;
  double used = 0;
  std::size_t last_break = 0;  // in `broken`, where a line may end; 0: nowhere
  double used_at_break = 0;
  const auto put = [&](std::string_view bytes, char32_t value, double own) {
    if (used + own > width && used > 0) {
      if (last_break != 0 && used_at_break > width * 0.6) {
        broken.insert(last_break, line_end);
        used -= used_at_break;
      } else {
        broken += line_end;
        used = 0;
      }
      last_break = 0;
    }
    broken += bytes;
    used += own;
    if (may_break_after(value)) {
      last_break = broken.size();
      used_at_break = used;
    }
  };
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (i == skip_from) {
      put("…", U'…', ellipsis);
      i = skip_to;
      if (i >= characters.size()) break;
    }
    const std::size_t end = i + 1 < characters.size() ? characters[i + 1].at : name.size();
    put(name.substr(characters[i].at, end - characters[i].at), characters[i].value,
        characters[i].width);
  }
  return broken;
}

std::string cut_lines(Fonts& fonts, std::string_view text, const Style& style, double width) {
  std::string cut;
  double used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    const std::string_view bytes = text.substr(at, c.length);
    at += c.length;
    if (c.value == U'\n') {
      used = 0;
      cut += '\n';
      continue;
    }
    const double own = fonts.width(bytes, style);
    if (used > 0 && used + own > width) {
      cut += '\n';
      used = 0;
    }
    cut += bytes;
    used += own;
  }
  return cut;
}

std::string fit(Fonts& fonts, std::string_view text, const Style& style, double width) {
  return break_name(fonts, text, style, width, 1);
}

}  // namespace perfgate::print
