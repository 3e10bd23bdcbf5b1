#include "sys/git.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "sys/process.hpp"

namespace perfgate::sys {
namespace {

struct Answer {
  int exit_code = 0;
  std::string output, errors;
};

Result<Answer> git(const std::string& directory, const Environment& environment,
                   std::vector<std::string> arguments) {
  Command command{.argv = {"git", "--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c",
                           "core.fsmonitor=false", "-C", directory.empty() ? "." : directory},
                  .environment = environment};
  command.environment["LC_ALL"] = "C";
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  TRY(const Outcome outcome, run_process(command, {.timeout = std::chrono::seconds(60)}));
  return Answer{.exit_code = outcome.exit_code.value_or(-1),
                .output = std::string(trim(outcome.output.text())),
                .errors = std::string(trim(outcome.errors.text()))};
}

}  // namespace

bool is_sha(std::string_view text) {
  return text.size() >= 7 && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::optional<Commit>> read_commit(const std::string& directory,
                                          const Environment& environment) {
  const auto head = git(directory, environment, {"log", "-1", "--format=%H %cI%n%s"});
  if (!head) {
    // No git on this machine: there is nothing to ask, and nothing to be wrong about.
    if (head.error().code == Code::process_failed) return std::nullopt;
    return std::unexpected(head.error());
  }
  if (head->exit_code != 0 || head->output.size() < 42) {
    const bool none = head->errors.find("not a git repository") != std::string::npos ||
                      head->errors.find("does not have any commits") != std::string::npos;
    if (none) return std::nullopt;
    return fail(Code::git,
                fmt::format("reading the commit that is checked out: git says: {}",
                            safe_text(head->errors, 300)),
                "does `git log -1` work here?");
  }
  Commit commit{.sha = head->output.substr(0, head->output.find(' '))};
  const std::size_t line = std::min(head->output.find('\n'), head->output.size());
  if (const auto time = time_from_text(
          std::string_view(head->output).substr(0, line).substr(commit.sha.size() + 1)))
    commit.time = *time;
  if (line < head->output.size())
    commit.subject = safe_text(std::string_view(head->output).substr(line + 1), 200);
  TRY(const Answer branch, git(directory, environment, {"symbolic-ref", "--short", "-q", "HEAD"}));
  commit.branch = branch.output;
  if (commit.branch.empty()) commit.branch = variable(environment, "GITHUB_HEAD_REF");
  if (commit.branch.empty()) commit.branch = variable(environment, "GITHUB_REF_NAME");
  TRY(const Answer status,
      git(directory, environment, {"status", "--porcelain", "--untracked-files=no"}));
  commit.dirty = !status.output.empty();
  return commit;
}

Result<std::optional<bool>> is_ancestor(const std::string& directory, std::string_view older,
                                        std::string_view newer, const Environment& environment) {
  if (!is_sha(older) || !is_sha(newer)) return std::nullopt;
  TRY(const Answer answer,
      git(directory, environment,
          {"merge-base", "--is-ancestor", std::string(older), std::string(newer)}));
  // 128: not a repository, or a commit that it does not hold.
  if (answer.exit_code == 0) return true;
  if (answer.exit_code == 1) return false;
  return std::nullopt;
}

Result<std::optional<bool>> is_on_branch(const std::string& directory, std::string_view sha,
                                         std::string_view branch, const Environment& environment) {
  if (!is_sha(sha)) return std::nullopt;
  TRY(const Answer valid,
      git(directory, environment, {"check-ref-format", fmt::format("refs/heads/{}", branch)}));
  if (valid.exit_code != 0) return std::nullopt;
  for (const char* place : {"refs/heads/", "refs/remotes/origin/"}) {
    const std::string ref = place + std::string(branch);
    TRY(const Answer known, git(directory, environment, {"rev-parse", "-q", "--verify", ref}));
    if (known.exit_code != 0) continue;
    TRY(const Answer ancestor,
        git(directory, environment, {"merge-base", "--is-ancestor", std::string(sha), ref}));
    if (ancestor.exit_code == 0) return true;
    if (ancestor.exit_code == 1) return false;
  }
  return std::nullopt;
}

Result<std::vector<Tag>> read_tags(const std::string& directory, const Environment& environment) {
  // An annotated tag is an object of its own: *objectname is what it marks.
  const auto answer =
      git(directory, environment,
          {"for-each-ref", "--sort=refname",
           "--format=%(objectname) %(*objectname) %(refname:strip=2)", "refs/tags"});
  if (!answer || answer->exit_code != 0) return std::vector<Tag>{};
  std::vector<Tag> tags;
  for (std::string_view rest = answer->output; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
    if (second == line.npos) continue;
    const std::string_view marked = line.substr(first + 1, second - first - 1);
    tags.push_back({.name = std::string(line.substr(second + 1)),
                    .sha = std::string(marked.empty() ? line.substr(0, first) : marked)});
  }
  return tags;
}

}  // namespace perfgate::sys
