#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/setup/init_files.hpp"
#include "cli/shared.hpp"
#include "harness/harness.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"
#include "sys/git_program.hpp"
#include "sys/worktree.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  std::vector<std::string> command;
  std::string harness, action, branch;
  bool dry_run = false, missing = false, no_workflows = false;
  bool pre_push = false, print = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("command", options.command,
                 "after --: a command to measure, instead of what is found");
  app.add_option("--harness", options.harness, "what that command prints");
  app.add_option("--branch", options.branch,
                 "whose pushes make baselines (default: as origin says, else main)");
  app.add_option(
      "--action", options.action,
      "OWNER/REPO@COMMIT of this action, for the workflows (default: a place to fill in)");
  app.add_flag("--no-workflows", options.no_workflows, "perfgate.toml and thresholds.toml only");
  app.add_flag("--missing", options.missing,
               "write what is not there yet, and leave what is there as it is");
  app.add_flag("--dry-run", options.dry_run, "say what would be written, and write nothing");
  app.add_flag("--pre-push", options.pre_push, "write a pre-push hook instead");
  app.add_flag("--print", options.print, "with --pre-push: print the hook, and write nothing");
}

bool is_there(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0;
}

/// What git says, or nothing.
std::string ask_git(const std::vector<std::string>& arguments, const Env& env) {
  const auto answer =
      sys::run_git({.place = {"-C", "."}, .environment = sys::without_git(env.environment)},
                   {.arguments = arguments});
  return answer && answer->exit_code == 0 ? std::string(trim(answer->output)) : "";
}

Result<Tree> tree_here(const Env& env) {
  Tree tree;
  tree.read = [](const std::string& path) {
    constexpr std::uint64_t largest = 1 << 20;
    return sys::read_file(path, largest);
  };
  const auto listed =
      sys::run_git({.place = {"-C", "."}, .environment = sys::without_git(env.environment)},
                   {.arguments = {"ls-files", "-z", "--cached", "--others", "--exclude-standard"}});
  if (listed && listed->exit_code == 0) {
    std::string_view rest = listed->output;
    for (std::size_t end; (end = rest.find('\0')) != std::string_view::npos;
         rest.remove_prefix(end + 1))
      if (std::string path(rest.substr(0, end)); is_there(path))
        tree.files.push_back(std::move(path));
  } else {
    TRY(const std::vector<sys::ListedFile> files, sys::list_files("."));
    for (const sys::ListedFile& file : files) tree.files.push_back(file.path);
  }
  std::ranges::sort(tree.files);
  return tree;
}

std::string nothing_found() {
  std::string text = "nothing here is known to be a benchmark. Looked for:";
  for (const Detector& detector : detectors())
    text += fmt::format("\n  {}: {}", detector.what, detector.looks_for);
  return text;
}

Result<Found> suites_here(const Options& options, const Env& env) {
  if (options.command.empty()) {
    TRY(const Tree tree, tree_here(env));
    return look_for_suites(tree);
  }
  if (options.harness.empty())
    return fail(Code::usage, "a command after -- needs --harness: what does it print?",
                "perfgate init --harness google-benchmark -- ./bench --benchmark_format=json");
  TRY(const harness::Harness harness, harness::find(options.harness));
  ProposedSuite suite{.name = options.harness,
                      .harness = std::string(harness.name),
                      .command = options.command,
                      .why = "the command that was given"};
  if (const auto text = unwritable(suite))
    return fail(
        Code::usage,
        fmt::format("`{}` in the command cannot stand in perfgate.toml", safe_text(*text, 60)),
        "arguments there are UTF-8, and none is empty: put the command into a script");
  return Found{.suites = {std::move(suite)}};
}

/// As a branch in YAML and in a glob it must stand for itself.
bool is_plain_branch(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._-/").contains(c);
  });
}

