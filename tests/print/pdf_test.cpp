#include "print/pdf.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "print/sample.hpp"
#include "support/injection.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::print {
namespace {

std::string printed(const doc::Document& document, const PaperOptions& options = {}) {
  std::string bytes;
  const auto done = pdf(document, options, [&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  });
  INFO((done ? std::string() : done.error().message));
  REQUIRE(done);
  return bytes;
}

/// What a program of poppler's says of a PDF. Anything on stderr (a repaired file) is an error.
std::string told_by(std::vector<std::string> argv, std::string_view bytes) {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/paper.pdf";
  REQUIRE(sys::write_file_atomic(path, bytes));
  std::ranges::replace(argv, std::string("PDF"), path);
  const auto outcome = sys::run_process(
      {.argv = argv, .environment = test::plain_environment(), .output = {.head = 64 << 20}}, {});
  REQUIRE(outcome);
  CHECK(outcome->exit_code == 0);
  CHECK(outcome->errors.end(1000) == "");
  return outcome->output.text();
}

std::string info(std::string_view bytes) { return told_by({"pdfinfo", "PDF"}, bytes); }
std::string text_of(std::string_view bytes) {
  return told_by({"pdftotext", "-layout", "PDF", "-"}, bytes);
}
std::vector<std::string> pages_of(std::string_view bytes) {
  std::vector<std::string> pages;
  std::string text = text_of(bytes);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\f', at), text.size());
    pages.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return pages;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size())
    ++found;
  return found;
}

doc::Document titled(std::vector<doc::Block> blocks) {
  doc::Document document{
      .title = "A title", .tool = "perfgate 0.1.0", .made = Time{1'700'000'000'000}};
  document.blocks = std::move(blocks);
  return document;
}

// AC:pdf-identical
TEST_CASE("PDF: equal documents are equal bytes") {
  const std::string first = printed(test::sample_document());
  CHECK(first.starts_with("%PDF-1."));
  CHECK(first == printed(test::sample_document()));
  CHECK(first != printed(test::sample_document(), {.paper = Paper::letter}));
}

// AC:pdf-metadata
TEST_CASE("PDF: says what it is and when what it tells was made") {
  const std::string told = info(printed(test::sample_document()));
  CHECK(told.contains("Performance of nightly-suite at 3fa9c1e"));
  CHECK(told.contains("perfgate 0.1.0"));
  CHECK(told.contains("performance, nightly-suite, main, FAIL"));
  CHECK(told.contains("2026"));
  CHECK(told.contains("(A4)"));
  CHECK(info(printed(test::sample_document(), {.paper = Paper::letter})).contains("(letter)"));
  const std::string wide = info(printed(titled({}), {.landscape = true}));
  CHECK(wide.contains("841.89 x 595.28"));
  // Of what does not say when it was made the clock is not asked.
  doc::Document undated = titled({});
  undated.made.reset();
  CHECK(info(printed(undated)).contains("1970"));
}

// AC:pdf-pages
TEST_CASE("PDF: every page has its number of all") {
  const std::string bytes = printed(test::sample_document());
  const std::vector<std::string> pages = pages_of(bytes);
  CHECK(pages.size() > 8);
  CHECK(info(bytes).contains(fmt::format("Pages:           {}\n", pages.size())));
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CHECK(pages[i].contains(fmt::format("{} of {}", i + 1, pages.size())));
    if (i > 0) CHECK(pages[i].contains("Performance of nightly-suite at 3fa9c1e"));  // running head
  }
}

// AC:pdf-tables
TEST_CASE("PDF: a table over pages repeats its head, loses no row and leaves none alone") {
  for (const std::size_t rows : {40u, 41u, 42u, 43u, 44u, 90u, 200u}) {
    const std::vector<std::string> pages = pages_of(printed(test::many_rows(rows)));
    std::size_t found = 0;
    for (const std::string& page : pages) {
      const std::size_t here = count(page, "benchmark_");
      found += here;
      if (here == 0) continue;
      CHECK(here >= 2);
      CHECK(page.contains("95 % interval"));
    }
    CHECK(found == rows);
    CHECK(pages.back().contains("312 unchanged benchmarks are not listed."));
    if (pages.size() > 1) CHECK(pages[1].contains("continued"));
  }
}

TEST_CASE("PDF: groups of a table's rows have their titles, also on the next page") {
  doc::Document document = test::many_rows(90);
  auto& table = std::get<doc::Table>(document.blocks[0]);
  table.groups = {{.first = 0, .title = "Group of ten"}, {.first = 10, .title = "Group of eighty"}};
  table.columns[2].machine = true;
  const std::vector<std::string> pages = pages_of(printed(document));
  REQUIRE(pages.size() >= 2);
  CHECK(pages[0].contains("Group of ten"));
  CHECK(pages[0].contains("Group of eighty"));
  CHECK(pages[1].contains("Group of eighty (continued)"));
  CHECK(!pages[0].contains("Metric"));
}

