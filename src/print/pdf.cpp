#include "print/pdf.hpp"

#include <fmt/format.h>

#include <map>

#include "print/blocks.hpp"
#include "print/charts.hpp"
#include "print/safe.hpp"
#include "print/tables.hpp"

namespace perfgate::print {
namespace {

/// Of a document that does not say when it was made. Cairo would take the clock.
constexpr Time unknown_time{0};

using Plans = std::map<const doc::Table*, TablePlan>;

TablePlan& plan_of(Plans& plans, Flow& flow, const doc::Table& table) {
  const auto found = plans.find(&table);
  if (found != plans.end()) return found->second;
  return plans.emplace(&table, plan_table(flow.fonts(), table, flow.width())).first->second;
}

class Printer {
 public:
  Printer(Flow& flow, Plans& plans) : flow_(flow), plans_(plans) {}

  void put_all(const std::vector<doc::Block>& blocks) {
    blocks_ = &blocks;
    for (at_ = 0; at_ < blocks.size() && !flow_.canvas().failed(); ++at_)
      std::visit([&](const auto& block) { put_one(block); }, blocks[at_]);
  }

 private:
  void put_one(const doc::Heading& heading) { put(flow_, heading, after(at_)); }
  void put_one(const doc::Table& table) {
    flow_.space(9);
    put_table(flow_, table, plan_of(plans_, flow_, table));
    flow_.space(12);
  }
  void put_one(const doc::Chart& chart) {
    flow_.space(12);
    put_chart(flow_, chart);
    flow_.space(12);
  }
  void put_one(const doc::PageBreak&) {
    if (!flow_.fresh()) flow_.next_page();
  }
  template <class Block>
  void put_one(const Block& block) {
    put(flow_, block);
  }

  /// What must stand on the same page as the heading before it.
  double after(std::size_t heading) const {
    double sum = 0;
    for (std::size_t i = heading + 1; i < blocks_->size(); ++i) {
      const doc::Block& block = (*blocks_)[i];
      if (const auto* next = std::get_if<doc::Heading>(&block)) {
        sum += heading_height(flow_, *next);
        continue;
      }
      sum += least(block);
      break;
    }
    return std::min(sum, flow_.whole() * 0.8);
  }

  double least(const doc::Block& block) const {
    if (const auto* chart = std::get_if<doc::Chart>(&block))
      return 12 + least_height(flow_, *chart);
    if (const auto* table = std::get_if<doc::Table>(&block))
      return 9 + least_height(flow_, *table, plan_of(plans_, flow_, *table));
    if (std::holds_alternative<doc::PageBreak>(block)) return 0;
    return 3 * body_size * leading + 12;
  }

