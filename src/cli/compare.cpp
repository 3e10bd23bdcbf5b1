#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.hpp"
#include "cli/receipts.hpp"
#include "gate/sessions.hpp"
#include "sys/directory.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::vector<std::string> runs;
};

void add(CLI::App& app, Options& options) {
  app.add_option("runs", options.runs, "run.json files, or folders that hold some")->required();
  add_config(app, options.shared);
  add_format(app, options.shared);
  add_verbosity(app, options.shared);
}

/// A folder stands for the runs in it, oldest first.
Result<std::vector<std::string>> files_of(const std::string& path) {
  const auto listed = sys::list_files(path, 100'000);
  if (!listed) return std::vector{path};
  std::vector<std::string> files;
  for (const sys::ListedFile& file : *listed) {
    const std::string_view name(file.path);
    const bool receipt = name.ends_with("judgement.json") || name.ends_with("perf.json");
    if (name.ends_with(".json") && !receipt) files.push_back(below(path, name));
  }
  return files;
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.shared, env));
  TRY(const report::Format format, report_format(options.shared, settings));
  struct Session {
    std::string title;
    Run run;
  };
  std::vector<Session> sessions;
  for (const std::string& path : options.runs) {
    TRY(const std::vector<std::string> files, files_of(path));
    const std::size_t begin = sessions.size();
    for (const std::string& file : files) {
      TRY(Run one, read_run_file(file));
      sessions.push_back({file, std::move(one)});
    }
    if (files.size() > 1)
      std::ranges::stable_sort(sessions.begin() + static_cast<std::ptrdiff_t>(begin),
                               sessions.end(), {},
                               [](const Session& session) { return session.run.started; });
  }
  std::vector<Run> runs;
  std::vector<std::string> titles;
  for (Session& session : sessions) {
    runs.push_back(std::move(session.run));
    titles.push_back(std::move(session.title));
  }
  const Sessions compared = gate::compare_sessions(runs, titles, &settings.policy);
  env.out(format.sessions(compared, report_style(options.shared, env)));
  switch (compared.status) {
    case SessionStatus::success:
      return Exit::pass;
    case SessionStatus::error_no_common_benchmarks:
      return Exit::not_comparable;
    default:
      return Exit::usage;
  }
}

}  // namespace

Command compare_command() {
  return {
      .name = "compare",
      .summary = "two runs, many, or a folder side by side",
      .footer =
          "Example:\n  perfgate compare before/run.json after/run.json\n\n"
          "▲ is worse, ▼ is better; three of them: by more than 10 %. Of two runs each row also "
          "says what the policy makes of it, and what would settle what is unsure. Exit 0 "
          "whatever changed: `perfgate check` fails.",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