TEST_CASE("PDF: a table wider than the page is printed in parts, each with the first column") {
  doc::Table table{.name = "wide", .caption = "Wide", .columns = {{.title = "Name"}}};
  std::vector<doc::Cell> row{{.text = "the_row"}};
  for (int i = 0; i < 60; ++i) {
    table.columns.push_back({.title = fmt::format("column{}", i), .number = true});
    row.push_back({.text = fmt::format("value{}", i)});
  }
  table.rows = {row, row};
  const std::string text = text_of(printed(titled({std::move(table)})));
  for (int i = 0; i < 60; ++i) {
    CHECK(count(text, fmt::format("column{} ", i)) + count(text, fmt::format("column{}\n", i)) ==
          1);
    CHECK(count(text, fmt::format("value{} ", i)) + count(text, fmt::format("value{}\n", i)) == 2);
  }
  CHECK(count(text, "the_row") >= 6);
  CHECK(text.contains("(columns 2 to "));
  CHECK(text.contains(" of 61)"));
}

TEST_CASE("PDF: a paragraph over pages leaves no line alone") {
  for (int lines = 40; lines < 110; lines += 7) {
    std::string text;
    for (int i = 0; i < lines; ++i)
      text += "The line of prose that fills about a line of the page so that it is long. ";
    const std::vector<std::string> pages =
        pages_of(printed(titled({doc::Paragraph{{{.text = text}}}})));
    for (const std::string& page : pages) {
      const auto prose = count(page, "prose");
      CHECK(prose != 1);
    }
  }
}

TEST_CASE("PDF: a heading stands with what it is about") {
  for (int before = 30; before < 62; before += 3) {
    std::vector<doc::Block> blocks;
    for (int i = 0; i < before; ++i) blocks.emplace_back(doc::Code{"x"});
    blocks.emplace_back(doc::Heading{.text = "Of the table"});
    blocks.emplace_back(doc::Heading{.level = 3, .text = "And more of it"});
    blocks.push_back(test::many_rows(3).blocks[0]);
    for (const std::string& page : pages_of(printed(titled(std::move(blocks))))) {
      if (page.contains("And more of it")) {
        CHECK(page.contains("Of the table"));
        CHECK(page.contains("benchmark_1"));
      }
    }
  }
}

// AC:pdf-links
TEST_CASE("PDF: headings are bookmarks, links lead where they may") {
  const std::string bytes = printed(test::sample_document());
  CHECK(bytes.contains("/Outlines"));
  CHECK(count(bytes, "/URI (https://example.com/") == 2);
  CHECK(bytes.contains("/URI (https://example.com/suite?a=%281%29&b=%27x%27)"));
  CHECK(count(bytes, "/S /URI") == 2);
  CHECK(!bytes.contains("javascript"));
  CHECK(told_by({"pdfinfo", "-dests", "PDF"}, bytes).contains("\"h3\""));
}

// AC:pdf-scripts
TEST_CASE("PDF: any script comes out as it went in") {
  const std::string text = text_of(printed(
      titled({doc::Paragraph{{{.text = "Ωμέγα декодирование ñandú ½ µs"}}},
              doc::Paragraph{{{.text = "基准测试"}}}, doc::Paragraph{{{.text = "פענוח"}}}})));
  CHECK(text.contains("Ωμέγα декодирование ñandú ½ µs"));
  CHECK(text.contains("基准测试"));
  // Poppler puts spaces between letters that run from right to left.
  std::string joined = text;
  std::erase(joined, ' ');
  CHECK(joined.contains("פענוח"));
}

TEST_CASE("PDF: what no font has is said on the last page") {
  const auto pages = pages_of(printed(titled({doc::Paragraph{{{.text = "a \U0010A7F3"}}}})));
  CHECK(pages.back().contains("U+10A7F3"));
}

/// A PDF's objects without their streams, in which any bytes may stand, and without the insides of
/// their strings: what is left is what acts.
std::string structure(std::string_view bytes) {
  std::string left;
  int depth = 0;  // of parentheses: within a string they are balanced or escaped
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (depth == 0 && bytes.substr(at).starts_with("\nstream\n")) {
      const std::size_t end = bytes.find("endstream", at);
      if (end == std::string_view::npos) return left + " an endless stream";
      at = end - 1;
      continue;
    }
    if (c == '\\' && depth > 0) {
      ++at;
      continue;
    }
    if (c == '(' && depth++ == 0) left += "()";
    if (c == ')') --depth;
    if (depth == 0 && c != ')') left += c;
  }
  return depth == 0 ? left : left + " an endless string";
}

