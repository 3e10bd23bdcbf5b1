#pragma once
// The options that commands share: which configuration, policy, store, output.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/env.hpp"
#include "config/precedence.hpp"
#include "model/policy.hpp"
#include "model/project.hpp"
#include "model/waiver.hpp"
#include "report/report.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

struct Shared {
  std::string config, policy, waivers, store;
  std::string format;            ///< empty: as configured, else text
  std::string out_directory;     ///< --out; empty: the command's own default
  std::vector<std::string> set;  ///< KEY=VALUE, as flags
  bool quiet = false, verbose = false, trace = false;
  bool begins_waivers = false;  ///< the waivers' file may lack even where it is named
};

void add_config(CLI::App& app, Shared& shared);  ///< --config --policy --waivers --set
void add_store(CLI::App& app, Shared& shared);   ///< --store
void add_format(CLI::App& app, Shared& shared);  ///< --format
void add_out(CLI::App& app, Shared& shared, const std::string& what);  ///< --out
void add_verbosity(CLI::App& app, Shared& shared);  ///< --quiet --verbose --trace

/// The configuration in force: flags, then variables, then files, then defaults.
struct Settings {
  Project project;
  Policy policy;
  std::string project_directory;  ///< of perfgate.toml; suites' directories are below it
  bool has_project = false, has_policy = false;
  std::string store_url;
  std::string waivers_path;
  std::vector<Waiver> waivers;
  std::string report_template;  ///< as Project has it, as a path from where we are
  std::vector<config::Origin> origins;
};

/// Reads it. A file that was named must exist; perfgate.toml and thresholds.toml in the current
/// folder are read where they are there. Errors: Code::config, Code::io.
Result<Settings> load_settings(const Shared& shared, Env& env);

/// The format asked for, and what the terminal can show.
Result<report::Format> report_format(const Shared& shared, const Settings& settings);
report::Style report_style(const Shared& shared, const Env& env);

/// Reads a file named by the user, at most 1 GiB. Errors: Code::io.
Result<std::string> read_named(const std::string& path);

/// `name` below `directory`.
std::string below(const std::string& directory, std::string_view name);

}  // namespace perfgate::cli