struct Chosen {
  std::string name, why;
};
Result<Chosen> branch_here(const Options& options, const Env& env) {
  if (!options.branch.empty()) {
    if (is_plain_branch(options.branch)) return Chosen{options.branch, "--branch"};
    return fail(Code::usage,
                fmt::format("--branch {}: no plain name", safe_text(options.branch, 60)),
                "letters, digits and . _ - /");
  }
  constexpr std::string_view prefix = "refs/remotes/origin/";
  const std::string head = ask_git({"symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"}, env);
  if (head.starts_with(prefix) && is_plain_branch(head.substr(prefix.size())))
    return Chosen{head.substr(prefix.size()), "the default branch of origin"};
  for (const char* name : {"main", "master"})
    if (!ask_git({"rev-parse", "--verify", "--quiet", fmt::format("refs/heads/{}", name)}, env)
             .empty())
      return Chosen{name, "there is a branch of that name"};
  return Chosen{"main", "no branch says otherwise"};
}

Result<void> check_action(const std::string& action) {
  const std::size_t at = action.find('@');
  const std::string_view all = action;
  const auto plain = [](std::string_view text) { return is_plain_branch(text); };
  if (action.empty() ||
      (at != std::string::npos && std::ranges::count(all.substr(0, at), '/') == 1 &&
       plain(all.substr(0, at)) && plain(all.substr(at + 1))))
    return {};
  return fail(Code::usage,
              fmt::format("--action {}: not OWNER/REPO@COMMIT", safe_text(action, 100)),
              "--action your-org/perfgate@COMMIT, the full commit of a release");
}

std::string thresholds(const std::string& branch) {
  std::string text(embedded("templates/init/thresholds.toml"));
  if (branch != "main" && branch != "master")
    text += fmt::format("\n[promotion]\nbranches = [\"{}\"]\n", branch);
  return text;
}

Result<std::vector<InitFile>> files_here(const Options& options, const Found& found,
                                         const Chosen& branch) {
  std::vector<InitFile> files{
      {.path = "perfgate.toml", .text = project_text(found.suites), .what = "what is measured"},
      {.path = "thresholds.toml", .text = thresholds(branch.name), .what = "what is demanded"}};
  if (options.no_workflows) return files;
  for (InitFile& file : workflow_files({.branch = branch.name, .action = options.action}))
    files.push_back(std::move(file));
  return files;
}

/// Those that are not there. Errors: Code::usage where some are, and that is not what was asked
/// for.
Result<std::vector<InitFile>> to_write(std::vector<InitFile> files, const Options& options) {
  std::string there;
  for (const InitFile& file : files)
    if (is_there(file.path)) there += (there.empty() ? "" : ", ") + file.path;
  if (!there.empty() && !options.missing)
    return fail(Code::usage, "already there, and nothing was written: " + there,
                "init never overwrites: `--missing` writes the others, `--dry-run` shows them all");
  std::erase_if(files, [](const InitFile& file) { return is_there(file.path); });
  return files;
}

/// A file that appears whole, and only where there was none.
Result<void> write_new(const std::string& path, std::string_view text) {
  const std::string folder = folder_of(path);
  if (!folder.empty()) CHECKED(sys::make_directories(folder));
  if (is_there(path))
    return fail(Code::usage, path + " appeared meanwhile, and is left as it is",
                "run init again with --missing");
  return sys::write_file_atomic(path, text);
}

void say_what_was_found(const Found& found, const Chosen& branch, const Options& options,
                        Env& env) {
  for (const ProposedSuite& suite : found.suites)
    env.out(fmt::format("suite {}: {}\n", suite.name, safe_text(suite.why, 300)));
  for (const std::string& doubt : found.doubts)
    env.out(fmt::format("doubt: {}\n", safe_text(doubt, 400)));
  if (!options.no_workflows)
    env.out(fmt::format("baselines come from `{}`: {}\n", branch.name, branch.why));
}

void say_what_is_left(const Found& found, const Options& options, Env& env) {
  std::string ignored = ".perfgate/ perfgate-out/";
  for (const ProposedSuite& suite : found.suites)
    if (!suite.ignored_folder.empty() && !ignored.contains(" " + suite.ignored_folder))
      ignored += " " + suite.ignored_folder;
  env.out(fmt::format("\nLeft for you:\n  .gitignore: {}\n", safe_text(ignored, 500)));
  if (!options.no_workflows && options.action.empty())
    env.out(fmt::format("  the workflows: put the action's own place for {}\n", action_place));
  if (!options.no_workflows)
    env.out("  the commits that actions are pinned to: see that they are the releases they say\n");
  env.out("  then: perfgate gate\n");
}

