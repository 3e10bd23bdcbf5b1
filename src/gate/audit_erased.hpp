#pragma once
// Reports outlive names that were erased from the history.

#include "model/audit.hpp"

namespace perfgate::gate {

/// Puts the names of a report in their places in the one computed again, where the history shows
/// them as erased: all else can then be compared. Gives how many. They are not proved by it.
int show_erased_names(const Audit& stated, Audit& computed);

}  // namespace perfgate::gate
