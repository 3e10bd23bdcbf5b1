// What this machine, clone and configuration lack, before a measurement shows it: a line each, with
// the remedy.

#include <dlfcn.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/gating/measuring.hpp"
#include "store/history.hpp"
#include "sys/git_program.hpp"
#include "sys/host.hpp"
#include "sys/pressure.hpp"
#include "sys/process.hpp"
#include "sys/worktree.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
};

void add(CLI::App& app, Options& options) {
  add_config(app, options.shared);
  add_store(app, options.shared);
}

enum class State { good, doubt, trouble };

struct Row {
  State state = State::good;
  std::string what, found, remedy = {};
};

Row trouble(std::string what, const Error& error) {
  return {.state = State::trouble,
          .what = std::move(what),
          .found = error.message,
          .remedy = error.hint};
}

std::string git(const std::vector<std::string>& arguments, const Env& env) {
  const auto answer =
      sys::run_git({.place = {"-C", "."}, .environment = sys::without_git(env.environment)},
                   {.arguments = arguments});
  return answer && answer->exit_code == 0 ? std::string(trim(answer->output)) : "";
}

void add_git(std::vector<Row>& rows, const Env& env) {
  const std::string version = git({"--version"}, env);
  if (version.empty()) {
    rows.push_back({.state = State::trouble,
                    .what = "git",
                    .found = "git does not run",
                    .remedy = "install git"});
    return;
  }
  if (git({"rev-parse", "--git-dir"}, env).empty()) {
    rows.push_back({.state = State::doubt,
                    .what = "git",
                    .found = version + "; this folder is no repository",
                    .remedy = "name commits by --commit; `ab`, `bisect` and `init` want one"});
    return;
  }
  if (git({"rev-parse", "--is-shallow-repository"}, env) == "true") {
    rows.push_back(
        {.state = State::doubt,
         .what = "git",
         .found = "a shallow clone: merge bases and ancestors are not in it",
         .remedy = "git fetch --unshallow; in CI, `fetch-depth: 0` for actions/checkout"});
    return;
  }
  rows.push_back({.what = "git", .found = version});
}

void add_machine(std::vector<Row>& rows, const Env& env) {
  const sys::HostSource source{.environment = env.environment};
  const Fingerprint host = sys::read_fingerprint(source);
  const int cores = host.cores.value_or(0);
  rows.push_back(
      {.state = cores == 1 ? State::doubt : State::good,
       .what = "cores",
       .found = fmt::format("{} of {}", cores, host.cpu_model.value_or("an unknown CPU")),
       .remedy = cores == 1 ? "with a single core everything else disturbs" : ""});
  if (host.governor && *host.governor != "performance")
    rows.push_back({.state = State::doubt,
                    .what = "governor",
                    .found = *host.governor + ": the clock follows the load",
                    .remedy = "on a machine of your own: cpupower frequency-set -g performance"});
  for (const std::string& hint : sys::noise_hints(source))
    rows.push_back({.state = State::doubt, .what = "noise", .found = hint});
  const bool pressure = sys::cpu_wait_seconds(source).has_value();
  rows.push_back(
      {.state = pressure ? State::good : State::doubt,
       .what = "contention",
       .found = pressure ? "the kernel tells how long something waited for a processor"
                         : "the kernel does not tell pressure (PSI)",
       .remedy = pressure ? "" : "a kernel with CONFIG_PSI; else a busy machine shows as noise"});
  const auto outcome = sys::run_process({.argv = {"true"}, .environment = env.environment},
                                        {.timeout = std::chrono::seconds(10)});
  const std::string absent = outcome ? outcome->counts.absent : outcome.error().message;
  rows.push_back(
      {.state = absent.empty() ? State::good : State::doubt,
       .what = "counters",
       .found = absent.empty() ? "cycles and instructions are counted" : absent,
       .remedy =
           absent.empty() ? "" : "not needed for a verdict; they tell more work from code layout"});
}

