#include "sys/worktree.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/git_program.hpp"

namespace perfgate::sys {
namespace {

namespace fs = std::filesystem;

// The folder's name tells our own from others; the lock tells those in use.
constexpr std::string_view lock_name = "perfgate-worktrees.lock";
constexpr std::string_view own_prefix = "perfgate-";  // of folders, and with the pid of work trees

struct Asked {
  int exit_code = 0;
  std::string output, errors;
};

Result<Asked> ask(const std::string& directory, const Environment& environment,
                  std::vector<std::string> arguments) {
  TRY(const GitAnswer answer,
      run_git({.place = {"-C", directory}, .environment = without_git(environment)},
              {.arguments = std::move(arguments)}));
  return Asked{.exit_code = answer.exit_code,
               .output = std::string(trim(answer.output)),
               .errors = std::string(trim(answer.errors))};
}

std::vector<std::string> lines_of_text(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void take_away(const std::string& root, const Environment& environment, const std::string& path) {
  // A git that was killed while it checked out leaves its work tree locked. What git does not
  // manage, the removal of the folder and the pruning after it do.
  if (const auto unlocked = ask(root, environment, {"worktree", "unlock", path}); !unlocked) return;
  if (const auto removed = ask(root, environment, {"worktree", "remove", "--force", path});
      !removed || removed->exit_code != 0) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
}

void prune(const std::string& root, const Environment& environment) {
  if (const auto pruned = ask(root, environment, {"worktree", "prune"}); !pruned) return;
}

/// What git, killed with a perfgate while it began a work tree, left in the repository: it is
/// locked and does not say where it lies, so that git neither lists nor prunes it. Its name holds
/// the pid.
void take_away_begun(const std::string& root, const Environment& environment) {
  const auto common = ask(root, environment, {"rev-parse", "--git-common-dir"});
  if (!common || common->exit_code != 0) return;
  std::error_code failed;
  for (const auto& entry :
       fs::directory_iterator(fs::path(root) / common->output / "worktrees", failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(own_prefix) || fs::exists(entry.path() / "gitdir", failed)) continue;
    const int pid = std::atoi(name.c_str() + own_prefix.size());
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), failed);
  }
}

/// Work trees of perfgates that were killed: their folder's lock is free.
void take_away_left_over(const std::string& root, const Environment& environment) {
  const auto listed = ask(root, environment, {"worktree", "list", "--porcelain"});
  if (!listed) return;
  bool any = false;
  for (const std::string& line : lines_of_text(listed->output)) {
    if (!line.starts_with("worktree ")) continue;
    const fs::path path = line.substr(9), folder = path.parent_path();
    if (!folder.filename().string().starts_with(own_prefix)) continue;
    std::error_code missing;
    if (!fs::exists(folder / lock_name, missing)) continue;
    const auto lock = FileLock::take((folder / lock_name).string(), Code::host_busy, "worktrees");
    if (!lock) continue;
    take_away(root, environment, path.string());
    any = true;
  }
  if (any) prune(root, environment);
  take_away_begun(root, environment);
}

/// Folders of perfgates that were killed, whose work trees are gone or were never made.
void take_away_folders(const std::string& parent) {
  std::error_code failed;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    const fs::path lock = entry.path() / lock_name;
    if (entry.path().filename().string().starts_with(own_prefix) && fs::exists(lock, failed) &&
        FileLock::take(lock.string(), Code::host_busy, "worktrees"))
      left.push_back(entry.path());
  }
  for (const fs::path& folder : left) fs::remove_all(folder, failed);
}

std::string of_shallow(const Checkout& checkout, const Environment& environment) {
  const auto shallow = ask(checkout.root, environment, {"rev-parse", "--is-shallow-repository"});
  return shallow && shallow->output == "true"
             ? "the clone is shallow: fetch the history (`git fetch --unshallow`; with "
               "actions/checkout: `fetch-depth: 0`)"
             : "`git log --oneline --all` lists what is here; a branch of the remote is "
               "`origin/NAME`";
}

}  // namespace

Environment without_git(Environment environment) {
  // What `git rev-parse --local-env-vars` lists, but for configuration given by variables.
  for (const std::string_view name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_IMPLICIT_WORK_TREE",
        "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE"})
    if (const auto found = environment.find(name); found != environment.end())
      environment.erase(found);
  return environment;
}

Result<Checkout> read_checkout(const std::string& directory, const Environment& environment) {
  const std::string where = directory.empty() ? "." : directory;
  TRY(const Asked top, ask(where, environment, {"rev-parse", "--show-toplevel"}));
  if (top.exit_code != 0 || top.output.empty())
    return fail(
        Code::git,
        fmt::format("looking for a git repository here: git says: {}", safe_text(top.errors, 300)),
        "go to a work tree, or give commands instead: perfgate ab --base-cmd CMD "
        "--head-cmd CMD");
  TRY(const Asked prefix, ask(where, environment, {"rev-parse", "--show-prefix"}));
  TRY(const Asked status,
      ask(where, environment, {"status", "--porcelain", "--untracked-files=no"}));
  Checkout checkout{.root = top.output, .prefix = prefix.output, .changed = !status.output.empty()};
  while (checkout.prefix.ends_with('/')) checkout.prefix.pop_back();
  return checkout;
}