  Flow& flow_;
  Plans& plans_;
  const std::vector<doc::Block>* blocks_ = nullptr;
  std::size_t at_ = 0;
};

/// "U+0939, U+1F600 and 12 more"
std::string code_points(const std::set<char32_t>& characters) {
  constexpr std::size_t most = 12;
  std::string text;
  std::size_t told = 0;
  for (const char32_t c : characters) {
    if (told == most) break;
    text += fmt::format("{}U+{:04X}", told++ == 0 ? "" : ", ", static_cast<unsigned>(c));
  }
  if (characters.size() > most) text += fmt::format(" and {} more", characters.size() - most);
  return text;
}

/// What the last page says of the fonts.
std::vector<doc::Block> fonts_told(const Fonts& fonts, const std::vector<UsedFont>& used) {
  doc::Table table{
      .name = "fonts",
      .columns = {
          {.title = "Font"}, {.title = "File", .code = true}, {.title = "SHA-256", .code = true}}};
  for (const UsedFont& font : used)
    table.rows.push_back({{.text = font.name}, {.text = font.file}, {.text = font.sha256}});
  std::vector<doc::Block> blocks{
      doc::Heading{.level = 3, .text = "Fonts"},
      doc::Paragraph{.spans = {{.text = "This document is set in these fonts. With the same files "
                                        "it is printed again byte for byte."}}},
      std::move(table)};
  if (!fonts.without_font().empty())
    blocks.emplace_back(doc::Paragraph{
        .spans = {{.text =
                       "No font on the machine that printed this has: " +
                       code_points(fonts.without_font()) +
                       ". They stand as boxes with their numbers; the packages fonts-noto-core, "
                       "fonts-noto-cjk and fonts-noto-color-emoji have most."}},
        .tone = doc::Tone::caution});
  return blocks;
}

void describe(Canvas& canvas, const doc::Document& document) {
  canvas.describe(CAIRO_PDF_METADATA_TITLE, safe_title(document.title));
  canvas.describe(CAIRO_PDF_METADATA_AUTHOR, safe_title(document.tool));
  canvas.describe(CAIRO_PDF_METADATA_CREATOR, safe_title(document.tool));
  canvas.describe(CAIRO_PDF_METADATA_SUBJECT, safe_text(document.subtitle, 1000));
  std::string keywords;
  for (const std::string& keyword : document.keywords)
    keywords += (keywords.empty() ? "" : ", ") + safe_label(keyword);
  canvas.describe(CAIRO_PDF_METADATA_KEYWORDS, keywords);
  // "2026-11-20T11:35:00Z": cairo knows no milliseconds.
  const std::string made = to_text(document.made.value_or(unknown_time)).substr(0, 19) + "Z";
  canvas.describe(CAIRO_PDF_METADATA_CREATE_DATE, made);
  canvas.describe(CAIRO_PDF_METADATA_MOD_DATE, made);
}

/// "perfgate 0.1.0, 2026-11-20 11:35 UTC"
std::string foot_of(const doc::Document& document) {
  std::string foot = safe_title(document.tool);
  if (!document.made) return foot;
  const std::string made = to_text(*document.made);
  return foot + (foot.empty() ? "" : ", ") + made.substr(0, 10) + " " + made.substr(11, 5) + " UTC";
}

}  // namespace

Result<void> pdf(const doc::Document& document, const PaperOptions& options, const Sink& sink) {
  TRY(Fonts fonts, Fonts::open(options));
  const Links links(document);
  const Sheet paper = sheet(options);
  const std::string title = safe_title(document.title), foot = foot_of(document);
  Plans plans;
  std::vector<doc::Block> told;

  const auto print = [&](Canvas& canvas, int pages) -> Result<int> {
    Flow flow(fonts, canvas, links, paper, title, foot, pages);
    Printer printer(flow, plans);
    put_front(flow, document);
    printer.put_all(document.blocks);
    if (told.empty()) {  // now it is known which fonts; those of the table are among them
      for (const Style style : {Style{}, Style{.strong = true}, Style{.code = true}})
        fonts.width("x", style);
      TRY(const std::vector<UsedFont> used, fonts.used());
      told = fonts_told(fonts, used);
    }
    printer.put_all(told);
    flow.end();
    return flow.page();
  };
  Canvas counting(fonts.lib(), links);
  TRY(const int pages, print(counting, 0));
  Canvas canvas(fonts.lib(), links, paper.width, paper.height, sink);
  describe(canvas, document);
  TRY(const int printed, print(canvas, pages));
  CHECKED(canvas.finish());
  if (printed != pages)
    return fail(Code::internal,
                fmt::format("printing a PDF: {} pages were counted, {} printed", pages, printed),
                "take another format, and tell us what was printed");
  return {};
}

std::string_view to_text(Paper paper) { return paper == Paper::a4 ? "a4" : "letter"; }

Result<Paper> paper_from_text(std::string_view text) {
  for (const Paper paper : {Paper::a4, Paper::letter})
    if (text == to_text(paper)) return paper;
  return fail(Code::usage, fmt::format("no paper is named {}", safe_label(text)),
              "take a4 or letter");
}

}  // namespace perfgate::print
