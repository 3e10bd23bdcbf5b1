#include "measure/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "sys/directory.hpp"
#include "sys/process.hpp"

namespace perfgate::measure {
namespace {

constexpr auto tool_timeout = std::chrono::seconds(30);

class Inspection {
 public:
  explicit Inspection(const Grounds& grounds) : grounds_(grounds) {}

  void suite(const Suite& suite) {
    prefix_ = fmt::format("of suite `{}`", suite.name.text());
    const sys::Environment environment = sys::scrub_environment(grounds_.environment, suite.env);
    cwd(suite);
    add("harness", suite.harness, failure_of(grounds_.find_harness(suite.harness)));
    if (!suite.setup.empty()) program("setup", suite.setup, suite, environment, false);
    program("command", suite.command, suite, environment, !suite.setup.empty());
    for (const auto& tool : suite.tools) run_tool(tool, suite, environment);
    results(suite);
    if (suite.repetitions < 1)
      add("repetitions", "", Error{Code::config, "there must be at least one", ""});
  }

  void directory(const std::string& path) {
    prefix_ = fmt::format("`{}`", path);
    add("writable", "", failure_of(sys::check_writable(path)));
    const auto space = sys::free_space(path);
    std::optional<Error> failure = failure_of(space);
    if (space && *space < grounds_.free_bytes)
      failure = Error{Code::io,
                      fmt::format("only {} MiB are free, {} are wanted", *space >> 20,
                                  grounds_.free_bytes >> 20),
                      "free some space, or write to another disk"};
    add("free space in", space ? fmt::format("{} MiB", *space >> 20) : "", std::move(failure));
  }

  std::vector<Check> rows;

 private:
  template <class T>
  static std::optional<Error> failure_of(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error());
  }

  void add(std::string_view what, std::string detail, std::optional<Error> failure) {
    rows.push_back({.what = fmt::format("{} {}", what, prefix_),
                    .detail = std::move(detail),
                    .failure = std::move(failure)});
  }

  void cwd(const Suite& suite) {
    if (suite.cwd.empty()) return;
    std::error_code missing;
    const bool exists = std::filesystem::is_directory(suite.cwd, missing);
    add("cwd", suite.cwd,
        exists ? std::nullopt
               : std::optional(Error{Code::config, fmt::format("`{}` is no directory", suite.cwd),
                                     "correct the suite's cwd"}));
  }

  void program(std::string_view what, const std::vector<std::string>& argv, const Suite& suite,
               const sys::Environment& environment, bool may_be_made) {
    const auto path = sys::find_program(argv.empty() ? "" : argv[0], suite.cwd, environment);
    if (path || argv.empty() || !may_be_made)
      add(what, path.value_or(""), failure_of(path));
    else
      add(what, "not there yet; its setup may make it", {});
  }

  void run_tool(const std::vector<std::string>& tool, const Suite& suite,
                const sys::Environment& environment) {
    const std::string what = fmt::format("tool `{}`", tool.empty() ? "" : tool[0]);
    const auto outcome = sys::run_process({.argv = tool,
                                           .cwd = suite.cwd,
                                           .environment = environment,
                                           .output = {},
                                           .errors = {.to = sys::Stream::To::join}},
                                          {.timeout = tool_timeout});
    std::optional<Error> failure = failure_of(outcome);
    std::string printed;
    if (outcome) {
      const std::string text = outcome->output.text();
      printed = safe_text(text.substr(0, text.find('\n')), 100);
      if (outcome->exit_code != 0)
        failure = Error{
            Code::config,
            fmt::format("`{}` {}", fmt::join(tool, " "),
                        outcome->timed_out   ? "does not end"
                        : outcome->exit_code ? fmt::format("has exit code {}", *outcome->exit_code)
                                             : std::string("crashes")) +
                (printed.empty() ? "" : ": " + printed),
            "install it, or correct the suite's requirements"};
    }
    add(what, printed, std::move(failure));
  }

  void results(const Suite& suite) {
    if (suite.results.empty()) return;
    std::optional<Error> failure;
    const std::filesystem::path path(suite.results);
    const auto harness = grounds_.find_harness(suite.harness);
    if (suite.writes_out())
      failure = Error{Code::config, "both `results` and {out} in the command are given",
                      "give one of them"};
    else if (path.is_absolute() || std::ranges::find(path, "..") != path.end())
      failure = Error{Code::config, fmt::format("`{}` is not below the suite's cwd", suite.results),
                      "give a relative path without `..`"};
    else if (std::error_code none;
             harness && harness->reads == nullptr &&
             std::filesystem::is_directory(std::filesystem::path(suite.cwd) / path, none))
      failure = Error{
          Code::config,
          fmt::format("`{}` is a directory, and {} reads only files", suite.results, suite.harness),
          "name the file"};
    add("results", suite.results, std::move(failure));
  }

  const Grounds& grounds_;
  std::string prefix_;
};

}  // namespace

std::vector<Check> preflight(const std::vector<Suite>& suites, const Grounds& grounds) {
  Inspection inspection(grounds);
  for (const Suite& suite : suites) inspection.suite(suite);
  for (const std::string& directory : grounds.directories) inspection.directory(directory);
  return std::move(inspection.rows);
}

Result<void> passed(const std::vector<Check>& rows) {
  std::string message, hints;
  std::optional<Code> code;
  int failures = 0;
  for (const Check& row : rows) {
    if (row.ok()) continue;
    ++failures;
    if (!code) code = row.failure->code;
    message += fmt::format("\n  {}: {}", row.what, row.failure->message);
    if (!row.failure->hint.empty() && hints.find(row.failure->hint) == std::string::npos)
      hints += (hints.empty() ? "" : "; ") + row.failure->hint;
  }
  if (!code) return {};
  return fail(
      *code,
      fmt::format("{} of {} checks before measuring failed:{}", failures, rows.size(), message),
      hints);
}

}  // namespace perfgate::measure
