#include "report/comment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/phrases.hpp"

namespace perfgate::report {
namespace {

constexpr std::string_view marker_begin = "<!-- perfgate:v1:";
constexpr std::size_t most_rows = 20'000, most_past = 20;

bool is_hex_text(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool takes(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

template <class Number>
bool takes_number(std::string_view& rest, Number& number) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc{} || number < 0) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

/// One finding as a judgement of its own, so that it is told as every other format tells it.
CommentRow row_of(const Finding& finding, Judgement& alone, const LimitText& limit) {
  alone.findings = {finding};
  CommentRow row{.verdict = finding.verdict, .name = subject(finding, alone)};
  if (finding.comparison) {
    const Row told = comparison_rows(alone, true).front();
    row.metric = told.metric;
    row.base = told.base;
    row.head = told.head;
    row.change = told.change;
    row.interval = told.interval;
    row.sees = told.sees;
    row.n = told.detail;
    if (limit && finding.anchor.empty()) row.limit = limit(finding);
  } else if (finding.limit) {
    const Row told = limit_rows(alone, true).front();
    row.metric = told.metric;
    row.head = told.head;
    row.limit = told.base;
    row.change = told.change;
  } else {
    row.metric = finding.metric.text();
  }
  return row;
}

bool is_shown(const Finding& finding) {
  if (finding.reason == Reason::accepted) return true;
  return finding.verdict != Verdict::pass && finding.verdict != Verdict::improved;
}

void count(CommentSection& section, const Finding& finding) {
  switch (finding.verdict) {
    case Verdict::fail:
    case Verdict::not_measured:
      ++section.bad;
      break;
    case Verdict::warn:
      ++section.warnings;
      break;
    case Verdict::inconclusive:
    case Verdict::not_comparable:
      ++section.unsure;
      break;
    case Verdict::improved:
      ++section.better;
      break;
    case Verdict::pass:
      if (finding.comparison && finding.reason != Reason::accepted) ++section.unchanged;
  }
}

std::string cut(std::string_view text, std::size_t most) { return safe_text(text, most); }

}  // namespace

std::string marker_line(const Marker& marker) {
  return fmt::format("{}{} run={} attempt={} sha={} -->", marker_begin, marker.id, marker.stamp.run,
                     marker.stamp.attempt, marker.sha);
}

std::optional<Marker> read_marker(std::string_view body) {
  Marker marker;
  std::string_view rest = body.substr(0, 300);
  if (!takes(rest, marker_begin) || rest.size() < 64) return std::nullopt;
  marker.id = rest.substr(0, 64);
  rest.remove_prefix(64);
  if (!is_hex_text(marker.id, 64, 64)) return std::nullopt;
  if (!takes(rest, " run=") || !takes_number(rest, marker.stamp.run)) return std::nullopt;
  if (!takes(rest, " attempt=") || !takes_number(rest, marker.stamp.attempt)) return std::nullopt;
  if (!takes(rest, " sha=")) return std::nullopt;
  const std::size_t end = rest.find(" -->");
  if (end == rest.npos) return std::nullopt;
  marker.sha = rest.substr(0, end);
  if (!marker.sha.empty() && !is_hex_text(marker.sha, 40, 64)) return std::nullopt;
  return marker;
}

CommentSection section_of(const Judgement& judgement, const LimitText& limit) {
  CommentSection section{.verdict = judgement.verdict,
                         .summary = cut(judgement.summary, 300),
                         .causes = causes(judgement),
                         .by_turns = judgement.design == Design::interleaved};
  Judgement alone;
  alone.headlines = judgement.headlines;
  for (const Finding& finding : judgement.findings) {
    count(section, finding);
    if (is_shown(finding) && section.rows.size() < most_rows)
      section.rows.push_back(row_of(finding, alone, limit));
  }
  const Told told = told_findings(judgement, false);
  if (!told.findings.empty()) section.why = cut(told.findings.front()->why, 600);
  // What has neither numbers nor a limit says all in its sentence.
  for (const Finding* finding : told.findings) {
    if (finding == told.findings.front() || finding->comparison || section.reasons.size() >= 50)
      continue;
    const std::string about = subject(*finding, judgement);
    section.reasons.push_back(
        cut(finding->why.contains(about) ? finding->why : about + ": " + finding->why, 500));
  }
  for (const std::string& doubt : doubts(judgement))
    section.reasons.push_back("doubt: " + cut(doubt, 500));
  for (const std::string& waiver : waiver_texts(judgement))
    section.reasons.push_back(cut(waiver, 800));
  for (const std::string& warning : warnings(judgement))
    section.reasons.push_back("note: " + cut(warning, 500));
  section.facts.push_back(cut(coverage(judgement), 500));
  if (const std::string sharp = sharpness(judgement); !sharp.empty())
    section.facts.push_back(cut(sharp, 600));
  if (judgement.drift) section.facts.push_back(cut(drift_text(judgement), 400));
  if (!judgement.advisory.empty())
    section.notices.push_back("This verdict decides nothing: " + cut(judgement.advisory, 400));
  return section;
}

Verdict verdict_of(const Comment& comment) {
  if (comment.sections.empty()) return Verdict::not_measured;
  // The enumerators stand in the order of their severity.
  return std::ranges::max_element(comment.sections, {}, &CommentSection::verdict)->verdict;
}

std::string summary_of(const Comment& comment) {
  if (comment.sections.size() == 1) return comment.sections.front().summary;
  const Verdict worst = verdict_of(comment);
  std::string named;
  std::size_t count = 0;
  for (const CommentSection& section : comment.sections) {
    if (section.verdict != worst) continue;
    constexpr std::size_t most = 3;
    if (++count <= most) named += (named.empty() ? "" : ", ") + cut(section.name, 60);
  }
  const std::size_t all = comment.sections.size();
  if (count == all) return fmt::format("Performance Report: all {} sections {}", all, label(worst));
  return fmt::format("Performance Report: {} of {} sections ({}{}) {}", count, all, named,
                     count > 3 ? ", ..." : "", label(worst));
}

Comment merged(const std::optional<Comment>& old, const Comment& fresh) {
  if (!old) return fresh;
  const bool same_commit = old->marker.sha == fresh.marker.sha;
  if (!same_commit && fresh.marker.stamp < old->marker.stamp) return *old;
  Comment result = fresh;
  result.past = old->past;
  result.marker.stamp = std::max(old->marker.stamp, fresh.marker.stamp);
  if (same_commit) {
    for (const CommentSection& section : old->sections) {
      const auto known = std::ranges::find(result.sections, section.name, &CommentSection::name);
      if (known == result.sections.end())
        result.sections.push_back(section);
      else if (known->stamp < section.stamp)
        *known = section;
    }
    std::ranges::stable_sort(result.sections, {}, &CommentSection::name);
    return result;
  }
  if (old->sections.empty()) return result;
  result.past.insert(result.past.begin(), {.stamp = old->marker.stamp,
                                           .sha = old->marker.sha,
                                           .verdict = verdict_of(*old),
                                           .summary = summary_of(*old)});
  if (result.past.size() > most_past) result.past.resize(most_past);
  return result;
}

}  // namespace perfgate::report
