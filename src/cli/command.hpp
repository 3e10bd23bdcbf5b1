#pragma once
// A command is an options struct, add(CLI::App&, Options&), and run(const Options&, Env&) that
// gathers, decides and prints. A new one is a file here and a line in commands.cpp.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/env.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

/// Exit codes beyond `Exit` are those of signals; both are mapped in main.cpp of this folder only.
using Action = std::function<Result<Exit>(Env&)>;

struct Command {
  std::string_view name, summary;
  std::string_view footer;  ///< examples, shown under the command's help
  bool plumbing = false;    ///< shown by `perfgate help --all` only
  Action (*add)(CLI::App& app);
};

std::span<const Command> commands();

/// Binds options to an app: they live as long as the action.
template <class Options>
Action with(CLI::App& app, void (*add)(CLI::App&, Options&),
            Result<Exit> (*run)(const Options&, Env&)) {
  auto options = std::make_shared<Options>();
  add(app, *options);
  return [options, run](Env& env) { return run(*options, env); };
}

/// The whole program: arguments without the program's name; the exit code.
int main(const std::vector<std::string>& arguments, Env& env);

}  // namespace perfgate::cli