/// A library that is loaded when it is wanted.
void add_library(std::vector<Row>& rows, const std::string& what, const char* library,
                 const std::string& package, const std::string& use) {
  // It stays: what these libraries make as they are loaded outlives them.
  void* const handle = ::dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  rows.push_back({.state = handle != nullptr ? State::good : State::doubt,
                  .what = what,
                  .found = handle != nullptr ? std::string(library) + " is there"
                                             : fmt::format("no {}: {} does not work", library, use),
                  .remedy = handle != nullptr ? "" : "apt-get install " + package});
}

void add_configuration(std::vector<Row>& rows, const Options& options, Env& env) {
  const auto settings = load_settings(options.shared, env);
  if (!settings) {
    rows.push_back(trouble("configuration", settings.error()));
    return;
  }
  if (!settings->has_project) {
    rows.push_back({.state = State::doubt,
                    .what = "configuration",
                    .found = "there is no perfgate.toml here",
                    .remedy = "perfgate init"});
  } else {
    rows.push_back({.what = "configuration",
                    .found = fmt::format("{} suites; policy: {}", settings->project.suites.size(),
                                         settings->policy.origin)});
    const auto suites = suites_of({}, *settings);
    if (!suites) {
      rows.push_back(trouble("suites", suites.error()));
    } else {
      for (const measure::Check& check :
           measure::preflight(*suites, {.environment = env.environment}))
        if (check.failure) rows.push_back(trouble(check.what, *check.failure));
    }
  }
  const auto store = store::open(settings->store_url);
  const auto promotions = store ? store::promotions(**store) : std::unexpected(store.error());
  if (!promotions) {
    rows.push_back(trouble("store", promotions.error()));
    return;
  }
  rows.push_back(
      {.state = promotions->empty() ? State::doubt : State::good,
       .what = "store",
       .found = fmt::format("{}: {} promotions", settings->store_url, promotions->size()),
       .remedy = promotions->empty() ? "perfgate baseline promote makes a run the baseline" : ""});
}

Result<Exit> run(const Options& options, Env& env) {
  CHECKED(may_execute("perfgate doctor", env));
  std::vector<Row> rows;
  add_configuration(rows, options, env);
  add_git(rows, env);
  add_machine(rows, env);
  add_library(rows, "publication", "libcurl.so.4", "libcurl4", "`publish`");
  add_library(rows, "PDF", "libpangocairo-1.0.so.0",
              "libpango-1.0-0 libpangocairo-1.0-0 fonts-dejavu-core", "a report as PDF");
  std::size_t width = 0;
  int doubts = 0, troubles = 0;
  for (const Row& row : rows) {
    width = std::max(width, row.what.size());
    doubts += row.state == State::doubt ? 1 : 0;
    troubles += row.state == State::trouble ? 1 : 0;
  }
  for (const Row& row : rows) {
    const std::string_view word = row.state == State::good    ? "ok     "
                                  : row.state == State::doubt ? "doubt  "
                                                              : "TROUBLE";
    env.out(fmt::format("{}  {:<{}}  {}\n", word, safe_text(row.what, 60), width,
                        safe_text(row.found, 500)));
    if (!row.remedy.empty())
      env.out(fmt::format("{:{}}-> {}\n", "", width + 11, safe_text(row.remedy, 500)));
  }
  env.out(fmt::format("{} checks: {} in trouble, {} in doubt\n", rows.size(), troubles, doubts));
  return troubles > 0 ? Exit::usage : Exit::pass;
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "what this machine, clone and configuration lack",
      .footer =
          "Example:\n  perfgate doctor --config perfgate.toml\n\n"
          "What is in doubt makes measuring worse or a command unusable; what is in trouble "
          "stops it. Of a\ntoken nothing is asked: what it may do, GitHub says when it is used.\n\n"
          "Exit: 0, or 2 where something is in trouble.",
      .plumbing = true,
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
