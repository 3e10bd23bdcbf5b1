#pragma once
// Text laid out in lines: any script, in its own direction, set by pango.

#include <string>
#include <string_view>
#include <vector>

#include "model/document.hpp"
#include "print/fonts.hpp"

namespace perfgate::print {

class Canvas;

/// `start` is left or right as the text runs.
enum class Align { start, left, right };

/// Texts must be safe: valid, and nothing in them acts. Points everywhere.
class Text {
 public:
  static constexpr std::size_t all = static_cast<std::size_t>(-1);

  /// One line, as wide as it gets; with a width it is broken to fit. Newlines and U+2028 break.
  Text(Fonts& fonts, std::string_view text, const Style& style, double width = 0,
       Align align = Align::start);
  /// Spans with a target are links: whether they may be is decided before (Links).
  Text(Fonts& fonts, const doc::Spans& spans, const Style& style, double width,
       Align align = Align::start);

  std::size_t lines() const { return lines_.size(); }
  /// Of `count` lines from `first`.
  double height(std::size_t first = 0, std::size_t count = all) const;
  double width() const { return width_; }  ///< of the longest line
  /// Of a text of one character; with its width alone where it is set in another way.
  Glyph only_glyph() const;
  /// With the upper left corner at x, y.
  void draw(Canvas& canvas, double x, double y, std::size_t first = 0,
            std::size_t count = all) const;

 private:
  struct Line {
    double left, baseline, height;  // within the line
  };
  struct Link {
    int begin, end;
    std::string target;
  };
  struct Part {
    int begin, end;
    Style style;
  };
  void set(Fonts& fonts, const Style& style, const std::vector<Part>& parts, double width,
           Align align);
  void draw_links(Canvas& canvas, PangoLayoutLine* line, double x, double y, double height) const;

  std::string text_;
  std::vector<Link> links_;
  Object<PangoLayout> layout_;
  std::vector<Line> lines_;
  double width_ = 0;
};

/// Draws one line of simple text without pango setting it, many times as fast; false, and nothing
/// is drawn, where pango must. What is drawn is the same.
bool draw_line(Fonts& fonts, Canvas& canvas, std::string_view text, const Style& style, double x,
               double y);

/// A name in at most `lines` lines of `width`: broken after / _ . : and the like where it can be,
/// and what is too long shortened in its middle, `…`. U+2028 stands where lines end.
std::string break_name(Fonts& fonts, std::string_view name, const Style& style, double width,
                       std::size_t lines);
/// Each line cut where the width ends, wherever that is, as a terminal does. (Pango takes the
/// square of the time for a line without end.)
std::string cut_lines(Fonts& fonts, std::string_view text, const Style& style, double width);
/// On one line, shortened in its middle.
std::string fit(Fonts& fonts, std::string_view text, const Style& style, double width);

}  // namespace perfgate::print
