#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.hpp"
#include "cli/gating/execution.hpp"
#include "cli/gating/import_shards.hpp"
#include "cli/new_run.hpp"
#include "cli/receipts.hpp"
#include "harness/harness.hpp"
#include "measure/results.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> files;
  std::string harness, suite;
  Identity identity;
  ShardOptions shards;
  bool here = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("files", options.files,
                 "what the harness wrote: files or folders, one per process launch; - is stdin");
  std::string names;
  for (const harness::Harness& harness : harness::all())
    names += (names.empty() ? "" : ", ") + std::string(harness.name);
  app.add_option("--harness", options.harness, "its format: " + names);
  app.add_option("--suite", options.suite, "name of the suite (default: the harness's name)");
  app.add_flag("--here", options.here,
               "it was measured on this machine, at the commit that is checked out");
  app.add_option("--shard", options.shards.shards,
                 "instead of files: ID=PATH of a run.json (or of its folder), a part of one run; "
                 "one whose path is not there is not measured")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--shards", options.shards.count,
                 "how many shards there must be: their ids are 1 to so many")
      ->check(CLI::Range(1, 10000));
  add_identity(app, options.identity);
  add_config(app, options.shared);
  add_out(app, options.shared, "folder for run.json and perf.json (default: perfgate-out)");
  add_verbosity(app, options.shared);
}

Result<std::vector<harness::Document>> documents_of(const std::string& path,
                                                    const harness::Harness& harness) {
  struct stat info{};
  if (path != "-" && ::stat(path.c_str(), &info) != 0) return sys::io_error("reading", path, errno);
  std::vector<harness::Document> documents;
  if (path == "-" || !S_ISDIR(info.st_mode)) {
    documents.push_back(measure::document_of_file(path, path == "-" ? "/dev/stdin" : path,
                                                  static_cast<std::uint64_t>(info.st_size)));
    return documents;
  }
  if (!harness.reads)
    return fail(Code::usage, fmt::format("{}: {} writes no folders", path, harness.name),
                "name the files");
  TRY(const std::vector<sys::ListedFile> files, sys::list_files(path));
  for (const sys::ListedFile& file : files)
    if (harness.reads(file.path))
      documents.push_back(measure::document_of_file(file.path, below(path, file.path), file.size));
  if (documents.empty())
    return fail(Code::parse, fmt::format("{}: no file here is of {}", path, harness.name),
                "is it the right folder, and the right harness?");
  return documents;
}

/// When measuring began, where the records say so.
std::optional<Time> first_timestamp(const Run& run) {
  std::optional<Time> first;
  for (const Benchmark& benchmark : run.benchmarks) {
    const Scalar* const value = benchmark.dimensions.find("timestamp");
    const auto* const text = value ? std::get_if<std::string>(value) : nullptr;
    const std::optional<Time> time = text ? moment_from_text(*text) : std::nullopt;
    if (time && (!first || *time < *first)) first = time;
  }
  return first;
}

Result<Exit> keep(Run run, const Options& options, const Settings& settings, Env& env) {
  CHECKED(complete_run(run, options.identity, settings, env));
  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  CHECKED(write_new_run(run, settings, directory, options.shared.quiet, env));
  return measured_anything(run) ? Exit::pass : Exit::not_measured;
}

Result<Exit> join(const Options& options, Env& env) {
  if (!options.files.empty() || !options.harness.empty() || options.here)
    return fail(Code::usage, "--shard joins run.json files, which tell all by themselves",
                "without files, --harness and --here: perfgate import --shards 2 --shard 1=a "
                "--shard 2=b");
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const std::vector<gate::Shard> shards, read_shards(options.shards));
  TRY(Run run, gate::join_shards(shards));
  Options identified = options;
  identified.identity.attempt = std::max(options.identity.attempt, run.attempt);
  TRY(const Exit exit, keep(std::move(run), identified, settings, env));
  const bool whole =
      std::ranges::all_of(shards, [](const gate::Shard& shard) { return shard.run.has_value(); });
  return whole ? exit : Exit::not_measured;
}

Result<Exit> run(const Options& options, Env& env) {
  if (!options.shards.shards.empty() || options.shards.count > 0) return join(options, env);
  if (options.files.empty() || options.harness.empty())
    return fail(Code::usage, "what is imported, and in which format?",
                "perfgate import FILE --harness google-benchmark, or --shard ID=PATH ...");
  TRY(const harness::Harness harness, harness::find(options.harness));
  TRY(const Settings settings, load_settings(options.shared, env));
  const Symbol suite(options.suite.empty() ? options.harness : options.suite);
  harness::Collector collector(suite);
  std::optional<Error> trouble;
  for (const std::string& path : options.files) {
    collector.next_launch();
    auto documents = documents_of(path, harness);
    if (!documents) return std::unexpected(documents.error());
    if (auto parsed = harness.parse(*documents, collector); !parsed) {
      trouble = parsed.error();
      break;
    }
  }
  if (trouble && collector.size() == 0) return std::unexpected(*trouble);
  if (trouble) collector.note(Severity::error, trouble->code, {}, trouble->message);

  Run run{.started = env.now(), .suites = {suite}, .harnesses = {Symbol(options.harness)}};
  std::move(collector).move_into(run);
  if (const auto first = first_timestamp(run)) run.started = *first;
  if (!measured_anything(run) && !has_errors(run))
    run.notes.push_back({.severity = Severity::error,
                         .code = Code::nothing_measured,
                         .text = "what was imported holds no benchmark with a value"});
  if (options.here) {
    CHECKED(may_execute("perfgate import --here", env));
    CHECKED(describe_here(run, settings, env));
  }
  TRY(const Exit exit, keep(std::move(run), options, settings, env));
  if (trouble) return std::unexpected(*trouble);
  return exit;
}

}  // namespace

Command import_command() {
  return {.name = "import",
          .summary = "output that already exists → run.json",
          .footer =
              "Examples:\n  perfgate import bench.json --harness google-benchmark --out out\n"
              "  perfgate import target/criterion --harness criterion --here\n"
              "  perfgate import results/perf.jsonl --harness records\n"
              "  perfgate import --shards 2 --shard 1=shard-1 --shard 2=shard-2 --out out",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
