#include "report/document_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_paragraph = 20000;

std::string escaped(std::string_view text) { return html_text(text, longest_paragraph); }

std::string_view class_of(doc::Tone tone) {
  switch (tone) {
    case doc::Tone::good:
      return "good";
    case doc::Tone::caution:
      return "caution";
    case doc::Tone::bad:
      return "bad";
    case doc::Tone::neutral:
      break;
  }
  return "";
}

/// Only what leads into the page or to another one by https.
bool is_link(std::string_view target) {
  return target.starts_with("https://") || target.starts_with('#');
}

std::string html_of(const doc::Spans& spans) {
  std::string html;
  for (const doc::Span& span : spans) {
    std::string text = escaped(span.text);
    if (span.code) text = fmt::format("<code>{}</code>", text);
    if (span.strong) text = fmt::format("<strong>{}</strong>", text);
    if (is_link(span.target))
      text = fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(span.target), text);
    html += text;
  }
  return html;
}

class Body {
 public:
  explicit Body(const Sink& out) : out_(out) {}

  void operator()(const doc::Heading& heading) {
    close();
    out_(fmt::format(
        "<section>\n<h{0}{1}>{2}</h{0}>\n", std::clamp(heading.level, 2, 4),
        heading.anchor.empty() ? "" : fmt::format(" id=\"{}\"", escaped(heading.anchor)),
        escaped(heading.text)));
    in_section_ = true;
  }
  void operator()(const doc::Paragraph& paragraph) {
    const std::string_view tone = class_of(paragraph.tone);
    out_(tone.empty()
             ? fmt::format("<p>{}</p>\n", html_of(paragraph.spans))
             : fmt::format("<p class=\"notice {}\">{}</p>\n", tone, html_of(paragraph.spans)));
  }
  void operator()(const doc::Bullets& bullets) {
    const std::string_view name = bullets.numbered ? "ol" : "ul";
    out_(fmt::format("<{}>\n", name));
    for (const doc::Spans& item : bullets.items) out_(fmt::format("<li>{}</li>\n", html_of(item)));
    out_(fmt::format("</{}>\n", name));
  }
  void operator()(const doc::Code& code) {
    std::string text;
    for (std::string_view rest = code.text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      text += escaped(rest.substr(0, end)) + "\n";
      rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    }
    out_(fmt::format("<pre>{}</pre>\n", text));
  }
  void operator()(const doc::Facts& facts) {
    out_("<dl>\n");
    for (const auto& [name, spans] : facts.rows)
      out_(fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), html_of(spans)));
    out_("</dl>\n");
  }
  void operator()(const doc::Table& table) {
    out_(
        fmt::format("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">"
                    "<table>\n<caption>{0}</caption>\n<thead><tr>",
                    escaped(table.caption)));
    for (const doc::Column& column : table.columns)
      out_(fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "",
                       escaped(column.title)));
    out_("</tr></thead>\n<tbody>\n");
    for (const auto& row : table.rows) {
      std::string html = "<tr>";
      for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i)
        html += cell(row[i], table.columns[i]);
      out_(html + "</tr>\n");
    }
    out_("</tbody>\n</table></div>\n");
    if (!table.left_out.empty())
      out_(fmt::format("<p class=\"left-out\">{}</p>\n", escaped(table.left_out)));
  }
  void operator()(const doc::Chart& chart) {
    // What it shows, in words: there is no script to draw it.
    out_(fmt::format("<p class=\"chart\"><strong>{}</strong> {}</p>\n", escaped(chart.title),
                     escaped(chart.alternative)));
  }
  void operator()(const doc::PageBreak&) { out_("<hr class=\"page-break\">\n"); }

  void close() {
    if (in_section_) out_("</section>\n");
    in_section_ = false;
  }

 private:
  static std::string cell(const doc::Cell& cell, const doc::Column& column) {
    std::string classes;
    const auto add = [&](std::string_view name) {
      if (name.empty()) return;
      classes += (classes.empty() ? "" : " ") + std::string(name);
    };
    if (column.number) add("number");
    add(class_of(cell.tone));
    std::string text = escaped(cell.text);
    if (column.code && !text.empty()) text = fmt::format("<code>{}</code>", text);
    if (is_link(cell.target))
      text = fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(cell.target), text);
    return fmt::format("<td{}>{}</td>",
                       classes.empty() ? "" : fmt::format(" class=\"{}\"", classes), text);
  }

  const Sink& out_;
  bool in_section_ = false;
};

}  // namespace

Result<void> document_html(const doc::Document& document, std::string_view page,
                           std::string_view origin, const Sink& out) {
  static constexpr std::array<std::string_view, 7> places{
      "csp", "title", "heading", "subtitle", "contents", "body", "foot"};
  TRY(const HtmlTemplate filled, HtmlTemplate::make(std::string(page), places, origin));
  const auto contents = [&](const Sink& to) {
    for (const doc::Block& block : document.blocks)
      if (const auto* heading = std::get_if<doc::Heading>(&block);
          heading && heading->level == 2 && !heading->anchor.empty())
        to(fmt::format("<li><a href=\"#{}\">{}</a></li>\n", escaped(heading->anchor),
                       escaped(heading->text)));
  };
  const auto body = [&](const Sink& to) {
    Body write(to);
    if (!document.verdict.empty())
      to(fmt::format("<p class=\"notice {}\">{}</p>\n", class_of(document.tone),
                     escaped(document.verdict)));
    for (const doc::Block& block : document.blocks) std::visit(write, block);
    write.close();
  };
  const auto text = [](const std::string& value) {
    return [&value](const Sink& to) { to(escaped(value)); };
  };
  const std::string foot =
      fmt::format("{}{}", document.tool,
                  document.made ? fmt::format(", as of {}", to_text(*document.made)) : "");
  const std::pair<std::string_view, HtmlTemplate::Fill> values[] = {
      {"title", text(document.title)},
      {"heading", text(document.title)},
      {"subtitle", text(document.subtitle)},
      {"contents", contents},
      {"body", body},
      {"foot", text(foot)}};
  filled.write(values, out);
  return {};
}

}  // namespace perfgate::report
