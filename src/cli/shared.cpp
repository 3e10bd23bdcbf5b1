#include "cli/shared.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/settings_from.hpp"
#include "config/node.hpp"
#include "config/policy.hpp"
#include "config/project.hpp"
#include "config/waivers.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

std::unexpected<Error> not_there(const std::string& path, std::string hint) {
  return fail(Code::config, fmt::format("reading {}: there is no such file", safe_text(path, 300)),
              std::move(hint));
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// A configuration file: the one named must be there; the usual one may be.
Result<std::optional<config::Node>> read_tree(const std::string& path, bool named,
                                              const FileReader& files) {
  const auto text = files(path);
  const std::string hint = "give the path of a file that is there";
  if (!text) return fail(Code::config, text.error().message, named ? hint : text.error().hint);
  if (!*text && named) return not_there(path, hint);
  if (!*text) return std::nullopt;
  TRY(config::Node tree, config::parse_toml(**text, name_of(path)));
  return tree;
}

Result<std::vector<Waiver>> read_waivers_file(const std::string& path, bool named,
                                              const FileReader& files) {
  const auto text = files(path);
  const std::string hint =
      "give the path of a file that is there, or begin one: perfgate baseline accept";
  if (!text) return fail(Code::config, text.error().message, hint);
  if (!*text && named) return not_there(path, hint);
  if (!*text) return std::vector<Waiver>{};
  return config::read_waivers(**text, name_of(path));
}

Result<std::vector<config::Override>> flags(const Shared& shared) {
  std::vector<config::Override> overrides;
  for (const std::string& pair : shared.set) {
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0)
      return fail(Code::usage, fmt::format("--set {}: expected KEY=VALUE", safe_text(pair, 60)),
                  "--set gate.min_samples=7");
    const std::string key = pair.substr(0, equals);
    std::vector<std::string_view> known;
    for (const config::Setting& setting : config::settings()) known.push_back(setting.key);
    const bool is_limit =
        key.starts_with("performance_floors.") || key.starts_with("enterprise_targets.");
    if (std::ranges::find(known, key) == known.end() && !is_limit) {
      const auto close = nearest(key, known);
      return fail(Code::usage, fmt::format("--set {}: unknown key", safe_text(key, 60)),
                  close ? fmt::format("did you mean `{}`?", *close)
                        : "`perfgate config --origin` lists the keys");
    }
    overrides.push_back({.key = key, .value = pair.substr(equals + 1), .origin = "--set"});
  }
  if (!shared.config.empty()) overrides.push_back({"config", shared.config, "--config"});
  if (!shared.policy.empty()) overrides.push_back({"policy", shared.policy, "--policy"});
  if (!shared.waivers.empty()) overrides.push_back({"waivers", shared.waivers, "--waivers"});
  if (!shared.store.empty()) overrides.push_back({"store.url", shared.store, "--store"});
  return overrides;
}

}  // namespace

Result<std::optional<std::string>> read_from_disk(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return std::nullopt;
  TRY(std::string text, sys::read_file(path, 1 << 20));
  return text;
}

std::string below(const std::string& directory, std::string_view name) {
  if (name.starts_with('/') || directory.empty() || directory == ".") return std::string(name);
  return directory + "/" + std::string(name);
}

void add_config(CLI::App& app, Shared& shared) {
  app.add_option("--config", shared.config, "project file (default: perfgate.toml, if there)");
  app.add_option("--policy", shared.policy,
                 "policy file (default: as perfgate.toml says, or thresholds.toml, if there)");
  app.add_option("--waivers", shared.waivers,
                 "accepted changes (default: as perfgate.toml says, or waivers.toml beside it)");
  app.add_option("--set", shared.set, "KEY=VALUE over variables and files, e.g. gate.min_samples=7")
      ->take_all()
      ->allow_extra_args(false);
}

void add_store(CLI::App& app, Shared& shared) {
  app.add_option("--store", shared.store, "history and baselines (default: dir:.perfgate)");
}

void add_format(CLI::App& app, Shared& shared) {
  std::string names;
  for (const report::Format& format : report::all()) {
    if (!names.empty()) names += ", ";
    names += format.name;
  }
  app.add_option("--format", shared.format, names + " (default: text)");
}

void add_out(CLI::App& app, Shared& shared, const std::string& what) {
  app.add_option("--out", shared.out_directory, what);
}

void add_verbosity(CLI::App& app, Shared& shared) {
  app.add_flag("-q,--quiet", shared.quiet, "only results and errors");
  app.add_flag("-v,--verbose", shared.verbose, "more of what is done; unchanged rows too");
  app.add_flag("--trace", shared.trace, "every step, and how long it took");
}

