#include "cli/verbs.hpp"

#include <CLI/CLI.hpp>

namespace perfgate::cli {

Action add_verbs(CLI::App& app, std::span<const Command> verbs) {
  app.require_subcommand(1);
  const auto chosen = std::make_shared<Action>();
  for (const Command& verb : verbs) {
    CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.summary));
    sub->set_help_flag("-h,--help", "this help");
    sub->footer(std::string(verb.footer));
    sub->callback([chosen, bound = verb.add(*sub)] { *chosen = bound; });
  }
  return [chosen](Env& env) { return (*chosen)(env); };
}

}  // namespace perfgate::cli
