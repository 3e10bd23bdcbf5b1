// A badge (SVG): the verdict in a word, and how many.

#include <fmt/format.h>

#include "report/html.hpp"
#include "report/phrases.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::improved:
      return "#1a7f37";
    case Verdict::fail:
    case Verdict::not_measured:
      return "#b42318";
    default:
      return "#8a6100";
  }
}

std::string words_of(const Report& report) {
  std::size_t bad = 0, judged = 0;
  for (const Outcome& outcome : report.outcomes) {
    if (!outcome.verdict) continue;
    ++judged;
    bad += *outcome.verdict == *report.verdict ? 1 : 0;
  }
  switch (*report.verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::improved:
      return "improved";
    case Verdict::warn:
      return fmt::format("warn: {} of {}", bad, judged);
    case Verdict::inconclusive:
      return fmt::format("unsure: {} of {}", bad, judged);
    case Verdict::not_comparable:
      return "not comparable";
    case Verdict::not_measured:
      return fmt::format("not measured: {}", bad);
    case Verdict::fail:
      return fmt::format("fail: {} of {}", bad, judged);
  }
  return "?";
}

/// Pixels of a text at 11 px: near enough, as the texts are told to be so long.
int width_of(std::string_view text) {
  int width = 0;
  for (const char c : text)
    width += std::string_view("il.,:;|!'").contains(c) ? 4
             : std::string_view("mwMW").contains(c)    ? 10
                                                       : 7;
  return width;
}

Result<void> write_badge(const Report& report, const Style&, const Sink& sink) {
  constexpr std::string_view label = "performance";
  constexpr int margin = 6;
  const std::string words = words_of(report);
  const int left = width_of(label) + 2 * margin, right = width_of(words) + 2 * margin;
  const std::string title = html_text(fmt::format("{}: {}", label, words));
  sink(fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20" role="img" aria-label="{1}">
<title>{1}</title>
<clipPath id="r"><rect width="{0}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{2}" height="20" fill="#3d4450"/><rect x="{2}" width="{3}" height="20" fill="{4}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{5}" y="14" textLength="{6}">{7}</text>
<text x="{8}" y="14" textLength="{9}">{10}</text>
</g>
</svg>
)svg",
      left + right, title, left, right, color_of(*report.verdict), margin, left - 2 * margin, label,
      left + margin, right - 2 * margin, html_text(words)));
  return {};
}

}  // namespace

Format badge() {
  return {.name = "badge",
          .suffix = "svg",
          .summary = "an SVG badge with the verdict",
          .needs = Needs::verdict,
          .write = write_badge};
}

}  // namespace perfgate::report
