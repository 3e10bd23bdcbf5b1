#pragma once
// The fonts that a document is set in: found by fontconfig, remembered as they are used.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "print/libraries.hpp"
#include "print/pdf.hpp"
#include "print/theme.hpp"

namespace perfgate::print {

struct Unref {
  const Libraries* lib = nullptr;
  void operator()(void* object) const { lib->g_object_unref(object); }
};
template <class T>
using Object = std::unique_ptr<T, Unref>;

/// A font file that glyphs were taken from.
struct UsedFont {
  std::string name;    ///< "DejaVu Sans Bold"
  std::string file;    ///< its name without the folder
  std::string sha256;  ///< of the whole file
};

/// A character as it stands in a style by itself. Points; heights are those of its font's lines.
struct Glyph {
  PangoFont* font = nullptr;  ///< nullptr: none has it, or it is not one glyph at its place
  unsigned long index = 0;
  double advance = 0, ascent = 0, descent = 0;
};

class Fonts {
 public:
  /// Errors: Code::io where a library is missing, or no font is installed.
  static Result<Fonts> open(const PaperOptions& options);
  Fonts(Fonts&&) noexcept = default;
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;
  Fonts& operator=(Fonts&&) = delete;
  ~Fonts();

  const Libraries& lib() const { return *lib_; }
  PangoContext* context() const { return context_.get(); }
  /// Size, weight and family of a style; lives as long as this.
  const PangoFontDescription* description(const Style& style);

  /// Whether each character stands for itself, so that widths add up: no joining, no combining.
  static bool is_simple(std::string_view text);
  /// Of one line in points. Quick for what is simple.
  double width(std::string_view text, const Style& style);
  /// Those of a line of simple text, one a character; nothing where pango must set it.
  std::optional<std::vector<Glyph>> glyphs(std::string_view text, const Style& style);

  /// Remembers which fonts a line is set in, and which characters none has.
  void note(const PangoLayoutLine* line, std::string_view text);
  /// In order of name. Errors: Code::io where a file cannot be read.
  Result<std::vector<UsedFont>> used() const;
  const std::set<char32_t>& without_font() const { return without_font_; }

 private:
  Fonts(const Libraries& lib, const PaperOptions& options);

  struct FreeDescription {
    const Libraries* lib;
    void operator()(PangoFontDescription* description) const {
      lib->pango_font_description_free(description);
    }
  };
  using Key = std::tuple<double, bool, bool>;  // size, strong, code
  /// What was asked for so far of a style.
  struct Face {
    std::array<std::optional<Glyph>, 128> ascii;
    std::unordered_map<char32_t, Glyph> others;
  };
  Face& face(const Style& style) { return faces_[Key{style.size, style.strong, style.code}]; }
  const Glyph& glyph(Face& face, char32_t character, const Style& style);

  const Libraries* lib_;
  std::string family_, code_family_;
  Object<PangoFontMap> map_;
  Object<PangoContext> context_;
  std::map<Key, std::unique_ptr<PangoFontDescription, FreeDescription>> descriptions_;
  std::map<Key, Face> faces_;
  std::vector<Object<PangoFont>> seen_;
  std::map<std::pair<std::string, int>, std::string> files_;  // path and index -> name
  std::set<char32_t> without_font_;
};

}  // namespace perfgate::print
