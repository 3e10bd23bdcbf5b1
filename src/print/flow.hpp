#pragma once
// The pages that blocks flow onto: margins, running heads, numbers, and what stands together.

#include <functional>
#include <set>
#include <string>

#include "print/canvas.hpp"
#include "print/fonts.hpp"
#include "print/text.hpp"

namespace perfgate::print {

/// Points.
struct Sheet {
  double width, height;
  double left = 54, right = 54, top = 66, bottom = 60;  ///< margins

  double text_width() const { return width - left - right; }
  double text_height() const { return height - top - bottom; }
};
Sheet sheet(const PaperOptions& options);

class Flow {
 public:
  /// `pages`: how many there will be; 0: not yet known. `title` and `foot` must be safe.
  Flow(Fonts& fonts, Canvas& canvas, const Links& links, const Sheet& sheet, std::string title,
       std::string foot, int pages);

  Fonts& fonts() { return fonts_; }
  Canvas& canvas() { return canvas_; }
  const Links& links() const { return links_; }
  double left() const { return sheet_.left; }
  double width() const { return sheet_.text_width(); }
  double whole() const { return sheet_.text_height(); }  ///< a page's

  double y() const { return y_; }
  double room() const { return sheet_.height - sheet_.bottom - y_; }
  bool fresh() const { return fresh_; }  ///< nothing stands on this page yet
  int page() const { return page_; }

  /// At least so much space to what stood before; none at the top of a page. Of two the larger
  /// counts.
  void space(double height);
  /// The next page, unless there is room for `height`.
  void need(double height);
  /// What was just drawn from y().
  void advance(double height);
  void next_page();
  /// A place on this page, named for the outline; that of an anchor, where there is one, leads here
  /// by the anchor's first heading.
  std::string mark(const std::string& anchor, double y);
  /// What the running head names on the following pages.
  void section(std::string title);
  void end();

 private:
  void head();
  void foot();
  void put_line(const std::string& text, const Style& style, double y, Align side);
  void end_page();

  Fonts& fonts_;
  Canvas& canvas_;
  const Links& links_;
  Sheet sheet_;
  std::string title_, foot_;
  std::string section_, section_above_;  // the last one, and the one that the page begins in
  int pages_;
  int page_ = 1;
  int places_ = 0;
  std::set<std::string, std::less<>> marked_;
  double y_;
  double space_ = 0;  // that stands since the last advance
  bool fresh_ = true;
};

}  // namespace perfgate::print
