// A comment as Markdown: the template's places filled, within a budget of bytes.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/comment.hpp"
#include "report/github_text.hpp"
#include "report/markdown.hpp"
#include "report/phrases.hpp"

namespace perfgate::report {
namespace {

/// How much is told. What matters least goes first.
struct Detail {
  std::size_t rows, lines, past, sections;
  bool facts = true, commands = true;
  std::optional<std::size_t> kept_rows;  ///< of the hidden state; absent: no state
  std::size_t notices = 10, notice_length = 600;
};

std::vector<Detail> details(std::size_t rows) {
  std::vector<Detail> all;
  std::size_t step = rows;
  constexpr std::size_t steps[] = {10'000, 5'000, 2'000, 1'000, 500, 200, 100, 50, 25, 10, 5, 2, 0};
  for (const std::size_t next : steps) {
    if (next >= step && next != rows) continue;
    all.push_back({.rows = step,
                   .lines = step >= 25  ? 20U
                            : step >= 5 ? 8U
                                        : 3U,
                   .past = step >= 25  ? 20U
                           : step >= 5 ? 10U
                                       : 3U,
                   .sections = 100,
                   .kept_rows = std::min<std::size_t>(step, 10)});
    step = next;
  }
  all.push_back({.rows = 0, .lines = 2, .past = 2, .sections = 100, .kept_rows = 0});
  all.push_back({.rows = 0,
                 .lines = 0,
                 .past = 0,
                 .sections = 40,
                 .commands = false,
                 .kept_rows = 0,
                 .notices = 5,
                 .notice_length = 200});
  all.push_back({.rows = 0,
                 .lines = 0,
                 .past = 0,
                 .sections = 10,
                 .facts = false,
                 .commands = false,
                 .notices = 4,
                 .notice_length = 150});
  return all;
}

std::string_view sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✅";
    case Verdict::improved:
      return "🚀";
    case Verdict::warn:
      return "⚠️";
    case Verdict::inconclusive:
      return "❔";
    case Verdict::not_comparable:
      return "≠";
    case Verdict::not_measured:
      return "🚫";
    case Verdict::fail:
      return "❌";
  }
  return "❌";
}

std::string signed_word(Verdict verdict) {
  return fmt::format("{} {}", sign(verdict), word(verdict));
}

std::string short_sha(std::string_view sha) {
  return sha.empty() ? "unknown" : fmt::format("`{}`", sha.substr(0, 10));
}

/// For all sections that make the verdict.
std::string next_steps(const Comment& comment) {
  const Verdict worst = verdict_of(comment);
  std::vector<std::string> steps;
  if (comment.sections.empty()) steps = advice(worst, {}, false, Reader::pull_request);
  for (const CommentSection& section : comment.sections) {
    if (section.verdict != worst) continue;
    for (std::string& step : advice(worst, section.causes, section.by_turns, Reader::pull_request))
      if (std::ranges::find(steps, step) == steps.end()) steps.push_back(std::move(step));
  }
  constexpr std::size_t most = 3;
  if (steps.empty()) return "";
  steps.resize(std::min(steps.size(), most));
  return fmt::format("**Next:** {}", fmt::join(steps, " "));
}

std::string counts_of(const CommentSection& section) {
  std::string text;
  const auto add = [&](int count, std::string_view what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(section.bad, "failing");
  add(section.warnings, "warning");
  add(section.unsure, "undecided");
  add(section.better, "better");
  add(section.unchanged, "unchanged");
  return text.empty() ? "nothing compared" : text;
}

std::string table_of(const CommentSection& section, std::size_t most) {
  struct Column {
    std::string_view title;
    std::string CommentRow::* text;
    bool right;
  };
  constexpr std::array columns{
      Column{"base", &CommentRow::base, true},     Column{"head", &CommentRow::head, true},
      Column{"change", &CommentRow::change, true}, Column{"interval", &CommentRow::interval, true},
      Column{"limit", &CommentRow::limit, true},   Column{"n", &CommentRow::n, true},
      Column{"sees", &CommentRow::sees, true}};
  const std::size_t count = std::min(most, section.rows.size());
  if (count == 0) return "";
  const auto rows = std::span(section.rows).first(count);
  std::vector<std::string> titles{"verdict", "benchmark", "metric"};
  std::string rule = "|:--|:--|:--|";
  std::vector<Column> shown;
  for (const Column& column : columns) {
    if (std::ranges::all_of(rows, [&](const CommentRow& r) { return (r.*column.text).empty(); }))
      continue;
    shown.push_back(column);
    titles.emplace_back(column.title);
    rule += column.right ? "--:|" : ":--|";
  }
  std::string text = markdown::row(titles) + rule + "\n";
  for (const CommentRow& r : rows) {
    std::vector<std::string> cells{signed_word(r.verdict), github_name(r.name, 160),
                                   github_cell(r.metric, 60)};
    for (const Column& column : shown) cells.push_back(github_cell(r.*column.text, 60));
    text += markdown::row(cells);
  }
  if (count < section.rows.size())
    text +=
        fmt::format("\n{} more rows are not shown: the job summary and judgement.json have them.\n",
                    section.rows.size() - count);
  return text;
}

/// A list, or nothing.
std::string bullets(const std::vector<std::string>& lines, std::size_t most, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i)
    text += "- " + github_prose(lines[i], length) + "\n";
  if (most > 0 && lines.size() > most) text += fmt::format("- and {} more\n", lines.size() - most);
  return text;
}

