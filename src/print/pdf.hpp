#pragma once
// A document on paper: PDF by cairo and pango, page by page, so that what is held in memory does
// not grow with the number of pages.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/document.hpp"

namespace perfgate::print {

enum class Paper { a4, letter };

struct PaperOptions {
  Paper paper = Paper::a4;
  bool landscape = false;
  /// Families in order of preference, separated by commas; of those that are not installed, and for
  /// scripts that they do not have, the system's other fonts stand in.
  std::string family = "Liberation Sans, DejaVu Sans, Noto Sans, sans-serif";
  std::string code_family = "DejaVu Sans Mono, Liberation Mono, Noto Sans Mono, monospace";
};

/// Takes the next bytes of the file. What it returns as an error ends the printing.
using Sink = std::function<Result<void>(std::string_view bytes)>;

/// The document as PDF 1.5. Equal documents, options and fonts give equal bytes, whatever the
/// clock, locale, time zone and user; the last page names the fonts with their SHA-256. Foreign
/// text is made safe; links lead to https:// or into the document, others are printed as text.
/// Errors: Code::io where a library or all fonts are missing (the hint names the package), a font
/// cannot be read, or the sink failed.
Result<void> pdf(const doc::Document& document, const PaperOptions& options, const Sink& sink);

/// "a4", "letter".
std::string_view to_text(Paper paper);
Result<Paper> paper_from_text(std::string_view text);

}  // namespace perfgate::print
