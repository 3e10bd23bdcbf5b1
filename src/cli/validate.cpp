#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/receipts.hpp"
#include "config/perf.hpp"
#include "config/policy.hpp"
#include "config/project.hpp"
#include "config/schema.hpp"
#include "harness/records.hpp"
#include "measure/results.hpp"
#include "model/audit_json.hpp"
#include "model/dimensions_json.hpp"
#include "model/judgement_json.hpp"
#include "model/qualification_json.hpp"
#include "model/reports_json.hpp"
#include "model/run_json.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string kind, file, schema;
  bool print_schema = false;
};

void add(CLI::App& app, Options& options) {
  std::vector<std::string> kinds{"perf",  "run",     "judgement", "qualification",
                                 "audit", "records", "policy",    "project"};
  for (const std::string_view kind : report_schema_kinds()) kinds.emplace_back(kind);
  app.add_option(
         "kind", options.kind,
         "perf, run, judgement, qualification, audit, records, policy, project, or a report: "
         "comparison, evolution, statistics, results, matrix, trend, slo, hypothesis")
      ->required()
      ->check(CLI::IsMember(kinds));
  app.add_option("file", options.file, "the file to check");
  app.add_option("--schema", options.schema, "a JSON Schema (draft 7) of your own");
  app.add_flag("--print-schema", options.print_schema, "print the schema instead");
  add_config(app, options.shared);
  add_verbosity(app, options.shared);
}

Result<std::string> schema_of(const Options& options, Env& env) {
  if (!options.schema.empty()) return read_named(options.schema);
  if (options.kind == "run") return run_json_schema();
  if (options.kind == "judgement") return judgement_json_schema();
  if (options.kind == "qualification") return qualification_json_schema();
  if (options.kind == "audit") return audit_json_schema();
  if (options.kind == "records") return record_json_schema();
  if (auto schema = report_json_schema(options.kind)) return *std::move(schema);
  TRY(const Settings settings, load_settings(options.shared, env));
  if (!settings.project.perf_schema.empty())
    return read_named(below(settings.project_directory, settings.project.perf_schema));
  return config::perf_schema(config::perf_keys(settings.project.headlines));
}

Result<void> check_file(const Options& options, Env& env) {
  if (options.kind == "records") {
    std::vector documents{measure::document_of_file(options.file, options.file, 0)};
    harness::Collector collector("records");
    return harness::records().parse(documents, collector);
  }
  TRY(const std::string text, read_named(options.file));
  if (options.kind == "policy") {
    TRY(const Policy policy, config::read_policy(text, options.file));
    return {};
  }
  if (options.kind == "project") {
    TRY(const Project project, config::read_project(text, options.file));
    return {};
  }
  if (options.kind == "perf") {
    TRY(const Settings settings, load_settings(options.shared, env));
    TRY(const config::PerfSummary perf, read_perf_file(options.file, settings, options.schema));
    return {};
  }
  // The reader knows more than a schema can say; the schema lists all misfits, not only the first.
  TRY(const std::string schema, schema_of(options, env));
  CHECKED(
      config::require_valid(schema, "the schema of " + options.kind + ".json", text, options.file));
  if (report_json_schema(options.kind)) return {};  // reports are only written
  if (options.kind == "run") {
    TRY(const Run run, read_run(text, options.file));
  } else if (options.kind == "audit") {
    TRY(const Audit audit, read_audit(text, options.file));
  } else if (options.kind == "qualification") {
    TRY(const Qualification qualification, read_qualification(text, options.file));
  } else {
    TRY(const Judgement judgement, read_judgement(text, options.file));
  }
  return {};
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.print_schema) {
    if (options.kind == "policy" || options.kind == "project")
      return fail(
          Code::usage, fmt::format("{} is TOML, and has no JSON Schema", options.kind),
          "perfgate validate perf --print-schema, or run, judgement, qualification, records, or a "
          "kind of report");
    TRY(const std::string schema, schema_of(options, env));
    env.out(schema);
    return Exit::pass;
  }
  if (options.file.empty())
    return fail(Code::usage, "which file?", fmt::format("perfgate validate {} FILE", options.kind));
  CHECKED(check_file(options, env));
  if (!options.shared.quiet) env.out(fmt::format("{}: valid {}\n", options.file, options.kind));
  return Exit::pass;
}

}  // namespace

Command validate_command() {
  return {.name = "validate",
          .summary = "check a file; --print-schema",
          .footer =
              "Examples:\n  perfgate validate perf perf.json\n"
              "  perfgate validate run --print-schema",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