bool has_name(std::string_view structure, std::string_view name) {
  for (std::size_t at = 0; (at = structure.find(name, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + name.size();
    if (end == structure.size() || std::isalnum(static_cast<unsigned char>(structure[end])) == 0)
      return true;  // "/AA" is none where "/AAPQRS+DejaVuSans" stands
  }
  return false;
}

doc::Document hostile(const std::string& payload) {
  const doc::Spans spans{{.text = payload, .target = payload, .strong = true, .code = true},
                         {.text = payload, .target = "https://" + payload},
                         {.text = payload, .target = "#" + payload}};
  doc::Document document{.title = payload,
                         .subtitle = payload,
                         .verdict = payload,
                         .tone = doc::Tone::bad,
                         .tool = payload,
                         .keywords = {payload, payload}};
  document.blocks = {
      doc::Heading{.text = payload, .anchor = payload},
      doc::Paragraph{spans, doc::Tone::caution},
      doc::Paragraph{spans},
      doc::Bullets{.items = {spans, spans}},
      doc::Code{payload + "\n" + payload},
      doc::Facts{{{payload, spans}}},
      doc::Table{.name = "t",
                 .caption = payload,
                 .columns = {{.title = payload, .code = true}, {.title = payload, .number = true}},
                 .rows = {{{.text = payload, .target = payload}, {.text = payload}},
                          {{.text = payload, .target = "https://" + payload}}},
                 .left_out = payload,
                 .groups = {{.first = 0, .title = payload}}},
      doc::Chart{.title = payload,
                 .unit = payload,
                 .alternative = payload,
                 .lines = {{.name = payload, .y = {1, 2, 3}}},
                 .levels = {{.y = 2, .label = payload}},
                 .marks = {{.at = 1, .label = payload}},
                 .ticks = {{0, payload}, {2, payload}}}};
  return document;
}

// AC:pdf-injection
TEST_CASE("PDF: texts that try to be more stay texts") {
  const auto& payloads = test::injection_payloads();
  CHECK(payloads.size() >= 300);
  // All as parts of one document, and each tenth in every place that a document has.
  doc::Document all = titled({});
  for (const std::string& payload : payloads)
    all.blocks.emplace_back(
        doc::Paragraph{{{.text = payload, .target = payload},
                        {.text = payload, .target = "https://e.example/" + payload}}});
  std::vector<std::string> files{printed(all)};
  for (std::size_t i = 0; i < payloads.size(); i += 10)
    files.push_back(printed(hostile(payloads[i])));
  for (const std::string& bytes : files) {
    const std::string left = structure(bytes);
    CHECK(left.contains("/Catalog"));
    CHECK(!left.contains(" an endless "));
    for (const char* acts : {"/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/GoToR",
                             "/SubmitForm", "/EmbeddedFile", "/RichMedia"})
      CHECK_MESSAGE(!has_name(left, acts), std::string(acts));
    CHECK(count(bytes, "/S /URI") == count(bytes, "/URI (https://"));
  }
  CHECK(info(files[0]).contains("JavaScript:      no"));
  const std::string text = text_of(files[0]);
  for (const char c : text)
    CHECK((c == '\n' || c == '\f' || static_cast<unsigned char>(c) >= 0x20));
}

// AC:pdf-injection
TEST_CASE("PDF: endless names, broken text and numbers that are none are printed") {
  const std::string endless(100'000, 'x');
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& payload :
       {endless, std::string("\xff\xfe\0\x01", 4), std::string(), std::string(5'000, ' '),
        std::string("\u202E\u2066\u200B\u0301\u0301")}) {
    doc::Document document = hostile(payload);
    document.blocks.emplace_back(doc::Chart{
        .title = "x",
        .unit = "s",
        .alternative = {},
        .lines = {{.name = "n",
                   .x = {nan, HUGE_VAL, 1},
                   .y = {1, 2, nan, 4},
                   .low = {0, 1, 2, HUGE_VAL},
                   .high = {1, nan, 3, 5}},
                  {.name = "none", .y = {}},
                  {.name = "dots", .y = {1e300, -1e300}, .points = true}},
        .levels = {{.y = nan, .label = "nan"}},
        .marks = {{.at = nan, .to = 3, .label = "m"}, {.at = 2, .to = HUGE_VAL, .label = "m"}},
        .ticks = {{nan, "t"}, {1e9, "far"}}});
    document.blocks.emplace_back(
        doc::Table{.name = "ragged",
                   .caption = {},
                   .columns = {{.title = "a"}, {.title = "b"}},
                   .rows = {{}, {{.text = "1", .heat = nan, .sparkline = {nan, 1}}}}});
    document.blocks.emplace_back(doc::Table{});
    document.blocks.emplace_back(doc::Facts{});
    document.blocks.emplace_back(doc::Bullets{});
    document.blocks.emplace_back(doc::PageBreak{});
    CHECK(info(printed(document)).contains("Pages:"));
  }
}

// AC:pdf-sink
TEST_CASE("PDF: what the sink says ends it") {
  std::size_t taken = 0;
  const auto done = pdf(test::many_rows(2'000), {}, [&](std::string_view bytes) -> Result<void> {
    taken += bytes.size();
    if (taken > 10'000)
      return fail(Code::io, "writing a.pdf: No space left on device", "free some");
    return {};
  });
  REQUIRE(!done);
  CHECK(done.error() == Error{Code::io, "writing a.pdf: No space left on device", "free some"});
}

TEST_CASE("PDF: paper by its name") {
  CHECK(paper_from_text("letter") == Paper::letter);
  CHECK(paper_from_text("a4") == Paper::a4);
  const auto other = paper_from_text("legal");
  REQUIRE(!other);
  CHECK(other.error().code == Code::usage);
}

}  // namespace
}  // namespace perfgate::print
