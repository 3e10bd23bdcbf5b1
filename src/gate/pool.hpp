#pragma once
#include <vector>

#include "model/run.hpp"

namespace perfgate::gate {

/// Several runs as one, to compare with: the first (the newest) with the values of the others
/// beside its own, each launch of each run kept apart. What only the others measured, or in another
/// unit or direction, is left out. At least one run.
Run pool(const std::vector<Run>& newest_first);

}  // namespace perfgate::gate
