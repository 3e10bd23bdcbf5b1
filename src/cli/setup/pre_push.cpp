// What the pre-push hook becomes. git says on stdin what is pushed, a line a ref; the commit that
// is pushed is measured against what the remote has, by `ab`, in work trees of their own: files
// that are being edited play no part.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/setup/pushed_refs.hpp"
#include "sys/file.hpp"
#include "sys/git_program.hpp"
#include "sys/worktree.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  std::string remote, url;
  std::string budget = "2m", config, policy;
  std::vector<std::string> suites;
};

void add(CLI::App& app, Options& options) {
  app.add_option("remote", options.remote, "where to, as git tells the hook");
  app.add_option("url", options.url, "likewise");
  app.add_option("--budget", options.budget,
                 "time for measuring, builds aside (default: 2m); enough for five rounds");
  app.add_option("--suite", options.suites, "only these suites (globs)")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--config", options.config, "project file (default: perfgate.toml)");
  app.add_option("--policy", options.policy, "policy file");
}

/// stdin as git fills it; empty at a terminal, and where pre-commit has eaten it.
Result<std::string> pushed_lines() {
  if (::isatty(STDIN_FILENO) != 0) return std::string();
  constexpr std::uint64_t largest = 4 << 20;
  return sys::read_file("/dev/stdin", largest);
}

std::string ask_git(const std::vector<std::string>& arguments, const Env& env) {
  const auto answer = sys::run_git({.place = {"-C", "."}, .environment = env.environment},
                                   {.arguments = arguments});
  return answer && answer->exit_code == 0 ? std::string(trim(answer->output)) : "";
}

/// What a branch that the remote lacks began at: the merge base with the remote's own branches.
std::string beginning(const std::string& sha, const Options& options, const Env& env) {
  const std::string remote = options.remote.empty() ? "origin" : options.remote;
  for (const std::string& name :
       {"refs/remotes/" + remote + "/HEAD", "refs/remotes/" + remote + "/main",
        "refs/remotes/" + remote + "/master"}) {
    const std::string base = ask_git({"merge-base", sha, name}, env);
    if (!base.empty()) return base;
  }
  return "";
}

/// The commit to compare with; empty where there is none.
std::string base_of(const PushedRef& ref, const Options& options, const Env& env) {
  if (!ref.remote_sha.empty() &&
      !ask_git({"rev-parse", "--verify", "--quiet", ref.remote_sha + "^{commit}"}, env).empty()) {
    // Of a branch that was rewritten: where the two part.
    const std::string base = ask_git({"merge-base", ref.remote_sha, ref.local_sha}, env);
    if (!base.empty()) return base;
  }
  return beginning(ref.local_sha, options, env);
}

int measure(const std::string& base, const std::string& head, const std::string& out,
            const Options& options, Env& env) {
  std::vector<std::string> arguments{"ab", "--budget", options.budget, "--out", out};
  for (const std::string& suite : options.suites)
    arguments.insert(arguments.end(), {"--suite", suite});
  if (!options.config.empty()) arguments.insert(arguments.end(), {"--config", options.config});
  if (!options.policy.empty()) arguments.insert(arguments.end(), {"--policy", options.policy});
  arguments.insert(arguments.end(), {"--", base, head});
  return main(arguments, env);
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate pre-push", env));
  env.environment = sys::without_git(std::move(env.environment));  // git tells its hooks of itself
  TRY(const std::string lines, pushed_lines());
  TRY(std::vector<PushedRef> refs, pushed_refs(lines));
  if (refs.empty()) {
    TRY(refs, refs_of_pre_commit(env.environment));
  }
  std::erase_if(refs, [](const PushedRef& ref) { return ref.is_deletion(); });
  if (refs.empty()) {
    env.err("perfgate: nothing is pushed that could be measured\n");
    return Exit::pass;
  }
  TRY(const sys::Checkout checkout, sys::read_checkout(".", env.environment));
  if (checkout.changed)
    env.err("perfgate: the work tree has changes, which are not pushed and not measured\n");
  const std::string out = ask_git({"rev-parse", "--git-path", "perfgate/pre-push"}, env);

  int worst = 0;
  std::vector<std::string> done;
  for (const PushedRef& ref : refs) {
    if (std::ranges::find(done, ref.local_sha) != done.end()) continue;
    done.push_back(ref.local_sha);
    const std::string name = safe_text(ref.name, 100);
    const std::string head =
        ask_git({"rev-parse", "--verify", "--quiet", ref.local_sha + "^{commit}"}, env);
    if (head.empty()) {
      env.err(fmt::format("perfgate: {} is no commit, and not measured\n", name));
      continue;
    }
    const std::string base = base_of(ref, options, env);
    if (base.empty()) {
      env.err(
          fmt::format("perfgate: {}: the remote has nothing that it began at: there is nothing to "
                      "compare with\n",
                      name));
      continue;
    }
    if (ask_git({"rev-parse", base + "^{tree}"}, env) ==
        ask_git({"rev-parse", head + "^{tree}"}, env)) {
      env.err(fmt::format("perfgate: {}: the files are those that the remote has\n", name));
      continue;
    }
    const int exit = measure(base, head, out, options, env);
    if (env.signals && env.signals->first()) return Exit::pass;  // main() makes it 128 + n
    // The verdict's order: a failure says more than a doubt.
    if (worst == 0 || exit == 1) worst = exit;
  }
  if (worst != 0)
    env.err(fmt::format("perfgate: {}. This is advice: `git push --no-verify` goes without it.\n",
                        worst == 1 ? "what is pushed is slower, or below a floor"
                                   : "what is pushed could not be shown to be as fast as before"));
  return static_cast<Exit>(worst);
}

}  // namespace

Command pre_push_command() {
  return {
      .name = "pre-push",
      .summary = "what the pre-push hook runs",
      .footer =
          "Example, as the hook runs it:\n  perfgate pre-push origin git@example.org:o/r.git "
          "--budget 2m\n\n"
          "Reads on stdin what git says is pushed (or what pre-commit says in PRE_COMMIT_*), and "
          "measures\neach commit against what the remote has, as `ab` does. `perfgate init "
          "--pre-push` writes the hook.\n\nExit: as ab's, 0 where nothing is pushed that could be "
          "measured (a deleted branch, a new repository).",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
