#include "print/fonts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "print/text.hpp"
#include "sys/file.hpp"

namespace perfgate::print {
namespace {

/// Pango asks the environment once which languages the user prefers, and chooses between the forms
/// of a Chinese character by that. Equal documents are to look equal: nobody prefers any.
void prefer_no_language(const Libraries& lib) {
  constexpr const char* variable = "PANGO_LANGUAGE";
  const char* value = std::getenv(variable);
  const std::optional<std::string> before =
      value == nullptr ? std::nullopt : std::optional<std::string>(value);
  ::setenv(variable, "en", 1);
  lib.pango_language_get_preferred();
  if (before)
    ::setenv(variable, before->c_str(), 1);
  else
    ::unsetenv(variable);
}

/// Pango itself lists its generic families also where there is none.
bool any_font(const Libraries& lib) {
  const FcFontSet* system = lib.FcConfigGetFonts(nullptr, FcSetSystem);
  return system != nullptr && system->nfont > 0;
}

std::string text_of(const Libraries& lib, const FcPattern* pattern, const char* what) {
  FcChar8* value = nullptr;
  if (lib.FcPatternGetString(pattern, what, 0, &value) != FcResultMatch) return {};
  return reinterpret_cast<const char*>(value);
}

Result<std::string> sha256_of_file(const std::string& path) {
  TRY(sys::InputFile file, sys::InputFile::open(path));
  Sha256 hash;
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (true) {
    TRY(const std::size_t got, file.read(buffer));
    if (got == 0) return hash.hex();
    hash.add({buffer.data(), got});
  }
}

}  // namespace

Fonts::Fonts(const Libraries& lib, const PaperOptions& options)
    : lib_(&lib),
      family_(options.family),
      code_family_(options.code_family),
      map_(lib.pango_cairo_font_map_new(), Unref{&lib}),
      context_(nullptr, Unref{&lib}) {}

Fonts::~Fonts() = default;

Result<Fonts> Fonts::open(const PaperOptions& options) {
  TRY(const Libraries* lib, libraries());
  prefer_no_language(*lib);
  Fonts fonts(*lib, options);
  if (!any_font(*lib))
    return fail(Code::io, "printing a PDF: no font is installed",
                "apt-get install fonts-dejavu-core (and fonts-noto-core for more scripts)");
  fonts.context_.reset(lib->pango_font_map_create_context(fonts.map_.get()));
  PangoContext* context = fonts.context_.get();
  // Nothing is fitted to the pixels of a screen: paper has none.
  cairo_font_options_t* screen = lib->cairo_font_options_create();
  lib->cairo_font_options_set_antialias(screen, CAIRO_ANTIALIAS_GRAY);
  lib->cairo_font_options_set_hint_style(screen, CAIRO_HINT_STYLE_NONE);
  lib->cairo_font_options_set_hint_metrics(screen, CAIRO_HINT_METRICS_OFF);
  lib->pango_cairo_context_set_font_options(context, screen);
  lib->cairo_font_options_destroy(screen);
  lib->pango_cairo_context_set_resolution(context, 72);
  lib->pango_context_set_round_glyph_positions(context, FALSE);
  lib->pango_context_set_language(context, lib->pango_language_from_string("en"));
  return fonts;
}

const PangoFontDescription* Fonts::description(const Style& style) {
  const Key key{style.size, style.strong, style.code};
  auto found = descriptions_.find(key);
  if (found == descriptions_.end()) {
    std::unique_ptr<PangoFontDescription, FreeDescription> made(lib_->pango_font_description_new(),
                                                                FreeDescription{lib_});
    lib_->pango_font_description_set_family(made.get(),
                                            (style.code ? code_family_ : family_).c_str());
    lib_->pango_font_description_set_absolute_size(made.get(), style.size * PANGO_SCALE);
    lib_->pango_font_description_set_weight(made.get(),
                                            style.strong ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    found = descriptions_.emplace(key, std::move(made)).first;
  }
  return found->second.get();
}

bool Fonts::is_simple(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++at;
      continue;
    }
    const CodePoint c = code_point_at(text, at);
    const bool latin = c.value >= 0xA0 && c.value < 0x250 && c.value != 0xAD;
    const bool greek_or_cyrillic = c.value >= 0x386 && c.value < 0x483;
    const bool sign = (c.value >= 0x2010 && c.value <= 0x2027) || c.value == 0x2212;
    if (!c.valid || !(latin || greek_or_cyrillic || sign)) return false;
    at += c.length;
  }
  return true;
}

