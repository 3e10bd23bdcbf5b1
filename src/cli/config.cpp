#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.hpp"
#include "cli/shared.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  bool origin = false;
};

void add(CLI::App& app, Options& options) {
  app.add_flag("--origin", options.origin, "where each value came from, too");
  add_config(app, options.shared);
  add_store(app, options.shared);
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.shared, env));
  std::size_t key_width = 0, value_width = 0;
  for (const config::Origin& row : settings.origins) {
    key_width = std::max(key_width, row.key.size());
    value_width = std::max(value_width, std::min<std::size_t>(row.value.size(), 40));
  }
  for (const config::Origin& row : settings.origins) {
    if (options.origin)
      env.out(fmt::format("{:<{}}  {:<{}}  {}\n", row.key, key_width, row.value, value_width,
                          row.origin));
    else
      env.out(fmt::format("{:<{}}  {}\n", row.key, key_width, row.value));
  }
  return Exit::pass;
}

}  // namespace

Command config_command() {
  return {.name = "config",
          .summary = "the configuration in force",
          .footer =
              "Flags win over PERFGATE_* variables, these over files, these over defaults.\n"
              "Example:\n  PERFGATE_MIN_SAMPLES=7 perfgate config --origin",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
