#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/history/history.hpp"
#include "config/schema.hpp"
#include "model/run_json.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> files;
  std::string run_id;
  int attempt = 0;
  bool keep_going = false, replace = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("files", options.files, "run.json files")->required();
  app.add_option("--run-id", options.run_id, "identity of the run (default: the file's own)");
  app.add_option("--attempt", options.attempt, "attempt of this run (default: the file's own)")
      ->check(CLI::Range(1, 10000));
  app.add_flag("--keep-going", options.keep_going, "add the good files where others are bad");
  app.add_flag("--replace", options.replace,
               "supersede a run of the same id, attempt and suite that holds something else");
  add_history(app, options.shared);
}

/// As `validate run`: what the reader refuses is told as the schema tells it, all misfits at once.
Result<Run> checked_run(const std::string& path) {
  TRY(const std::string text, read_named(path));
  auto run = read_run(text, path);
  if (run) return run;
  if (auto all = config::require_valid(run_json_schema(), "the schema of run.json", text, path);
      !all && !run.error().message.contains("newer perfgate"))
    return std::unexpected(all.error());
  return run;
}

struct Reading {
  std::vector<Candidate> good;
  std::vector<Error> bad;
};

Reading read_all(const Options& options, Env& env) {
  Reading reading;
  const Time now = env.now();
  for (const std::string& path : options.files) {
    auto run = checked_run(path);
    if (run) {
      if (!options.run_id.empty()) run->id = options.run_id;
      if (options.attempt != 0) run->attempt = options.attempt;
    }
    auto candidate = run ? candidate_of(*run, path, now) : std::unexpected(run.error());
    if (candidate)
      reading.good.push_back(*std::move(candidate));
    else
      reading.bad.push_back(candidate.error());
  }
  return reading;
}

/// All that is wrong, as one error: the code of the first.
std::unexpected<Error> all_of(const std::vector<Error>& bad, std::size_t files,
                              std::string_view outcome) {
  if (bad.size() == 1 && files == 1) return std::unexpected(bad.front());
  std::string text = fmt::format("{} of {} files cannot be added{}:", bad.size(), files, outcome);
  std::size_t told = 0;
  for (const Error& error : bad) {
    if (++told > 20) break;
    text += "\n  " + safe_lines(error.message, 2000);
  }
  if (bad.size() > 20) text += fmt::format("\n  and {} more", bad.size() - 20);
  return fail(bad.front().code, text, bad.front().hint);
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  const Reading reading = read_all(options, env);
  const std::size_t files = options.files.size();
  if (!reading.bad.empty() && !options.keep_going)
    return all_of(reading.bad, files,
                  files == 1 ? "" : ", and nothing was (--keep-going adds the others)");
  Arrival arrival;
  if (!reading.good.empty()) {
    const Known known = options.replace      ? Known::replace
                        : options.keep_going ? Known::keep
                                             : Known::refuse;
    TRY(arrival, add_candidates(*opened.store, reading.good, known));
  }
  if (!options.shared.quiet) env.out(fmt::format("{} ({})\n", tell(arrival), opened.store->url()));
  if (arrival.different > 0)
    return refused(arrival, "--attempt N adds it beside that one, --replace supersedes it");
  if (!reading.bad.empty()) return all_of(reading.bad, files, "");
  return Exit::pass;
}

}  // namespace

Command history_add() {
  return {.name = "add",
          .summary = "add runs; exit 0 means that they are on disk, or on the remote",
          .footer =
              "A run is known by its id, attempt and suites: adding it again adds nothing.\n"
              "All files are read and checked before anything is added.\n\n"
              "Examples:\n  perfgate history add perfgate-out/run.json\n"
              "  perfgate history add shards/*/run.json --run-id \"$GITHUB_RUN_ID\" "
              "--attempt \"$GITHUB_RUN_ATTEMPT\"\n"
              "  perfgate history add run.json --store git:origin#perfgate-data",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
