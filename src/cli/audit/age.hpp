#pragma once
#include "cli/env.hpp"
#include "model/policy.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// On a push, says that the newest audit report is older than 35 days. Where none was ever made,
/// nobody asked for them. Changes no verdict, and what fails here is passed over.
void warn_of_old_audit(const store::Store& store, const Policy& policy, Env& env);

}  // namespace perfgate::cli
