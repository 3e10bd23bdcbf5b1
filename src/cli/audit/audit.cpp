#include "cli/audit/audit.hpp"

#include <CLI/CLI.hpp>

#include "cli/audit/making.hpp"
#include "cli/verbs.hpp"

namespace perfgate::cli {

Command audit_generate();
Command audit_verify();

namespace {

std::span<const Command> verbs() {
  static const Command table[] = {audit_generate(), audit_verify()};
  return table;
}

Action add_audit_verbs(CLI::App& app) {
  return [action = add_verbs(app, verbs())](Env& env) -> Result<Exit> {
    Result<Exit> exit = action(env);
    if (!exit) return std::unexpected(as_audit_error(std::move(exit).error()));
    return exit;
  };
}

}  // namespace

void add_audit(CLI::App& app, AuditOptions& options) {
  app.add_option("--config", options.config,
                 "what to report (default: audit_config.yaml, if there, else the built-in one)");
  app.add_option("--repo", options.repository, "the git repository (default: .)");
  app.add_option("--branch", options.branch,
                 "whose changes are reported (default: the first that the policy promotes for)");
  app.add_option("--key", options.key, "Ed25519 key in PEM that signs, or checks, checkpoints");
  app.add_option("--project", options.shared.config,
                 "project file (default: perfgate.toml, if there)");
  app.add_option("--policy", options.shared.policy,
                 "policy file (default: as perfgate.toml says, or thresholds.toml, if there)");
  app.add_option("--set", options.shared.set, "KEY=VALUE over variables and files")
      ->take_all()
      ->allow_extra_args(false);
  add_store(app, options.shared);
  add_verbosity(app, options.shared);
}

Command audit_command() {
  return {.name = "audit",
          .summary = "evidence of how performance was governed: generate, verify",
          .footer =
              "Examples:\n  perfgate audit generate --missing --out audit\n"
              "  perfgate audit verify audit --expect-head 1f3a...\n"
              "`perfgate help audit VERB` tells more of each.",
          .add = add_audit_verbs};
}

}  // namespace perfgate::cli
