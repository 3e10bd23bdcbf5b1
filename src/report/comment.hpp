#pragma once
// The comment on a pull request, the job summary and the text of a check run: the same report with
// different amounts of room. Everything that came with a bundle is hostile, and so is a comment
// that is read back: whoever may write to the repository may edit it.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/judgement.hpp"

namespace perfgate::report {

/// Which run of a workflow: what is newer is never overwritten by what is older.
struct Stamp {
  std::int64_t run = 0;  ///< GITHUB_RUN_NUMBER
  int attempt = 1;       ///< GITHUB_RUN_ATTEMPT
  auto operator<=>(const Stamp&) const = default;
};

/// The first line of our comments, which people do not see:
/// `<!-- perfgate:v1:ID run=12 attempt=1 sha=0123... -->`.
struct Marker {
  std::string id;  ///< 64 hex digits: of the repository, the workflow and the comment's own name
  Stamp stamp;
  std::string sha;  ///< of the head; empty: not known
  bool operator==(const Marker&) const = default;
};
std::string marker_line(const Marker& marker);
/// Nullopt where the text does not begin with a marker.
std::optional<Marker> read_marker(std::string_view body);

/// A row of the table: texts as people read them.
struct CommentRow {
  Verdict verdict = Verdict::pass;
  std::string name, metric, base, head, change, interval, limit, sees, n;
  bool operator==(const CommentRow&) const = default;
};

/// What is told of one bundle: of a leg of a matrix, a suite, or of all there is.
struct CommentSection {
  std::string name;  ///< empty: the only one
  Stamp stamp;
  std::string sha;
  Verdict verdict = Verdict::not_measured;
  std::string summary;  ///< Performance Report: ... [PASS]
  std::string why;      ///< the worst finding's sentence
  int bad = 0, warnings = 0, unsure = 0, better = 0, unchanged = 0;
  std::vector<CommentRow> rows;        ///< worst first: all that is not within its budget
  std::vector<std::string> reasons;    ///< sentences beside the rows: waivers, doubts
  std::vector<std::string> facts;      ///< baseline, coverage, sharpness
  std::vector<std::string> notices;    ///< what a reader must know before the numbers
  std::vector<std::string> reproduce;  ///< commands
  std::vector<Reason> causes;          ///< of the verdict: what to do next follows from them
  bool by_turns = false;               ///< so both sides were measured
  bool operator==(const CommentSection&) const = default;
};

/// An earlier push.
struct CommentPast {
  Stamp stamp;
  std::string sha;
  Verdict verdict = Verdict::not_measured;
  std::string summary;
  bool operator==(const CommentPast&) const = default;
};

struct Comment {
  Marker marker;
  std::vector<CommentSection> sections;  ///< by name
  std::vector<CommentPast> past;         ///< newest first
  std::vector<std::string> notices;      ///< of all sections
  std::string tool;                      ///< perfgate 0.1.0
  std::string witness;  ///< the head of the history, 42:1a2b...: who changes it later is seen
  bool operator==(const Comment&) const = default;
};

/// The limit that a comparison is held to, as text: "5 % / 10 %".
using LimitText = std::function<std::string(const Finding&)>;

/// Takes from a judgement what a comment shows of it.
CommentSection section_of(const Judgement& judgement, const LimitText& limit);

/// The worst of the sections.
Verdict verdict_of(const Comment& comment);
/// The first line: the only section's own, or one over all of them.
std::string summary_of(const Comment& comment);

/// What a comment holds for the next push, in a hidden line at its end. Reading is bounded, and
/// what is no such line is no comment of ours: nullopt.
std::string state_line(const Comment& comment, std::size_t rows, std::size_t past);
std::optional<Comment> read_state(std::string_view body);

/// Joins what was there with what is new: each section's newest stays, and what was shown of
/// another commit before becomes history.
Comment merged(const std::optional<Comment>& old, const Comment& fresh);

inline constexpr std::size_t comment_bytes = 60'000;   ///< GitHub takes 65 536 characters
inline constexpr std::size_t summary_bytes = 900'000;  ///< the runner drops more than 1 MiB
inline constexpr std::size_t check_bytes = 60'000;     ///< GitHub takes 65 535 bytes

/// Places of a template: {{verdict}}, {{why}}, {{next}}, {{notices}}, {{results}}, {{history}},
/// {{footer}}; `{{! ... }}` is a remark. A place that has nothing to say goes with its line.
/// Errors: Code::config with file and line: an unknown place, none for the verdict.
Result<void> check_template(std::string_view text, std::string_view name);

struct CommentLayout {
  std::string_view page;  ///< the template, which check_template takes
  std::size_t bytes = comment_bytes;
  std::size_t rows = 100;  ///< of a section, at most; fewer where there is no room
  bool hidden = true;      ///< with marker and state
};
/// Markdown, never longer than `bytes`: rows go first, then history, reasons and facts; the verdict
/// stays. Errors: Code::config where the template alone is too long.
Result<std::string> comment_text(const Comment& comment, const CommentLayout& layout);

}  // namespace perfgate::report
