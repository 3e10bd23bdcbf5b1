// What a step of a job leaves for the runner: files, outputs, the job summary, annotations.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/publish/publish.hpp"
#include "cli/receipts.hpp"
#include "github/runner.hpp"
#include "report/phrases.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

std::string verdict_word(Verdict verdict) {
  std::string text(label(verdict));  // "[NOT MEASURED]"
  text = text.substr(1, text.size() - 2);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ') c = '-';
  }
  return text;
}

/// One write at the end of a file of the runner's.
Result<void> append_to(const std::string& path, std::string_view text) {
  TRY(sys::AppendFile file, sys::AppendFile::open(path));
  CHECKED(file.write(text));
  TRY([[maybe_unused]] const sys::FileStamp stamp, file.commit());
  return {};
}

Result<void> write_outputs(const std::vector<github::Output>& outputs, Env& env) {
  const std::string path = sys::variable(env.environment, "GITHUB_OUTPUT");
  if (path.empty()) return {};
  TRY(const std::string lines, github::output_lines(outputs, github::new_delimiter()));
  return append_to(path, lines);
}

Result<void> write_summary(const std::string& text, Env& env) {
  const std::string path = sys::variable(env.environment, "GITHUB_STEP_SUMMARY");
  if (path.empty()) return {};
  return append_to(path, text);
}

std::size_t size_of(const std::string& path) {
  if (path.empty()) return 0;
  const auto stamp = sys::stamp_of(path);
  return stamp && *stamp ? static_cast<std::size_t>((*stamp)->size) : 0;
}

/// "thresholds.toml" is the policy wherever it lies.
std::string place_of(const std::string& file, const std::string& policy_path) {
  const std::string name = policy_path.substr(policy_path.rfind('/') + 1);
  return file == name ? policy_path : file;
}

std::vector<github::Annotation> annotations_of(const Publication& publication) {
  std::vector<github::Annotation> all;
  for (const JudgedBundle& bundle : publication.bundles)
    for (const Finding& finding : bundle.judgement.findings) {
      const bool bad = finding.verdict == Verdict::fail || finding.verdict == Verdict::not_measured;
      if (!bad && finding.verdict != Verdict::warn) continue;
      github::Annotation one{
          .level = bad ? github::AnnotationLevel::error : github::AnnotationLevel::warning,
          .title = fmt::format("perfgate {}: {}", report::word(finding.verdict),
                               report::subject(finding, bundle.judgement)),
          .message = finding.why};
      if (finding.limit) {
        const github::Origin origin = github::origin_of(finding.limit->origin);
        if (origin.line > 0) {
          one.file = place_of(origin.file, publication.policy_path);
          one.line = origin.line;
        }
      }
      all.push_back(std::move(one));
    }
  return all;
}

/// In a job not in the work tree: what lies there may be the pull request's, links too.
std::string out_of(const PublishOptions& options, const Env& env) {
  if (!options.shared.out_directory.empty()) return options.shared.out_directory;
  const std::string temporary = sys::variable(env.environment, "RUNNER_TEMP");
  return temporary.empty() ? "perfgate-publish" : below(temporary, "perfgate-publish");
}

}  // namespace

Result<void> tell_runner(const Publication& publication, const PublishOptions& options, Env& env) {
  const std::string out = out_of(options, env);
  const bool one = publication.bundles.size() == 1;
  std::string report_path = one ? below(out, "judgement.json") : out;
  for (std::size_t i = 0; i < publication.bundles.size(); ++i) {
    const JudgedBundle& bundle = publication.bundles[i];
    const std::string folder = one ? out : below(out, fmt::format("{}", i + 1));
    TRY([[maybe_unused]] const std::string path, write_judgement_file(folder, bundle.judgement));
  }
  const std::string summary_file = sys::variable(env.environment, "GITHUB_STEP_SUMMARY");
  const std::size_t used = size_of(summary_file);
  const std::size_t room =
      report::summary_bytes - std::min(used, report::summary_bytes - std::size_t{10'000});
  TRY(const std::string summary,
      report::comment_text(
          publication.comment,
          {.page = publication.page, .bytes = room, .rows = 20'000, .hidden = false}));
  const std::string summary_path = below(out, "summary.md");
  CHECKED(sys::make_directories(out));
  CHECKED(sys::write_file_atomic(summary_path, summary));

  CHECKED(write_outputs({{"verdict", verdict_word(report::verdict_of(publication.comment))},
                         {"exit-code", std::to_string(static_cast<int>(publication.exit))},
                         {"report-path", report_path},
                         {"summary-path", summary_path},
                         {"baseline-sha", publication.baseline_sha},
                         {"failures", std::to_string(publication.failures)},
                         {"warnings", std::to_string(publication.warnings)},
                         {"comment-url", ""},
                         {"comment-status", "none"}},
                        env));
  CHECKED(write_summary(summary, env));
  if (sys::variable(env.environment, "GITHUB_ACTIONS") == "true")
    env.out(github::annotation_lines(annotations_of(publication)));
  return {};
}

Result<void> tell_runner(const Sent& sent, Env& env) {
  return write_outputs({{"comment-url", sent.comment_url}, {"comment-status", sent.comment_status}},
                       env);
}

}  // namespace perfgate::cli
