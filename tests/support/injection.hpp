#pragma once
// Texts that try to be more than text.

#include <string>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::test {

/// Every line of tests/data/injection/payloads.jsonl.
const std::vector<std::string>& injection_payloads();

/// A run in which each payload is the name of a benchmark, a dimension's value, and (the first
/// ones) a suite; branch and commit subject are payloads too. `multiplier` as in RunSpec.
Run hostile_run(double multiplier = 1.0, std::string id = "run-1");

}  // namespace perfgate::test
