// GitHub-flavoured Markdown of any document. Everything that came from outside is escaped: it may
// be an attack.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/for_people.hpp"
#include "report/markdown.hpp"
#include "report/md_receipts.hpp"
#include "report/plot.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_cell = 500;
constexpr std::size_t longest_line = 4000;
constexpr std::size_t most_charts = 20;  ///< more nobody scrolls through

/// A text that begins a line: what would make a list, a heading or a rule of it is escaped too.
std::string line_text(std::string_view text, std::size_t longest = longest_line) {
  std::string result = markdown::cell(trim(text), longest);
  if (result.empty()) return result;
  const char first = result.front();
  if (first == '-' || first == '+' || first == '=') return "\\" + result;
  const std::size_t digits = result.find_first_not_of("0123456789");
  if (digits != 0 && digits != result.npos && result[digits] == '.') result.insert(digits, "\\");
  return result;
}

/// As the target of a link: nothing in it ends the target.
std::string link_target(std::string_view target) {
  std::string result;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || std::string_view("<>()[]\\\"'`|*_~").contains(c))
      result += fmt::format("%{:02X}", byte);
    else
      result += c;
  }
  return result;
}

std::string span_text(const doc::Span& span) {
  std::string text =
      span.code ? markdown::code(span.text, longest_line) : markdown::cell(span.text, longest_line);
  if (text.empty() || text == "``") return "";
  if (span.strong) text = "**" + text + "**";
  if (span.target.starts_with("https://") || span.target.starts_with("#"))
    text = fmt::format("[{}]({})", text, link_target(span.target));
  return text;
}

std::string spans_text(const doc::Spans& spans) {
  if (spans.size() == 1 && !spans[0].code && !spans[0].strong && spans[0].target.empty())
    return line_text(spans[0].text);
  std::string text;
  for (const doc::Span& span : spans) text += span_text(span);
  return text;
}

std::string cell_text(const doc::Cell& cell) {
  std::string text = markdown::cell(cell.text, longest_cell);
  if (!text.empty() && cell.target.starts_with("https://"))
    text = fmt::format("[{}]({})", text, link_target(cell.target));
  if (!cell.sparkline.empty()) text += (text.empty() ? "" : " ") + sparkline(cell.sparkline);
  return text;
}

class Printer {
 public:
  explicit Printer(const Sink& sink) : sink_(sink) {}

  void print(const doc::Document& document) {
    sink_(fmt::format("# {}\n", markdown::cell(document.title, longest_cell)));
    if (!document.subtitle.empty()) sink_("\n" + line_text(document.subtitle) + "\n");
    if (!document.verdict.empty())
      sink_(fmt::format("\n**{}**\n", markdown::cell(document.verdict, longest_line)));
    for (const doc::Block& block : document.blocks)
      std::visit([&](const auto& one) { write(one); }, block);
    if (charts_ > most_charts)
      sink_(fmt::format("\nand {} more charts, which html and pdf draw\n", charts_ - most_charts));
  }

 private:
  void write(const doc::Heading& heading) {
    sink_(fmt::format("\n{} {}\n",
                      std::string(static_cast<std::size_t>(std::clamp(heading.level, 1, 6)), '#'),
                      markdown::cell(heading.text, longest_cell)));
  }
  void write(const doc::Paragraph& paragraph) {
    const std::string text = spans_text(paragraph.spans);
    if (text.empty()) return;
    const bool notice = paragraph.tone == doc::Tone::bad || paragraph.tone == doc::Tone::caution;
    sink_(fmt::format("\n{}{}\n", notice ? "> " : "", text));
  }
  void write(const doc::Bullets& bullets) {
    std::string text = "\n";
    for (std::size_t i = 0; i < bullets.items.size(); ++i)
      text += fmt::format("{} {}\n", bullets.numbered ? fmt::format("{}.", i + 1) : "-",
                          spans_text(bullets.items[i]));
    sink_(text);
  }
  void write(const doc::Code& code) {
    std::string text = safe_lines(code.text, 1'000'000);
    std::ranges::replace(text, '`', '\'');  // none of it ends the fence
    if (!text.ends_with('\n')) text += '\n';
    sink_("\n```text\n" + text + "```\n");
  }
  void write(const doc::Facts& facts) {
    std::string text = "\n| | |\n|:--|:--|\n";
    for (const auto& [name, value] : facts.rows) {
      std::string told;
      for (const doc::Span& span : value)
        told += span.target.empty() ? markdown::cell(span.text, longest_line) : span_text(span);
      text += markdown::row({markdown::cell(name, longest_cell), told});
    }
    sink_(text);
  }
  void write(const doc::Table& table) {
    const std::vector<std::size_t> shown = shown_columns(table);
    if (shown.empty()) return;
    if (!table.caption.empty()) sink_("\n" + line_text(table.caption) + "\n");
    std::vector<std::string> names;
    std::string rule = "|";
    for (const std::size_t c : shown) {
      names.push_back(markdown::cell(table.columns[c].title, longest_cell));
      rule += table.columns[c].number ? "--:|" : ":--|";
    }
    sink_("\n" + markdown::row(names) + rule + "\n");
    auto group = table.groups.begin();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      for (; group != table.groups.end() && group->first == r; ++group) {
        std::vector<std::string> cells(shown.size());
        cells[0] = "**" + markdown::cell(group->title, longest_cell) + "**";
        sink_(markdown::row(cells));
      }
      std::vector<std::string> cells;
      for (const std::size_t c : shown) cells.push_back(cell_text(table.rows[r][c]));
      sink_(markdown::row(cells));
    }
    if (!table.left_out.empty()) sink_("\n" + line_text(table.left_out) + "\n");
  }
  /// As a picture of characters, in a block where nothing is markup.
  void write(const doc::Chart& chart) {
    if (++charts_ > most_charts) return;
    std::string picture = plot(chart, {});
    if (!picture.empty()) write(doc::Code{.text = std::move(picture)});
    if (!chart.alternative.empty()) sink_("\n" + line_text(chart.alternative) + "\n");
  }
  void write(const doc::PageBreak&) { sink_("\n---\n"); }

  const Sink& sink_;
  std::size_t charts_ = 0;
};

Result<void> write_md(const Report& report, const Style& style, const Sink& sink) {
  if (report.kind == ReportKind::judgement && report.sources.judgement)
    sink(judgement_md(*report.sources.judgement, style));
  else if (report.sources.sessions)
    sink(sessions_md(*report.sources.sessions));
  else
    Printer(sink).print(report.document);
  return {};
}

}  // namespace

Format md() {
  return {.name = "md", .suffix = "md", .summary = "GitHub-flavoured Markdown", .write = write_md};
}

}  // namespace perfgate::report
