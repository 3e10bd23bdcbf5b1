#pragma once
// What is drawn on: points from the upper left corner of a page. One that only counts draws
// nothing, so that the same code first finds out how many pages there will be.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "print/fonts.hpp"
#include "print/libraries.hpp"
#include "print/links.hpp"
#include "print/pdf.hpp"
#include "print/theme.hpp"

namespace perfgate::print {

struct Point {
  double x = 0, y = 0;
};

struct Pen {
  Colour colour = ink;
  double width = 0.5;
  std::vector<double> dash{};  ///< on, off, on ...; empty: a whole line
};

/// The sign before a text that has a tone, seen without colour: a tick, a triangle, a cross.
void draw_sign(class Canvas& canvas, doc::Tone tone, double x, double y, double size);

class Canvas {
 public:
  /// One that counts.
  Canvas(const Libraries& lib, const Links& links);
  /// One that writes a PDF.
  Canvas(const Libraries& lib, const Links& links, double width, double height, const Sink& sink);
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas();

  bool draws() const { return cr_ != nullptr; }
  /// What went wrong so far; nothing is drawn after that.
  bool failed() const;

  void describe(cairo_pdf_metadata_t what, const std::string& text);
  void show_page();
  /// Writes what is left. Errors: the sink's; Code::internal where cairo refuses.
  Result<void> finish();

  void fill(double x, double y, double width, double height, Colour colour);
  void fill(std::span<const Point> polygon, Colour colour);
  void disc(Point centre, double radius, Colour colour);
  void line(Point from, Point to, const Pen& pen);
  void lines(std::span<const Point> points, const Pen& pen);
  void show(PangoLayoutLine* line, double x, double baseline);
  /// One glyph for each character of `text`.
  void show(std::span<const Glyph> glyphs, std::string_view text, Colour colour, double x,
            double baseline);
  void clip(double x, double y, double width, double height);  ///< until unclip()
  void unclip();

  /// A place that the rectangle leads to.
  void link(std::string_view target, double x, double y, double width, double height);
  /// The place that #anchor leads to, and its line in the outline.
  void place(const std::string& name, double x, double y);
  /// Headings of a deeper level stand below those before.
  void outline(int level, const std::string& text, const std::string& place);

  /// A part of the structure that readers for the blind go by: P, H1, Table, TR, TD, L ...;
  /// nullptr: none.
  class Part {
   public:
    Part(Canvas& canvas, const char* name);
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

   private:
    Canvas& canvas_;
    const char* name_;
  };

 private:
  void set(const Pen& pen);
  void source(Colour colour);
  static cairo_status_t write(void* self, const unsigned char* bytes, unsigned length);

  const Libraries& lib_;
  const Links& links_;
  const Sink* sink_ = nullptr;
  std::optional<Error> sink_error_;
  cairo_surface_t* surface_ = nullptr;
  cairo_t* cr_ = nullptr;
  std::vector<std::pair<int, int>> above_;  // level and id of the outline's last lines
};

}  // namespace perfgate::print