/// Where git looks for hooks. What we ask git with has none (see run_git), which is not meant.
std::string hooks_folder(const sys::Checkout& checkout, const Env& env) {
  std::string folder;
  std::string lines =
      ask_git({"config", "--show-scope", "--type=path", "--get-all", "core.hooksPath"}, env);
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos && line.substr(0, tab) != "command")
      folder = below(checkout.root, line.substr(tab + 1));
  }
  if (!folder.empty()) return folder;
  const std::string common = ask_git({"rev-parse", "--git-common-dir"}, env);
  return common.empty() ? "" : below(common, "hooks");
}

/// The hook goes where git looks for it.
Result<Exit> write_hook(const Options& options, Env& env) {
  if (options.print) {
    env.out(pre_push_hook());
    return Exit::pass;
  }
  TRY(const sys::Checkout checkout, sys::read_checkout(".", env.environment));
  const std::string folder = hooks_folder(checkout, env);
  const std::string path = below(folder, "pre-push");
  if (folder.empty())
    return fail(Code::git, "git does not say where hooks lie", "perfgate init --pre-push --print");
  if (is_there(path))
    return fail(Code::usage, fmt::format("{} is there already, and is left as it is", path),
                "perfgate init --pre-push --print shows what to add to it");
  if (options.dry_run) {
    env.out(fmt::format("would write {}\n", path));
    return Exit::pass;
  }
  CHECKED(write_new(path, pre_push_hook()));
  constexpr mode_t executable = 0755;
  if (::chmod(path.c_str(), executable) != 0) return sys::io_error("permitting", path, errno);
  env.out(
      fmt::format("wrote {}: what is pushed is measured against what is there, in about two "
                  "minutes and the builds; `git push --no-verify` goes without\n",
                  path));
  return Exit::pass;
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.pre_push) return write_hook(options, env);
  if (options.print)
    return fail(Code::usage, "--print goes with --pre-push", "`--dry-run` shows the files");
  CHECKED(check_action(options.action));
  if (const std::string prefix = ask_git({"rev-parse", "--show-prefix"}, env);
      !prefix.empty() && !options.no_workflows)
    return fail(Code::usage,
                fmt::format("this is {} of its repository: workflows lie at the top",
                            safe_text(prefix, 200)),
                "run it at the top of the repository, or here with --no-workflows");
  TRY(const Chosen branch, branch_here(options, env));
  TRY(const Found found, suites_here(options, env));
  if (found.suites.empty()) {
    for (const std::string& doubt : found.doubts)
      env.err(fmt::format("doubt: {}\n", safe_text(doubt, 400)));
    return fail(Code::usage, nothing_found(),
                "name what is to be measured: perfgate init --harness NAME -- COMMAND "
                "(`perfgate help import` lists the harnesses)");
  }
  TRY(std::vector<InitFile> files, files_here(options, found, branch));
  if (!options.dry_run) {
    TRY(files, to_write(std::move(files), options));
  }
  say_what_was_found(found, branch, options, env);
  for (const InitFile& file : files) {
    const bool there = is_there(file.path);
    if (!options.dry_run) CHECKED(write_new(file.path, file.text));
    env.out(fmt::format("{} {}: {}\n",
                        there             ? "there already:"
                        : options.dry_run ? "would write"
                                          : "wrote",
                        file.path, file.what));
    if (options.dry_run && !there && file.path.ends_with(".toml")) env.out(file.text + "\n");
  }
  if (files.empty()) env.out("everything is there already\n");
  say_what_is_left(found, options, env);
  return Exit::pass;
}

}  // namespace

Command init_command() {
  return {
      .name = "init",
      .summary = "configuration, workflows, pre-push hook",
      .footer =
          "Looks for benchmarks (Google Benchmark by CMake, Criterion by Cargo), and writes "
          "perfgate.toml,\nthresholds.toml and the workflows of docs/guide.md. Never overwrites: "
          "where a file is there it exits\nwith 2 and writes nothing.\n\n"
          "Examples:\n  perfgate init --dry-run\n"
          "  perfgate init --action your-org/perfgate@COMMIT\n"
          "  perfgate init --harness records -- ./measure --out {out}\n"
          "  perfgate init --pre-push",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
