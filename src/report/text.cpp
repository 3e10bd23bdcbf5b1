// For a terminal: any document, widths counted in columns, legible without colour.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/for_people.hpp"
#include "report/plot.hpp"
#include "report/report.hpp"
#include "report/text_receipts.hpp"
#include "report/text_table.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_name = 500;
constexpr std::size_t longest_text = 4000;
constexpr std::size_t most_pictures = 20;  ///< more nobody scrolls through

std::string_view color_of(doc::Tone tone) {
  switch (tone) {
    case doc::Tone::neutral:
      return "";
    case doc::Tone::good:
      return "\x1b[32m";
    case doc::Tone::caution:
      return "\x1b[33m";
    case doc::Tone::bad:
      return "\x1b[31m";
  }
  return "";
}

/// A heat map's shade, where it says something.
std::string_view color_of_heat(double heat) {
  constexpr double clear = 0.34;
  if (heat > clear) return "\x1b[31m";
  return heat < -clear ? "\x1b[32m" : "";
}

std::string styled(std::string text, std::string_view code, const Style& style) {
  return style.color && !code.empty() ? fmt::format("{}{}\x1b[0m", code, text) : text;
}

class TextPrinter {
 public:
  TextPrinter(const Style& style, const Sink& sink) : style_(style), sink_(sink) {}

  void print(const doc::Document& document) {
    std::string title = safe_text(document.title, longest_name);
    if (!document.subtitle.empty())
      title += (style_.ascii ? " - " : " · ") + safe_text(document.subtitle, longest_name);
    sink_(styled(title, "\x1b[1m", style_) + "\n");
    if (!document.verdict.empty())
      sink_(styled(safe_text(document.verdict, longest_text), color_of(document.tone), style_) +
            "\n");
    for (const doc::Block& block : document.blocks)
      std::visit([&](const auto& one) { write(one); }, block);
    if (charts_ > most_pictures && !style_.verbose)
      sink_(fmt::format("\nand {} more charts (--verbose draws them all)\n",
                        charts_ - most_pictures));
  }

 private:
  void write(const doc::Heading& heading) {
    sink_("\n" + styled(safe_text(heading.text, longest_name), "\x1b[1m", style_) + "\n");
  }

  /// A link shows where it leads to, if that says more than its text.
  static std::string plain(const doc::Spans& spans) {
    std::string text;
    for (const doc::Span& span : spans) {
      text += safe_text(span.text, longest_text);
      if (span.target.starts_with("https://") && span.target != span.text)
        text += " (" + safe_text(span.target, longest_text) + ")";
    }
    return text;
  }

  void write(const doc::Paragraph& paragraph) {
    const bool notice = paragraph.tone == doc::Tone::bad || paragraph.tone == doc::Tone::caution;
    sink_("\n" + styled(wrapped((notice ? "! " : "") + plain(paragraph.spans), style_.width, ""),
                        color_of(paragraph.tone), style_));
  }

  void write(const doc::Bullets& bullets) {
    for (std::size_t i = 0; i < bullets.items.size(); ++i) {
      const std::string sign = bullets.numbered ? fmt::format("{}. ", i + 1) : "- ";
      std::string lines =
          wrapped(plain(bullets.items[i]), style_.width, std::string(2 + sign.size(), ' '));
      lines.replace(2, sign.size(), sign);
      sink_(lines);
    }
  }

  void write(const doc::Code& code) {
    const std::string text = safe_lines(code.text, 1'000'000);
    std::string lines = "\n";
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines += "  " + text.substr(at, end - at) + "\n";
      at = end + 1;
    }
    sink_(lines);
  }

  void write(const doc::Facts& facts) {
    std::size_t width = 0;
    for (const auto& [name, value] : facts.rows)
      width = std::max(width, display_width(safe_text(name, longest_name)));
    std::string lines = "\n";
    for (const auto& [name, value] : facts.rows) {
      const std::string shown = safe_text(name, longest_name);
      lines += fmt::format("  {}{}  {}\n", shown, std::string(width - display_width(shown), ' '),
                           plain(value));
    }
    sink_(lines);
  }

  std::string cell_text(const doc::Cell& cell) const {
    std::string text = safe_text(cell.text, longest_name);
    if (cell.sparkline.empty()) return text;
    return (text.empty() ? "" : text + " ") + sparkline(cell.sparkline, style_.ascii);
  }

  void write(const doc::Table& table) {
    const std::vector<std::size_t> shown = shown_columns(table);
    if (shown.empty()) return;
    TextTable text;
    for (const std::size_t c : shown) {
      const doc::Column& column = table.columns[c];
      text.header.push_back(safe_text(column.title, column.shrink > 0 ? longest_name : 40));
      text.right.push_back(column.number);
      text.shrink.push_back(column.shrink);
      if (column.code && text.keys == 0) text.keys = text.header.size();
    }
    if (text.keys == 0) text.keys = 1;
    for (const doc::TableGroup& group : table.groups)
      text.groups.emplace_back(group.first,
                               styled(safe_text(group.title, longest_name), "\x1b[1m", style_));
    text.rows.reserve(table.rows.size());
    for (const std::vector<doc::Cell>& row : table.rows) {
      std::vector<std::string>& cells = text.rows.emplace_back();
      for (const std::size_t c : shown) {
        if (style_.color) {
          const std::string_view color =
              row[c].heat ? color_of_heat(*row[c].heat) : color_of(row[c].tone);
          if (!color.empty()) text.colors.push_back({{text.rows.size() - 1, cells.size()}, color});
        }
        cells.push_back(cell_text(row[c]));
      }
    }
    std::string lines = "\n";
    if (!table.caption.empty()) lines += safe_text(table.caption, longest_text) + "\n\n";
    lines += draw(text, style_, "  ");
    if (!table.left_out.empty()) lines += "  " + safe_text(table.left_out, longest_text) + "\n";
    sink_(lines);
  }

  void write(const doc::Chart& chart) {
    if (++charts_ > most_pictures && !style_.verbose) return;
    const std::string picture = plot(chart, {.width = style_.width - 2, .ascii = style_.ascii});
    if (!picture.empty()) sink_("\n" + picture);
    if (!chart.alternative.empty())
      sink_(wrapped(safe_text(chart.alternative, longest_text), style_.width, "  "));
  }

  void write(const doc::PageBreak&) {}

  const Style& style_;
  const Sink& sink_;
  std::size_t charts_ = 0;
};

Result<void> write_text(const Report& report, const Style& style, const Sink& sink) {
  if (report.kind == ReportKind::judgement && report.sources.judgement)
    sink(judgement_text(*report.sources.judgement, style));
  else if (report.sources.sessions)
    sink(sessions_text(*report.sources.sessions, style));
  else
    TextPrinter(style, sink).print(report.document);
  return {};
}

}  // namespace

Format text() {
  return {.name = "text",
          .suffix = "txt",
          .summary = "tables and pictures for a terminal",
          .write = write_text};
}

}  // namespace perfgate::report
