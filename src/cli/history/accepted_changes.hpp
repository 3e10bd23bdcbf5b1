#pragma once
#include <string>

#include "cli/history/changes.hpp"
#include "cli/shared.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// Incidents that ended by being accepted, and the waivers in force: those of the file, and those
/// that judgements have named.
Result<AcceptedChanges> accepted_changes(const std::string& branch, const Settings& settings,
                                         store::Store& store);

}  // namespace perfgate::cli
