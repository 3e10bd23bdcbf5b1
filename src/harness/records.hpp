#pragma once
#include "harness/harness.hpp"

namespace perfgate::harness {

/// Measurement records: JSON lines, an object a line, whose members are measures (read_seconds,
/// compute_seconds and every other name that ends in a base unit) and dimensions
/// (model/dimensions.hpp). Records of the same identifying dimensions are samples of one benchmark.
Harness records();

}  // namespace perfgate::harness
