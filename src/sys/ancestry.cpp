#include "sys/ancestry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "sys/git.hpp"
#include "sys/git_program.hpp"
#include "sys/git_remote.hpp"

namespace perfgate::sys {
namespace {

constexpr std::chrono::seconds patience{120};  // for a remote

class Clone {
 public:
  Clone(const std::string& directory, const Environment& environment)
      : git_{.place = {"-C", directory.empty() ? "." : directory}, .environment = environment} {}

  Result<GitAnswer> ask(std::vector<std::string> arguments) const {
    TRY(GitAnswer answer, run_git(git_, {.arguments = std::move(arguments), .timeout = patience}));
    answer.output = trim(answer.output);
    return answer;
  }

  /// Whether the history ends before its beginning; nothing outside of a repository.
  Result<std::optional<bool>> is_shallow() const {
    TRY(const GitAnswer answer, ask({"rev-parse", "--is-shallow-repository"}));
    if (answer.exit_code != 0) return std::nullopt;
    return answer.output == "true";
  }

  /// The commit that a name stands for; empty where there is none.
  Result<std::string> resolve(const std::string& name) const {
    TRY(const GitAnswer answer, ask({"rev-parse", "--quiet", "--verify", name + "^{commit}"}));
    return answer.exit_code == 0 ? answer.output : std::string();
  }

  Result<std::string> branch_tip(std::string_view branch) const {
    TRY(std::string tip, resolve(fmt::format("refs/remotes/origin/{}", branch)));
    if (!tip.empty()) return tip;
    return resolve(fmt::format("refs/heads/{}", branch));
  }

  Result<std::string> merge_base(const std::string& a, const std::string& b) const {
    TRY(const GitAnswer answer, ask({"merge-base", a, b}));
    return answer.exit_code == 0 ? answer.output.substr(0, answer.output.find('\n'))
                                 : std::string();
  }

  Result<std::vector<std::string>> history(const std::string& commit, std::size_t most) const {
    TRY(const GitAnswer answer, ask({"rev-list", fmt::format("--max-count={}", most), commit}));
    std::vector<std::string> commits;
    if (answer.exit_code != 0) return commits;
    std::string_view left = answer.output;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find('\n'), left.size());
      commits.emplace_back(left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    return commits;
  }

  /// Gets `by` commits more of the branch and of the commit. What git says where it cannot.
  Result<std::string> deepen(std::string_view commit, std::string_view branch, bool shallow,
                             std::size_t by) const {
    std::vector<std::string> arguments{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules"};
    if (shallow) arguments.push_back(fmt::format("--deepen={}", by));
    arguments.insert(arguments.end(),
                     {"origin", fmt::format("+refs/heads/{0}:refs/remotes/origin/{0}", branch)});
    if (shallow) arguments.emplace_back(commit);
    TRY(const GitAnswer answer, ask(std::move(arguments)));
    return answer.exit_code == 0 ? std::string() : safe_text(trim(answer.errors), 300);
  }

 private:
  Git git_;
};

}  // namespace

Result<std::optional<Parting>> find_parting(const std::string& directory, std::string_view commit,
                                            std::string_view branch, const PartingOptions& options,
                                            const Environment& environment) {
  CHECKED(check_branch(branch));
  const Clone clone(directory, environment);
  TRY(std::optional<bool> shallow, clone.is_shallow());
  if (!shallow || !is_sha(commit)) return std::nullopt;
  constexpr const char* hint =
      "give actions/checkout `fetch-depth: 0`, or run `git fetch --unshallow origin`";
  constexpr int most_steps = 3;
  std::string refused;
  for (int step = 0;; ++step) {
    TRY(const std::string head, clone.resolve(std::string(commit)));
    TRY(const std::string tip, clone.branch_tip(branch));
    Parting parting;
    if (!head.empty() && !tip.empty()) {
      TRY(parting.merge_base, clone.merge_base(head, tip));
    }
    if (!parting.merge_base.empty()) {
      TRY(parting.commits, clone.history(parting.merge_base, options.commits));
      parting.cut = *shallow && parting.commits.size() < options.commits;
      if (!parting.cut || parting.commits.size() >= options.enough) return parting;
    }
    const bool may_help = options.fetch && (*shallow || tip.empty());
    if (!may_help || step == most_steps || !refused.empty()) {
      if (!parting.merge_base.empty()) return parting;  // as far as it goes
      const std::string_view what = head.empty()  ? "the commit is not in this clone"
                                    : tip.empty() ? "the branch is not in this clone"
                                    : *shallow    ? "this clone is shallow and ends before it"
                                                  : "they have no commit in common";
      return fail(Code::git,
                  fmt::format("finding where {} left `{}`: {}{}", commit.substr(0, 10),
                              safe_text(branch, 100), what,
                              refused.empty() ? "" : "; fetching more failed: " + refused),
                  hint);
    }
    // Four times as much with each step: 60, 240, 960.
    const std::size_t by = (options.enough + 9) << (2 * static_cast<unsigned>(step));
    TRY(refused, clone.deepen(commit, branch, *shallow, by));
    TRY(shallow, clone.is_shallow());
    if (!shallow) return std::nullopt;
  }
}

Result<std::optional<int>> commits_ahead(const std::string& directory, std::string_view older,
                                         std::string_view newer, const Environment& environment) {
  if (!is_sha(older) || !is_sha(newer)) return std::nullopt;
  TRY(const GitAnswer answer,
      Clone(directory, environment)
          .ask({"rev-list", "--count", fmt::format("{}..{}", older, newer)}));
  int count = 0;
  const std::string& text = answer.output;
  if (answer.exit_code != 0 ||
      std::from_chars(text.data(), text.data() + text.size(), count).ec != std::errc())
    return std::nullopt;
  return count;
}

}  // namespace perfgate::sys