std::string folded(std::string_view title, const std::string& content) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n", title, content);
}

std::string commands_of(const CommentSection& section) {
  std::string lines;
  for (std::string line : section.reproduce) {
    line = safe_text(line, 400);
    std::ranges::replace(line, '`', '\'');
    lines += line + "\n";
  }
  return lines.empty() ? "" : folded("How to reproduce", "```sh\n" + lines + "```\n");
}

/// Pieces with a blank line between them; empty ones are left out.
std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) {
    if (piece.empty()) continue;
    if (!text.empty()) text += text.ends_with('\n') ? "\n" : "\n\n";
    text += piece;
  }
  return text;
}

std::string section_text(const CommentSection& section, bool titled, const Detail& detail) {
  std::vector<std::string> pieces;
  if (titled)
    pieces.push_back(fmt::format("#### {}: {}\n\n{}", github_name(section.name, 100),
                                 signed_word(section.verdict), github_name(section.summary, 300)));
  pieces.push_back(table_of(section, detail.rows));
  std::string counted = "**" + counts_of(section) + "**";
  if (detail.facts)
    for (const std::string& fact : section.facts) counted += "<br>\n" + github_prose(fact, 600);
  pieces.push_back(counted);
  pieces.push_back(bullets(section.reasons, detail.lines, 500));
  const bool good = section.verdict == Verdict::pass || section.verdict == Verdict::improved;
  if (detail.commands && !good) pieces.push_back(commands_of(section));
  return joined(pieces);
}

std::string history_text(const Comment& comment, std::size_t most) {
  const std::size_t count = std::min(most, comment.past.size());
  if (count == 0) return "";
  std::string rows = "| commit | run | verdict | report |\n|:--|--:|:--|:--|\n";
  for (std::size_t i = 0; i < count; ++i) {
    const CommentPast& past = comment.past[i];
    rows += markdown::row({short_sha(past.sha),
                           fmt::format("{}.{}", past.stamp.run, past.stamp.attempt),
                           signed_word(past.verdict), github_name(past.summary, 160)});
  }
  return folded(fmt::format("Earlier pushes ({})", comment.past.size()), rows);
}

std::string notices_text(const Comment& comment, const Detail& detail) {
  std::vector<std::string> notices = comment.notices;
  for (const CommentSection& section : comment.sections)
    for (const std::string& notice : section.notices) {
      std::string text = comment.sections.size() > 1 ? section.name + ": " + notice : notice;
      if (std::ranges::find(notices, text) == notices.end()) notices.push_back(std::move(text));
    }
  const std::size_t most = detail.notices;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, notices.size()); ++i)
    text +=
        fmt::format("{}> {}\n", i > 0 ? ">\n" : "", github_prose(notices[i], detail.notice_length));
  if (notices.size() > most) text += fmt::format(">\n> and {} more\n", notices.size() - most);
  return text;
}

std::string why_text(const Comment& comment) {
  if (comment.sections.empty()) return "No bundle was given.";
  const CommentSection& worst =
      *std::ranges::max_element(comment.sections, {}, &CommentSection::verdict);
  const bool several = comment.sections.size() > 1;
  if (worst.why.empty())
    return worst.verdict == Verdict::pass || worst.verdict == Verdict::improved
               ? "Nothing that was compared is slower than its budget allows."
               : "";
  std::string text = several ? github_name(worst.name, 100) + ": " : "";
  text += github_prose(worst.why, 600);
  const int others = worst.bad + worst.warnings + worst.unsure - 1;
  if (others > 0) text += fmt::format("; and {} more", others);
  return text;
}

std::string footer_text(const Comment& comment) {
  std::string text = github_prose(comment.tool, 60);
  if (comment.marker.stamp.run > 0)
    text += fmt::format(" · run {}.{}", comment.marker.stamp.run, comment.marker.stamp.attempt);
  text += " · commit " + short_sha(comment.marker.sha);
  if (!comment.witness.empty()) text += " · history head " + github_name(comment.witness, 120);
  return "<sub>" + text + "</sub>";
}