const Glyph& Fonts::glyph(Face& face, char32_t character, const Style& style) {
  const bool ascii = character < face.ascii.size();
  if (ascii && face.ascii[character]) return *face.ascii[character];
  if (!ascii)
    if (const auto found = face.others.find(character); found != face.others.end())
      return found->second;
  std::string text;
  append_utf8(text, character);
  const Glyph made = Text(*this, text, style).only_glyph();
  if (ascii) return face.ascii[character].emplace(made);
  return face.others.emplace(character, made).first->second;
}

double Fonts::width(std::string_view text, const Style& style) {
  if (!is_simple(text)) {
    // One character is asked for again and again where names are broken.
    if (!text.empty() && code_point_at(text, 0).length == text.size())
      return glyph(face(style), code_point_at(text, 0).value, style).advance;
    return Text(*this, text, style).width();
  }
  double sum = 0;
  Face& known = face(style);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    sum += glyph(known, c.value, style).advance;
    at += c.length;
  }
  return sum;
}

std::optional<std::vector<Glyph>> Fonts::glyphs(std::string_view text, const Style& style) {
  if (!is_simple(text)) return std::nullopt;
  std::vector<Glyph> line;
  line.reserve(text.size());
  Face& known = face(style);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    // The font of a Greek or a Cyrillic character may depend on its neighbours' language.
    const bool latin = c.value < 0x250 || c.value >= 0x2010;
    line.push_back(glyph(known, c.value, style));
    if (!latin || line.back().font == nullptr) return std::nullopt;
    at += c.length;
  }
  return line;
}

void Fonts::note(const PangoLayoutLine* line, std::string_view text) {
  for (const GSList* item = line->runs; item != nullptr; item = item->next) {
    const auto* run = static_cast<const PangoLayoutRun*>(item->data);
    PangoFont* font = run->item->analysis.font;
    for (int i = 0; i < run->glyphs->num_glyphs; ++i) {
      if ((run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0) continue;
      const auto at = static_cast<std::size_t>(run->item->offset) +
                      static_cast<std::size_t>(run->glyphs->log_clusters[i]);
      if (at < text.size()) without_font_.insert(code_point_at(text, at).value);
    }
    if (font == nullptr) continue;
    // One that is seen is kept, so that no other comes to lie at its address.
    if (std::ranges::any_of(seen_, [font](const auto& known) { return known.get() == font; }))
      continue;
    seen_.emplace_back(static_cast<PangoFont*>(lib_->g_object_ref(font)), Unref{lib_});
    const FcPattern* pattern =
        lib_->pango_fc_font_get_pattern(reinterpret_cast<PangoFcFont*>(font));
    const std::string path = text_of(*lib_, pattern, FC_FILE);
    int index = 0;
    lib_->FcPatternGetInteger(pattern, FC_INDEX, 0, &index);
    std::string name = text_of(*lib_, pattern, FC_FULLNAME);
    if (name.empty()) name = text_of(*lib_, pattern, FC_FAMILY);
    files_.emplace(std::pair{path, index}, std::move(name));
  }
}

Result<std::vector<UsedFont>> Fonts::used() const {
  std::vector<UsedFont> fonts;
  for (const auto& [file, name] : files_) {
    const std::string& path = file.first;
    TRY(std::string digest, sha256_of_file(path));
    fonts.push_back({name, path.substr(path.rfind('/') + 1), std::move(digest)});
  }
  std::ranges::sort(
      fonts, {}, [](const UsedFont& font) { return std::tie(font.name, font.file, font.sha256); });
  return fonts;
}

}  // namespace perfgate::print
