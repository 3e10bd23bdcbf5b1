#pragma once
// `perfgate baseline accept`: writes a waiver into the file that is reviewed like code.

#include <string>

#include "cli/shared.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

struct AcceptOptions {
  std::string suite = "*", benchmark, metric = "*", branch = "*";
  std::string max_change, reason, ticket, owner, expires;
  std::string run;  ///< run.json or id of the run that it is to match; empty: the newest
};

void add_accept(CLI::App& app, AcceptOptions& options);

/// Errors: Code::access where the policy does not let the caller accept; Code::usage where the
/// waiver would match nothing.
Result<Exit> run_accept(const AcceptOptions& options, bool dry_run, const Settings& settings,
                        store::Store& store, Env& env);

}  // namespace perfgate::cli
