#include "print/canvas.hpp"

#include <fmt/format.h>

#include <array>
#include <numbers>

#include "base/text.hpp"

namespace perfgate::print {

Canvas::Canvas(const Libraries& lib, const Links& links) : lib_(lib), links_(links) {}

Canvas::Canvas(const Libraries& lib, const Links& links, double width, double height,
               const Sink& sink)
    : lib_(lib),
      links_(links),
      sink_(&sink),
      surface_(lib.cairo_pdf_surface_create_for_stream(write, this, width, height)),
      cr_(lib.cairo_create(surface_)) {}

Canvas::~Canvas() {
  if (cr_ != nullptr) lib_.cairo_destroy(cr_);
  if (surface_ != nullptr) lib_.cairo_surface_destroy(surface_);
}

cairo_status_t Canvas::write(void* self, const unsigned char* bytes, unsigned length) {
  auto& canvas = *static_cast<Canvas*>(self);
  if (canvas.sink_error_) return CAIRO_STATUS_WRITE_ERROR;
  auto written = (*canvas.sink_)({reinterpret_cast<const char*>(bytes), length});
  if (written) return CAIRO_STATUS_SUCCESS;
  canvas.sink_error_ = std::move(written).error();
  return CAIRO_STATUS_WRITE_ERROR;
}

bool Canvas::failed() const {
  return draws() && (sink_error_ || lib_.cairo_status(cr_) != CAIRO_STATUS_SUCCESS ||
                     lib_.cairo_surface_status(surface_) != CAIRO_STATUS_SUCCESS);
}

void Canvas::describe(cairo_pdf_metadata_t what, const std::string& text) {
  if (draws() && !text.empty()) lib_.cairo_pdf_surface_set_metadata(surface_, what, text.c_str());
}

void Canvas::show_page() {
  if (draws()) lib_.cairo_show_page(cr_);
}

Result<void> Canvas::finish() {
  if (!draws()) return {};
  const cairo_status_t drawn = lib_.cairo_status(cr_);
  lib_.cairo_surface_finish(surface_);
  const cairo_status_t written = lib_.cairo_surface_status(surface_);
  if (sink_error_) return std::unexpected(*sink_error_);
  const cairo_status_t status = drawn != CAIRO_STATUS_SUCCESS ? drawn : written;
  if (status == CAIRO_STATUS_NO_MEMORY)
    return fail(Code::memory, "printing a PDF: out of memory", "print less, or another format");
  if (status != CAIRO_STATUS_SUCCESS)
    return fail(Code::internal,
                fmt::format("printing a PDF: cairo: {}", lib_.cairo_status_to_string(status)),
                "take another format, and tell us what was printed");
  return {};
}

void Canvas::source(Colour colour) {
  lib_.cairo_set_source_rgb(cr_, colour.red, colour.green, colour.blue);
}

void Canvas::set(const Pen& pen) {
  source(pen.colour);
  lib_.cairo_set_line_width(cr_, pen.width);
  lib_.cairo_set_line_join(cr_, CAIRO_LINE_JOIN_ROUND);
  lib_.cairo_set_line_cap(cr_, pen.dash.empty() ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  lib_.cairo_set_dash(cr_, pen.dash.data(), static_cast<int>(pen.dash.size()), 0);
}

void Canvas::fill(double x, double y, double width, double height, Colour colour) {
  if (!draws()) return;
  source(colour);
  lib_.cairo_rectangle(cr_, x, y, width, height);
  lib_.cairo_fill(cr_);
}

void Canvas::fill(std::span<const Point> polygon, Colour colour) {
  if (!draws() || polygon.size() < 3) return;
  source(colour);
  lib_.cairo_move_to(cr_, polygon[0].x, polygon[0].y);
  for (const Point& point : polygon.subspan(1)) lib_.cairo_line_to(cr_, point.x, point.y);
  lib_.cairo_close_path(cr_);
  lib_.cairo_fill(cr_);
}

void Canvas::disc(Point centre, double radius, Colour colour) {
  if (!draws()) return;
  source(colour);
  lib_.cairo_new_sub_path(cr_);
  lib_.cairo_arc(cr_, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
  lib_.cairo_fill(cr_);
}

void Canvas::line(Point from, Point to, const Pen& pen) {
  const std::array<Point, 2> ends{from, to};
  lines(ends, pen);
}

void Canvas::lines(std::span<const Point> points, const Pen& pen) {
  if (!draws() || points.empty()) return;
  set(pen);
  lib_.cairo_move_to(cr_, points[0].x, points[0].y);
  if (points.size() == 1) lib_.cairo_line_to(cr_, points[0].x, points[0].y);  // a dot, by its caps
  for (const Point& point : points.subspan(1)) lib_.cairo_line_to(cr_, point.x, point.y);
  lib_.cairo_stroke(cr_);
}

void Canvas::show(PangoLayoutLine* line, double x, double baseline) {
  if (!draws()) return;
  lib_.cairo_move_to(cr_, x, baseline);
  lib_.pango_cairo_show_layout_line(cr_, line);
}

void Canvas::show(std::span<const Glyph> glyphs, std::string_view text, Colour colour, double x,
                  double baseline) {
  if (!draws()) return;
  source(colour);
  std::vector<cairo_glyph_t> placed;
  std::vector<cairo_text_cluster_t> clusters;  // which bytes each stands for: text can be copied
  std::size_t begin = 0, end = 0;              // in the text
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    const auto bytes = static_cast<int>(code_point_at(text, end).length);
    placed.push_back({.index = glyphs[i].index, .x = x, .y = baseline});
    clusters.push_back({.num_bytes = bytes, .num_glyphs = 1});
    x += glyphs[i].advance;
    end += static_cast<std::size_t>(bytes);
    if (i + 1 < glyphs.size() && glyphs[i + 1].font == glyphs[i].font) continue;
    lib_.cairo_set_scaled_font(cr_, lib_.pango_cairo_font_get_scaled_font(
                                        reinterpret_cast<PangoCairoFont*>(glyphs[i].font)));
    lib_.cairo_show_text_glyphs(cr_, text.data() + begin, static_cast<int>(end - begin),
                                placed.data(), static_cast<int>(placed.size()), clusters.data(),
                                static_cast<int>(clusters.size()), cairo_text_cluster_flags_t{});
    placed.clear();
    clusters.clear();
    begin = end;
  }
}

void Canvas::clip(double x, double y, double width, double height) {
  if (!draws()) return;
  lib_.cairo_save(cr_);
  lib_.cairo_rectangle(cr_, x, y, width, height);
  lib_.cairo_clip(cr_);
}

void Canvas::unclip() {
  if (draws()) lib_.cairo_restore(cr_);
}

void Canvas::link(std::string_view target, double x, double y, double width, double height) {
  if (!draws()) return;
  std::string attributes = links_.attributes(target);
  if (attributes.empty()) return;
  attributes += fmt::format(" rect=[{:.2f} {:.2f} {:.2f} {:.2f}]", x, y, width, height);
  lib_.cairo_tag_begin(cr_, CAIRO_TAG_LINK, attributes.c_str());
  lib_.cairo_tag_end(cr_, CAIRO_TAG_LINK);
}

void Canvas::place(const std::string& name, double x, double y) {
  if (!draws()) return;
  const std::string attributes = fmt::format("name='{}' x={:.2f} y={:.2f}", name, x, y);
  lib_.cairo_tag_begin(cr_, CAIRO_TAG_DEST, attributes.c_str());
  lib_.cairo_tag_end(cr_, CAIRO_TAG_DEST);
}

void Canvas::outline(int level, const std::string& text, const std::string& place) {
  if (!draws()) return;
  while (!above_.empty() && above_.back().first >= level) above_.pop_back();
  const int parent = above_.empty() ? CAIRO_PDF_OUTLINE_ROOT : above_.back().second;
  const auto flags =
      static_cast<cairo_pdf_outline_flags_t>(level <= 2 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
  const std::string attributes = fmt::format("dest='{}'", place);
  const int id =
      lib_.cairo_pdf_surface_add_outline(surface_, parent, text.c_str(), attributes.c_str(), flags);
  above_.emplace_back(level, id);
}

Canvas::Part::Part(Canvas& canvas, const char* name) : canvas_(canvas), name_(name) {
  if (canvas_.draws() && name_ != nullptr)
    canvas_.lib_.cairo_tag_begin(canvas_.cr_, name_, nullptr);
}

Canvas::Part::~Part() {
  if (canvas_.draws() && name_ != nullptr) canvas_.lib_.cairo_tag_end(canvas_.cr_, name_);
}

void draw_sign(Canvas& canvas, doc::Tone tone, double x, double y, double size) {
  const Pen pen{.colour = colour_of(tone), .width = size * 0.14};
  const auto at = [&](double across, double down) {
    return Point{x + across * size, y + down * size};
  };
  switch (tone) {
    case doc::Tone::good: {
      const std::array tick{at(0.1, 0.55), at(0.4, 0.85), at(0.92, 0.18)};
      canvas.lines(tick, pen);
      break;
    }
    case doc::Tone::caution: {
      const std::array triangle{at(0.5, 0.06), at(0.97, 0.9), at(0.03, 0.9), at(0.5, 0.06)};
      canvas.lines(triangle, {.colour = pen.colour, .width = size * 0.1});
      canvas.line(at(0.5, 0.36), at(0.5, 0.58), {.colour = pen.colour, .width = size * 0.11});
      canvas.disc(at(0.5, 0.75), size * 0.065, pen.colour);
      break;
    }
    case doc::Tone::bad:
      canvas.line(at(0.14, 0.14), at(0.86, 0.86), pen);
      canvas.line(at(0.86, 0.14), at(0.14, 0.86), pen);
      break;
    case doc::Tone::neutral:
      canvas.disc(at(0.5, 0.5), size * 0.18, grey);
      break;
  }
}

}  // namespace perfgate::print
