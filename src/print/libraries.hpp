#pragma once
// The functions of cairo, pango and fontconfig that paper is printed with. They are loaded when the
// first page is, because 42 shared libraries would more than double the time that every command
// takes to start, and most never print.

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <glib-object.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>

#include <functional>
#include <string_view>

#include "base/result.hpp"

// One list a shared library. Each function is typed by its own header.
#define PERFGATE_CAIRO(X)                \
  X(cairo_pdf_surface_create_for_stream) \
  X(cairo_pdf_surface_set_metadata)      \
  X(cairo_pdf_surface_add_outline)       \
  X(cairo_surface_destroy)               \
  X(cairo_surface_finish)                \
  X(cairo_surface_status)                \
  X(cairo_create)                        \
  X(cairo_destroy)                       \
  X(cairo_status)                        \
  X(cairo_status_to_string)              \
  X(cairo_show_page)                     \
  X(cairo_save)                          \
  X(cairo_restore)                       \
  X(cairo_set_source_rgb)                \
  X(cairo_set_scaled_font)               \
  X(cairo_show_text_glyphs)              \
  X(cairo_set_line_width)                \
  X(cairo_set_line_cap)                  \
  X(cairo_set_line_join)                 \
  X(cairo_set_dash)                      \
  X(cairo_move_to)                       \
  X(cairo_line_to)                       \
  X(cairo_close_path)                    \
  X(cairo_new_sub_path)                  \
  X(cairo_arc)                           \
  X(cairo_rectangle)                     \
  X(cairo_stroke)                        \
  X(cairo_fill)                          \
  X(cairo_clip)                          \
  X(cairo_tag_begin)                     \
  X(cairo_tag_end)                       \
  X(cairo_font_options_create)           \
  X(cairo_font_options_destroy)          \
  X(cairo_font_options_set_antialias)    \
  X(cairo_font_options_set_hint_style)   \
  X(cairo_font_options_set_hint_metrics)
#define PERFGATE_PANGO(X)                     \
  X(pango_layout_get_direction)               \
  X(pango_attr_list_new)                      \
  X(pango_attr_list_insert)                   \
  X(pango_attr_list_unref)                    \
  X(pango_attr_font_desc_new)                 \
  X(pango_attr_font_features_new)             \
  X(pango_attr_foreground_new)                \
  X(pango_context_set_language)               \
  X(pango_context_set_round_glyph_positions)  \
  X(pango_font_description_new)               \
  X(pango_font_description_free)              \
  X(pango_font_description_set_absolute_size) \
  X(pango_font_description_set_family)        \
  X(pango_font_description_set_weight)        \
  X(pango_font_map_create_context)            \
  X(pango_language_from_string)               \
  X(pango_language_get_preferred)             \
  X(pango_layout_new)                         \
  X(pango_layout_set_attributes)              \
  X(pango_layout_set_font_description)        \
  X(pango_layout_set_text)                    \
  X(pango_layout_set_width)                   \
  X(pango_layout_set_wrap)                    \
  X(pango_layout_set_alignment)               \
  X(pango_layout_get_iter)                    \
  X(pango_layout_iter_free)                   \
  X(pango_layout_iter_next_line)              \
  X(pango_layout_iter_get_line_readonly)      \
  X(pango_layout_iter_get_line_extents)       \
  X(pango_layout_line_get_extents)            \
  X(pango_layout_line_get_x_ranges)
#define PERFGATE_PANGOCAIRO(X)            \
  X(pango_cairo_font_map_new)             \
  X(pango_cairo_context_set_font_options) \
  X(pango_cairo_context_set_resolution)   \
  X(pango_cairo_font_get_scaled_font)     \
  X(pango_cairo_show_layout_line)
#define PERFGATE_PANGOFT2(X) X(pango_fc_font_get_pattern)
#define PERFGATE_GOBJECT(X) \
  X(g_object_ref)           \
  X(g_object_unref)
#define PERFGATE_GLIB(X) X(g_free)
#define PERFGATE_FONTCONFIG(X) \
  X(FcConfigGetFonts)          \
  X(FcPatternGetString)        \
  X(FcPatternGetInteger)

#undef g_object_ref  // a macro that keeps the type, in newer headers

namespace perfgate::print {

struct Libraries {
#define PERFGATE_FUNCTION(name) decltype(&::name) name = nullptr;
  PERFGATE_CAIRO(PERFGATE_FUNCTION)
  PERFGATE_PANGO(PERFGATE_FUNCTION)
  PERFGATE_PANGOCAIRO(PERFGATE_FUNCTION)
  PERFGATE_PANGOFT2(PERFGATE_FUNCTION)
  PERFGATE_GOBJECT(PERFGATE_FUNCTION)
  PERFGATE_GLIB(PERFGATE_FUNCTION)
  PERFGATE_FONTCONFIG(PERFGATE_FUNCTION)
#undef PERFGATE_FUNCTION
};

/// Opens a shared library by its name, libcairo.so.2; nullptr: it is not there.
using Opener = std::function<void*(const char* name)>;

/// Errors: Code::io where a library is missing or too old, naming Debian's package.
Result<Libraries> load_libraries(const Opener& open);
/// The same by the system's loader, once for the process.
Result<const Libraries*> libraries();

}  // namespace perfgate::print