Result<std::string> read_named(const std::string& path) {
  return sys::read_file(path, std::uint64_t{1} << 30);
}

Result<Settings> load_settings(const Shared& shared, Env& env) {
  TRY(SettingsFrom read, load_settings_from(shared, env, read_from_disk));
  return std::move(read.settings);
}

Result<SettingsFrom> load_settings_from(const Shared& shared, Env& env, const FileReader& files) {
  std::vector<Variable> variables;
  for (const auto& [name, value] : env.environment) variables.push_back({name, value});
  TRY(std::vector<config::Override> overrides, config::overrides_from(variables));
  TRY(const std::vector<config::Override> from_flags, flags(shared));
  overrides.insert(overrides.end(), from_flags.begin(), from_flags.end());

  Settings settings;
  const std::string named_config(config::command_value("config", overrides));
  const std::string config_path = named_config.empty() ? "perfgate.toml" : named_config;
  TRY(auto project_tree, read_tree(config_path, !named_config.empty(), files));
  settings.has_project = project_tree.has_value();
  settings.project_directory = settings.has_project ? directory_of(config_path) : ".";
  if (!project_tree) project_tree.emplace();
  // What flags and variables name is relative to where we are, what the file names to the file.
  std::string policy_path, store_url, waivers_path, template_path;
  for (const config::Override& given : overrides) {
    if (given.key == "policy") policy_path = given.value;
    if (given.key == "store.url") store_url = given.value;
    if (given.key == "waivers") waivers_path = given.value;
    if (given.key == "report.template") template_path = given.value;
  }
  CHECKED(config::apply(*project_tree, config::Source::project, overrides));
  TRY(settings.project, config::project_from(*project_tree, name_of(config_path)));
  const std::string& base = settings.project_directory;

  bool policy_named = !policy_path.empty();
  if (policy_path.empty() && !settings.project.policy.empty()) {
    policy_path = below(base, settings.project.policy);
    policy_named = true;
  }
  if (policy_path.empty()) policy_path = "thresholds.toml";
  TRY(auto policy_tree, read_tree(policy_path, policy_named, files));
  settings.has_policy = policy_tree.has_value();
  if (!policy_tree) policy_tree.emplace();
  CHECKED(config::apply(*policy_tree, config::Source::policy, overrides));
  TRY(settings.policy,
      config::policy_from(
          *policy_tree,
          settings.has_policy ? config::PolicyOrigin::file : config::PolicyOrigin::built_in,
          settings.has_policy ? name_of(policy_path) : "the built-in policy"));
  // perfgate.toml may hold the inventory as well: it belongs to the suites.
  for (const std::string& glob : settings.project.expected)
    settings.policy.expected.push_back(glob);
  settings.policy.expect_baseline |= settings.project.expect_baseline;

  if (store_url.empty() && !settings.project.store_url.empty()) {
    store_url = settings.project.store_url;
    if (store_url.starts_with("dir:")) store_url = "dir:" + below(base, store_url.substr(4));
  }
  settings.store_url = store_url.empty() ? "dir:" + below(base, ".perfgate") : store_url;

  const bool waivers_named = !waivers_path.empty() || !settings.project.waivers.empty();
  if (waivers_path.empty())
    waivers_path =
        below(base, settings.project.waivers.empty() ? "waivers.toml" : settings.project.waivers);
  TRY(settings.waivers,
      read_waivers_file(waivers_path, waivers_named && !shared.begins_waivers, files));
  settings.waivers_path = waivers_path;

  if (template_path.empty() && !settings.project.report_template.empty())
    template_path = below(base, settings.project.report_template);
  settings.report_template = template_path;

  settings.origins = config::origins(*project_tree, config::Source::project);
  const auto of_policy = config::origins(*policy_tree, config::Source::policy);
  settings.origins.insert(settings.origins.end(), of_policy.begin(), of_policy.end());
  return SettingsFrom{std::move(settings), config_path, policy_path};
}

Result<report::Format> report_format(const Shared& shared, const Settings& settings) {
  if (!shared.format.empty()) return report::find(shared.format);
  return report::find(
      settings.project.report_formats.empty() ? "text" : settings.project.report_formats.front());
}

report::Style report_style(const Shared& shared, const Env& env) {
  const bool color_allowed = sys::variable(env.environment, "NO_COLOR").empty();
  return {.width = env.out_is_terminal ? env.width : 140,
          .color = env.out_is_terminal && color_allowed,
          .verbose = shared.verbose};
}

}  // namespace perfgate::cli