struct Place {
  std::string_view name;
  std::string (*text)(const Comment&, const Detail&);
};
constexpr std::array places{
    Place{"verdict",
          [](const Comment& comment, const Detail&) {
            return "**" + github_name(summary_of(comment), 300) + "**";
          }},
    Place{"why", [](const Comment& comment, const Detail&) { return why_text(comment); }},
    Place{"next", [](const Comment& comment, const Detail&) { return next_steps(comment); }},
    Place{"notices", notices_text},
    Place{"results",
          [](const Comment& comment, const Detail& detail) {
            // The worst first, as it may be all that is looked at.
            std::vector<const CommentSection*> sections;
            for (const CommentSection& one : comment.sections) sections.push_back(&one);
            std::ranges::stable_sort(sections, std::greater(), &CommentSection::verdict);
            std::vector<std::string> pieces;
            const std::size_t count = std::min(detail.sections, sections.size());
            for (std::size_t i = 0; i < count; ++i)
              pieces.push_back(section_text(*sections[i], sections.size() > 1, detail));
            if (count < sections.size())
              pieces.push_back(fmt::format("and {} more sections", sections.size() - count));
            return joined(pieces);
          }},
    Place{"history", [](const Comment& comment,
                        const Detail& detail) { return history_text(comment, detail.past); }},
    Place{"footer", [](const Comment& comment, const Detail&) { return footer_text(comment); }},
};

int line_at(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

struct Piece {
  std::string_view text;         ///< as it stands
  const Place* place = nullptr;  ///< or this
};

/// The template cut at its places, remarks taken out.
Result<std::vector<Piece>> pieces_of(std::string_view page, std::string_view name) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = page.find("{{", at);
    pieces.push_back({.text = page.substr(at, open == page.npos ? page.npos : open - at)});
    if (open == page.npos) return pieces;
    const std::size_t close = page.find("}}", open);
    if (close == page.npos)
      return fail(Code::config,
                  fmt::format("{}:{}: `{{{{` without `}}}}`", name, line_at(page, open)),
                  "a place is {{verdict}}, a remark {{! ... }}");
    std::string_view inside = trim(page.substr(open + 2, close - open - 2));
    at = close + 2;
    if (inside.starts_with('!')) {
      if (at < page.size() && page[at] == '\n') ++at;
      continue;
    }
    const auto place = std::ranges::find(places, inside, &Place::name);
    if (place == places.end()) {
      std::vector<std::string_view> names;
      for (const Place& known : places) names.push_back(known.name);
      return fail(Code::config,
                  fmt::format("{}:{}: there is no place `{}`", name, line_at(page, open),
                              safe_text(inside, 60)),
                  fmt::format("places: {}", fmt::join(names, ", ")));
    }
    pieces.push_back({.place = &*place});
  }
}

/// Without lines that only held places with nothing to say, and without blank lines in a row.
std::string filled(const std::vector<Piece>& pieces, const Comment& comment, const Detail& detail) {
  std::string out, line;
  bool held_place = false;
  const auto end_line = [&] {
    const bool blank = trim(line).empty();
    const bool after_blank = out.empty() || out.ends_with("\n\n");
    if (!blank || (!held_place && !after_blank)) out += line + "\n";
    line.clear();
    held_place = false;
  };
  for (const Piece& piece : pieces) {
    if (piece.place) {
      std::string text = piece.place->text(comment, detail);
      while (text.ends_with('\n')) text.pop_back();
      line += text;
      held_place = true;
      continue;
    }
    std::string_view rest = piece.text;
    for (;;) {
      const std::size_t newline = rest.find('\n');
      line += rest.substr(0, newline);
      if (newline == rest.npos) break;
      end_line();
      rest.remove_prefix(newline + 1);
    }
  }
  if (!line.empty()) end_line();
  // What a reader must know is told, whatever the template leaves out.
  const bool has_notices = std::ranges::any_of(
      pieces, [](const Piece& piece) { return piece.place && piece.place->name == "notices"; });
  if (!has_notices)
    if (const std::string notices = notices_text(comment, detail); !notices.empty())
      out += "\n" + notices;
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace

Result<void> check_template(std::string_view text, std::string_view name) {
  if (!is_utf8(text)) return fail(Code::config, fmt::format("{}: it is no UTF-8", name));
  TRY(const std::vector<Piece> pieces, pieces_of(text, name));
  const auto is_verdict = [](const Piece& piece) {
    return piece.place && piece.place->name == "verdict";
  };
  if (std::ranges::none_of(pieces, is_verdict))
    return fail(Code::config, fmt::format("{}: it has no place for the verdict", name),
                "{{verdict}} must stand in it, best in its first line");
  if (text.find("<!-- perfgate:") != text.npos)
    return fail(Code::config, fmt::format("{}: it holds a marker of perfgate's own", name),
                "take `<!-- perfgate:` out: it is put before the text anyway");
  return {};
}

Result<std::string> comment_text(const Comment& comment, const CommentLayout& layout) {
  CHECKED(check_template(layout.page, "the comment's template"));
  TRY(const std::vector<Piece> pieces, pieces_of(layout.page, "the comment's template"));
  for (const Detail& detail : details(layout.rows)) {
    std::string text = layout.hidden ? marker_line(comment.marker) + "\n" : "";
    text += filled(pieces, comment, detail);
    if (layout.hidden && detail.kept_rows)
      text += "\n" + state_line(comment, *detail.kept_rows, detail.past) + "\n";
    if (text.size() <= layout.bytes) return text;
  }
  return fail(Code::config,
              fmt::format("the comment's template leaves no room: {} bytes, and {} are allowed",
                          layout.page.size(), layout.bytes),
              "shorten config/pr_template.md");
}

}  // namespace perfgate::report
