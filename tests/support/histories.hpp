#pragma once
// Histories of runs, as stores hold them.

#include <cstddef>
#include <functional>
#include <string>

#include "support/factory.hpp"

namespace perfgate::test {

/// A run a day on branch main from 2026-01-01 on, as `change` makes of run number i; what it does
/// not change has ids run-0, run-1, ... and commits of which the first seven digits are the number
/// plus 0xabc0000. Kept in the store "dir:.perfgate" of the working directory, or in another.
void keep_history(std::size_t count,
                  const std::function<void(std::size_t i, RunSpec& spec)>& change,
                  const std::string& url = "dir:.perfgate");

/// The run that keep_history makes of a specification.
Run run_of_history(std::size_t i, const RunSpec& spec);
/// The specification before `change` is asked.
RunSpec spec_of_history(std::size_t i);
std::string sha_of_history(std::size_t i);

}  // namespace perfgate::test