Result<Revision> read_revision(const Checkout& checkout, const std::string& name,
                               const Environment& environment) {
  const std::string asked = name == "." ? "HEAD" : name;
  if (asked.empty() || asked.starts_with('-'))
    return fail(Code::usage, fmt::format("`{}` names no commit", safe_text(name, 100)),
                "give a branch, a tag, an id, or `.` for the work tree as it stands");
  TRY(const Asked sha,
      ask(checkout.root, environment,
          {"rev-parse", "--verify", "--quiet", "--end-of-options", asked + "^{commit}"}));
  if (sha.exit_code != 0 || sha.output.size() < 40)
    return fail(Code::git,
                fmt::format("`{}` names no commit of this repository", safe_text(name, 100)),
                of_shallow(checkout, environment));
  // `--end-of-options` may be echoed by git before 2.30.
  const std::string id = lines_of_text(sha.output).back();
  Revision revision{.named = name, .sha = id, .tree = id};
  if (name != "." || !checkout.changed) return revision;
  TRY(const Asked made,
      ask(checkout.root, environment,
          {"-c", "user.name=perfgate", "-c", "user.email=perfgate@localhost", "stash", "create"}));
  if (made.exit_code != 0 || made.output.size() < 40)
    return fail(Code::git,
                fmt::format("keeping the changes of the work tree in a commit of no branch: git "
                            "says: {}",
                            safe_text(made.errors, 300)),
                "commit them, and name the commit instead of `.`");
  revision.changed = true;
  revision.tree = lines_of_text(made.output).back();
  return revision;
}

Result<std::vector<std::string>> changed_files(const Checkout& checkout, const std::string& from,
                                               const std::string& to,
                                               const Environment& environment) {
  TRY(const Asked names,
      ask(checkout.root, environment,
          {"diff-tree", "-r", "--no-renames", "--name-only", "--no-commit-id", from, to}));
  if (names.exit_code != 0)
    return fail(Code::git,
                fmt::format("comparing two commits: git says: {}", safe_text(names.errors, 300)),
                "does `git diff --stat` of the two work?");
  return lines_of_text(names.output);
}

Result<std::vector<std::string>> commits_between(const Checkout& checkout, const Revision& good,
                                                 const Revision& bad,
                                                 const Environment& environment) {
  TRY(const Asked ancestor,
      ask(checkout.root, environment, {"merge-base", "--is-ancestor", good.sha, bad.sha}));
  if (ancestor.exit_code != 0)
    return fail(Code::git,
                fmt::format("`{}` is none of the commits that `{}` was made from",
                            safe_text(good.named, 100), safe_text(bad.named, 100)),
                fmt::format("begin at where they part: git merge-base {} {}",
                            good.sha.substr(0, 10), bad.sha.substr(0, 10)));
  TRY(const Asked listed,
      ask(checkout.root, environment,
          {"rev-list", "--reverse", "--first-parent", bad.sha, "^" + good.sha}));
  if (listed.exit_code != 0)
    return fail(Code::git,
                fmt::format("listing the commits: git says: {}", safe_text(listed.errors, 300)),
                of_shallow(checkout, environment));
  return lines_of_text(listed.output);
}

std::string title_of(const Checkout& checkout, const std::string& sha,
                     const Environment& environment) {
  const auto line = ask(checkout.root, environment, {"log", "-1", "--format=%s", sha});
  return safe_text(sha.substr(0, 10) + (line ? " " + line->output : ""), 120);
}

Result<Worktrees> Worktrees::make(const Checkout& checkout, const std::string& parent,
                                  const Environment& environment) {
  take_away_left_over(checkout.root, environment);
  take_away_folders(parent);
  TRY(TemporaryDirectory directory, TemporaryDirectory::make(parent));
  TRY(FileLock lock, FileLock::take(fmt::format("{}/{}", directory.path(), lock_name),
                                    Code::host_busy, "worktrees"));
  return Worktrees(checkout.root, environment, std::move(directory), std::move(lock));
}

Worktrees::~Worktrees() {
  if (directory_.path().empty()) return;  // moved from
  for (const std::string& path : paths_) take_away(root_, environment_, path);
  if (!paths_.empty()) prune(root_, environment_);
}

Result<std::string> Worktrees::add(const std::string& name, const std::string& tree) {
  std::error_code failed;
  const fs::path folder = fs::absolute(directory_.path(), failed);
  const std::string path = (folder / fmt::format("{}{}-{}", own_prefix, ::getpid(), name)).string();
  paths_.push_back(path);  // also where git gives up half way
  TRY(const Asked added, ask(root_, environment_, {"worktree", "add", "--detach", path, tree}));
  if (added.exit_code != 0)
    return fail(Code::git,
                fmt::format("checking out {} into a work tree of its own: git says: {}",
                            tree.substr(0, 12), safe_text(added.errors, 500)),
                "does `git worktree add --detach /tmp/somewhere COMMIT` work?");
  return path;
}

void Worktrees::remove(const std::string& path) {
  take_away(root_, environment_, path);
  std::erase(paths_, path);
}

std::vector<std::string> Worktrees::doubts(const std::string& path) const {
  std::vector<std::string> doubts;
  std::error_code missing;
  if (fs::exists(fs::path(path) / ".gitmodules", missing))
    doubts.emplace_back(
        "the repository has submodules, which are not checked out here: where the build needs "
        "them, let the suite's `setup` run `git submodule update --init --recursive`");
  const auto attributes = read_file(path + "/.gitattributes", 1 << 20);
  if (!attributes || attributes->find("filter=lfs") == std::string::npos) return doubts;
  const auto filtered =
      ask(path, environment_,
          {"grep", "-l", "-I", "-e", "^version https://git-lfs.github.com/spec/v1"});
  if (filtered && filtered->exit_code == 0 && !filtered->output.empty())
    doubts.push_back(fmt::format(
        "{} is a pointer of Git LFS and not its content: install git-lfs, or let the suite's "
        "`setup` run `git lfs pull`",
        safe_text(lines_of_text(filtered->output).front(), 200)));
  return doubts;
}

}  // namespace perfgate::sys
