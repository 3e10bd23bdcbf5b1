#pragma once
#include "harness/harness.hpp"

namespace perfgate::harness {

/// Criterion.rs: a target/criterion tree, cargo-criterion's messages, or raw.csv.
Harness criterion();

}  // namespace perfgate::harness
