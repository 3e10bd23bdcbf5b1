#include "cli/new_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/receipts.hpp"
#include "gate/headlines.hpp"
#include "model/run_json.hpp"
#include "stats/summary.hpp"
#include "sys/git.hpp"
#include "sys/host.hpp"
#include "sys/process.hpp"

namespace perfgate::cli {
namespace {

/// "20261120T113500Z-1a2b3c4d": sorts by time, and differs between hosts and processes.
std::string new_id(const Run& run, Env& env) {
  std::string stamp;
  for (const char c : to_text(run.started).substr(0, 19))
    if (c != '-' && c != ':') stamp += c;
  const std::string seed = fmt::format("{} {} {} {} {}", run.started.unix_ms, ::getpid(),
                                       sys::host_name(), run.commit.sha, env.now().unix_ms);
  return fmt::format("{}Z-{}", stamp, sha256(seed).substr(0, 8));
}

/// The first line that the configured command prints: "g++ (Debian 12.2.0-14) 12.2.0". A compiler
/// that is not there says nothing.
Result<std::optional<std::string>> compiler_version(const Settings& settings, Env& env) {
  if (settings.project.fingerprint_compiler.empty()) return std::nullopt;
  const sys::Command command{.argv = settings.project.fingerprint_compiler,
                             .environment = sys::scrub_environment(env.environment)};
  const auto outcome = sys::run_process(command, {.timeout = std::chrono::seconds(20)});
  if (!outcome || outcome->exit_code != 0) return std::nullopt;
  const std::string text = outcome->output.text();
  const std::string line = safe_text(trim(text.substr(0, text.find('\n'))), 200);
  if (line.empty()) return std::nullopt;
  return line;
}

/// Takes out what is private on this machine, whoever put it there: the suite, the file that is
/// imported, the configuration.
void scrub(Run& run, const sys::Environment& environment) {
  const Scrubber texts = sys::private_texts(environment), names = sys::private_names(environment);
  const auto rename = [&](std::string& name) {
    if (names.finds_any(name)) name = names.scrub(name);
  };
  std::map<Symbol, Symbol> renamed;
  for (Metric& metric : run.metrics) {
    if (!names.finds_any(metric.name.text())) continue;
    const Symbol name(names.scrub(metric.name.text()));
    renamed.emplace(metric.name, name);
    metric.name = name;
  }
  const auto rename_metric = [&](Symbol& name) {
    if (renamed.empty()) return;
    if (const auto found = renamed.find(name); found != renamed.end()) name = found->second;
  };
  for (Benchmark& benchmark : run.benchmarks) {
    rename(benchmark.name);
    // `set` changes a value in its place: the names are there already.
    for (const Dimension& dimension : benchmark.dimensions.all())
      if (const auto* text = std::get_if<std::string>(&dimension.value);
          text && texts.finds_any(*text))
        benchmark.dimensions.set(dimension.name, texts.scrub(*text));
    for (Sample& sample : benchmark.samples) rename_metric(sample.metric);
  }
  for (Statistic& statistic : run.statistics) {
    if (const std::string& name = statistic.benchmark.text(); names.finds_any(name))
      statistic.benchmark = Symbol(names.scrub(name));
    rename_metric(statistic.metric);
  }
  for (Note& note : run.notes) {
    rename(note.benchmark);
    if (texts.finds_any(note.text)) note.text = safe_text(texts.scrub(note.text), 500);
  }
  for (std::optional<std::string>* field :
       {&run.fingerprint.compiler, &run.fingerprint.flags, &run.fingerprint.container})
    if (*field) *field = names.scrub(**field);
}

}  // namespace

void add_identity(CLI::App& app, Identity& identity) {
  app.add_option("--run-id", identity.id, "identity of the run (default: made from the time)");
  app.add_option("--attempt", identity.attempt, "attempt of this run")->check(CLI::Range(1, 10000));
  app.add_option("--commit", identity.commit, "commit that was measured (default: what git says)");
  app.add_option("--on-branch", identity.branch, "branch that it is on (default: what git says)");
}

Result<void> describe_here(Run& run, const Settings& settings, Env& env) {
  TRY(const std::optional<Commit> commit,
      sys::read_commit(settings.project_directory, env.environment));
  if (commit) run.commit = *commit;
  run.fingerprint = sys::read_fingerprint({.environment = env.environment});
  TRY(run.fingerprint.compiler, compiler_version(settings, env));
  if (!settings.project.fingerprint_flags.empty())
    run.fingerprint.flags = settings.project.fingerprint_flags;
  return {};
}

Result<void> complete_run(Run& run, const Identity& identity, const Settings& settings, Env& env) {
  if (!identity.commit.empty()) run.commit.sha = identity.commit;
  if (!identity.branch.empty()) run.commit.branch = identity.branch;
  scrub(run, env.environment);
  run.schema = run_schema_name;
  run.tool = fmt::format("perfgate {}", version());
  run.attempt = identity.attempt;
  run.id = identity.id.empty() ? new_id(run, env) : identity.id;
  stats::summarize(run);
  return gate::add_headlines(run, settings.project.headlines);
}

bool measured_anything(const Run& run) {
  return std::ranges::any_of(run.benchmarks,
                             [](const Benchmark& benchmark) { return !benchmark.samples.empty(); });
}

bool has_errors(const Run& run) {
  return std::ranges::any_of(run.notes,
                             [](const Note& note) { return note.severity == Severity::error; });
}

Result<void> write_new_run(const Run& run, const Settings& settings, const std::string& directory,
                           bool quiet, Env& env) {
  TRY(const std::string run_path, write_run_file(directory, run));
  TRY(const auto perf_path, write_perf_file(directory, run, nullptr, settings));
  std::size_t measured = 0, values = 0;
  for (const Benchmark& benchmark : run.benchmarks) {
    if (!benchmark.samples.empty()) ++measured;
    for (const Sample& sample : benchmark.samples) values += sample.values.size();
  }
  // What was not measured is said however quiet it is to be.
  int told = 0;
  for (const Note& note : run.notes) {
    if (note.severity != Severity::error || ++told > 20) continue;
    env.err(fmt::format("perfgate: {}: {}{}\n", note.code ? to_text(*note.code) : "error",
                        note.benchmark.empty() ? "" : safe_text(note.benchmark, 200) + ": ",
                        safe_text(note.text, 500)));
  }
  if (told > 20) env.err(fmt::format("perfgate: and {} more: run.json lists them\n", told - 20));
  if (quiet) return {};
  env.err(fmt::format(
      "perfgate: {} of {} benchmarks measured, {} values\nperfgate: wrote {}{}\n", measured,
      run.benchmarks.size(), values, run_path,
      perf_path ? ", " + *perf_path : " (no perf.json: no [[headline]] is configured)"));
  return {};
}

}  // namespace perfgate::cli
