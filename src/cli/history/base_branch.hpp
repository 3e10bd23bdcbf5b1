#pragma once
#include <string>

#include "base/result.hpp"
#include "cli/env.hpp"
#include "model/policy.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// Whose history is meant: the branch asked for; else the first of baseline_branches that has runs;
/// else none, where there are only runs of no branch. Errors: Code::usage, telling what branches
/// there are.
Result<std::string> branch_with_runs(const std::string& asked, const Policy& policy,
                                     const store::Store& store, const Env& env);

}  // namespace perfgate::cli
