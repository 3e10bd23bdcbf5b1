#pragma once
#include <string_view>

#include "base/result.hpp"
#include "cli/env.hpp"

namespace perfgate::cli {

/// Whether programs that the project names may be started here: not in jobs that have the rights of
/// the repository and are started by anybody's pull request. Every command that starts some asks.
/// Errors: Code::usage.
Result<void> may_execute(std::string_view doing, const Env& env);

}  // namespace perfgate::cli
