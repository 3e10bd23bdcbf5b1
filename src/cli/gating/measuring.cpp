#include "cli/gating/measuring.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "cli/receipts.hpp"
#include "measure/measure.hpp"
#include "store/history.hpp"

namespace perfgate::cli {
namespace {

Result<std::optional<double>> timeout_seconds(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto quantity = parse_quantity(text);
  if (!quantity || quantity->unit->base != BaseUnit::second || quantity->value.sign() <= 0)
    return fail(Code::usage, fmt::format("--timeout {}: no time", safe_text(text, 40)),
                "--timeout \"10 min\"");
  return quantity->in_base().to_double();
}

}  // namespace

Result<std::chrono::nanoseconds> timeout_of(const MeasureOptions& options,
                                            const Settings& settings) {
  TRY(const std::optional<double> asked, timeout_seconds(options.timeout));
  return nanoseconds_of(
      asked.value_or(60 * settings.policy.automation.benchmark_timeout_minutes.to_double()));
}

Result<std::vector<measure::Suite>> suites_of(const MeasureOptions& options,
                                              const Settings& settings) {
  TRY(const std::optional<double> asked, timeout_seconds(options.timeout));
  const double general = 60 * settings.policy.automation.benchmark_timeout_minutes.to_double();
  std::vector<measure::Suite> suites;
  if (!options.command.empty()) {
    if (options.harness.empty())
      return fail(Code::usage, "a command after -- needs --harness: what does it print?",
                  "perfgate run --harness google-benchmark -- ./bench --benchmark_format=json");
    suites.push_back({.name = options.harness,
                      .command = options.command,
                      .timeout = nanoseconds_of(asked.value_or(general)),
                      .harness = options.harness,
                      .repetitions = std::max(options.repetitions, 1),
                      .results = options.results});
    return suites;
  }
  for (const ProjectSuite& suite : settings.project.suites) {
    const bool chosen =
        options.suites.empty() || std::ranges::any_of(options.suites, [&](const std::string& glob) {
          return glob_matches(glob, suite.name);
        });
    if (!chosen) continue;
    measure::Suite one{
        .name = suite.name,
        .command = suite.command,
        .setup = suite.setup,
        .cwd = below(settings.project_directory, suite.cwd),
        .timeout = nanoseconds_of(asked.value_or(suite.timeout_seconds.value_or(general))),
        .harness = suite.harness,
        .repetitions = options.repetitions > 0 ? options.repetitions : suite.repetitions,
        .results = suite.results};
    for (const auto& [name, value] : suite.env) one.env.emplace(name, value);
    for (const std::string& tool : suite.requires_tools) one.tools.push_back({tool, "--version"});
    suites.push_back(std::move(one));
  }
  if (!suites.empty()) return suites;
  if (!options.suites.empty())
    return fail(Code::usage, "--suite: no suite of the project has such a name",
                "`perfgate config` lists them");
  return fail(Code::config,
              settings.has_project ? settings.project.origin + ": there is no [[suite]]"
                                   : "there is no perfgate.toml here, and no command after --",
              "write a [[suite]] with `name`, `harness` and `command`, or give the command: "
              "--harness google-benchmark -- ./bench --benchmark_format=json");
}

measure::Verbosity verbosity(const Shared& shared) {
  if (shared.trace) return measure::Verbosity::trace;
  if (shared.verbose) return measure::Verbosity::verbose;
  return shared.quiet ? measure::Verbosity::quiet : measure::Verbosity::normal;
}

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::string temporary_directory(const Env& env) {
  std::string named = sys::variable(env.environment, "TMPDIR");
  return named.empty() ? "/tmp" : named;
}

void add_measuring(CLI::App& app, MeasureOptions& options) {
  app.add_option("command", options.command, "one command to measure, after --");
  app.add_option("--harness", options.harness, "what that command prints");
  app.add_option("--results", options.results,
                 "file or folder that it writes, e.g. target/criterion");
  app.add_option("--suite", options.suites, "only these suites (globs)")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--repetitions", options.repetitions, "process launches of each suite")
      ->check(CLI::Range(1, 100000));
  app.add_option("--timeout", options.timeout, "of each launch, e.g. \"10 min\"");
  app.add_flag("--no-store", options.no_store, "do not keep the run in the store");
  add_identity(app, options.identity);
}

measure::Check baseline_check(const std::string& baseline_file, const Settings& settings,
                              const store::Store& store) {
  measure::Check check{.what = "baseline"};
  if (!baseline_file.empty()) {
    if (const auto base = read_run_or_perf(baseline_file, settings); !base)
      check.failure = base.error();
    else
      check.detail = baseline_file;
    return check;
  }
  if (const auto list = store::promotions(store); !list)
    check.failure = list.error();
  else
    check.detail = fmt::format("{} promotions in {}", list->size(), store.url());
  return check;
}

Result<Run> measure_run(const MeasureOptions& options, const Shared& shared,
                        const Settings& settings, const std::string& directory,
                        const std::vector<measure::Check>& more_checks, const store::Store& store,
                        Env& env) {
  TRY(const std::vector<measure::Suite> suites, suites_of(options, settings));
  measure::Progress progress(
      {.write = env.err, .terminal = env.err_is_terminal, .width = env.width}, verbosity(shared));
  {
    const auto step = progress.step("preflight");
    measure::Grounds grounds{.environment = env.environment, .directories = {directory}};
    if (!options.no_store && store.url().starts_with("dir:"))
      grounds.directories.push_back(store.url().substr(4));
    std::vector<measure::Check> rows = measure::preflight(suites, grounds);
    rows.insert(rows.end(), more_checks.begin(), more_checks.end());
    for (const measure::Check& row : rows)
      progress.detail(fmt::format("preflight: {}: {}", row.what,
                                  row.ok() ? (row.detail.empty() ? "ok" : row.detail) : "failed"));
    CHECKED(measure::passed(rows));
  }
  measure::Conditions conditions{.environment = env.environment,
                                 .temporary = temporary_directory(env),
                                 .now = env.now,
                                 .signals = env.signals,
                                 .host = {.environment = env.environment}};
  // Before measuring: what fails here would otherwise fail half an hour later, and who waits for
  // the suite's end waits for git and the compiler too.
  Run here;
  {
    const auto step = progress.step("describe");
    CHECKED(describe_here(here, settings, env));
  }
  TRY(Run run, measure::measure(suites, conditions, progress));
  run.commit = std::move(here.commit);
  run.fingerprint = std::move(here.fingerprint);
  if (const auto completed = complete_run(run, options.identity, settings, env); !completed) {
    // Headlines can be judged only now. What was measured is worth half an hour: it stays.
    run.headlines.clear();
    TRY(const std::string path, write_run_file(directory, run));
    env.err(fmt::format("perfgate: wrote {}, without headlines\n", path));
    return std::unexpected(completed.error());
  }
  return run;
}

bool keep_run(const Run& run, store::Store& store, Env& env) {
  const auto saved = store::save_run(store, run);
  if (!saved)
    env.err(fmt::format("perfgate: {}: the run was not kept in the store: {}\n",
                        to_text(saved.error().code), safe_text(saved.error().message, 500)));
  return saved.has_value();
}

}  // namespace perfgate::cli
