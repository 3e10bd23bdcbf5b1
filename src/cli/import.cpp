#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/execution.hpp"
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
  bool here = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("files", options.files,
                 "what the harness wrote: files or folders, one per process launch; - is stdin")
      ->required();
  std::string names;
  for (const harness::Harness& harness : harness::all())
    names += (names.empty() ? "" : ", ") + std::string(harness.name);
  app.add_option("--harness", options.harness, "its format: " + names)->required();
  app.add_option("--suite", options.suite, "name of the suite (default: the harness's name)");
  app.add_flag("--here", options.here,
               "it was measured on this machine, at the commit that is checked out");
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

Result<Exit> run(const Options& options, Env& env) {
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
  CHECKED(complete_run(run, options.identity, settings, env));

  const std::string directory =
      options.shared.out_directory.empty() ? "perfgate-out" : options.shared.out_directory;
  CHECKED(write_new_run(run, settings, directory, options.shared.quiet, env));
  if (trouble) return std::unexpected(*trouble);
  return measured_anything(run) ? Exit::pass : Exit::not_measured;
}

}  // namespace

Command import_command() {
  return {.name = "import",
          .summary = "output that already exists → run.json",
          .footer =
              "Examples:\n  perfgate import bench.json --harness google-benchmark --out out\n"
              "  perfgate import target/criterion --harness criterion --here\n"
              "  perfgate import results/perf.jsonl --harness records",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
