#pragma once
// Everything that would fail half an hour later fails now.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/harness.hpp"
#include "measure/suite.hpp"

namespace perfgate::measure {

struct Check {
  std::string what;         ///< "command of suite `decode`"
  std::string detail = {};  ///< what was found: a path, a version, free space
  std::optional<Error> failure = {};

  bool ok() const { return !failure; }
};

struct Grounds {
  sys::Environment environment;               ///< ours
  std::vector<std::string> directories = {};  ///< that will be written to
  std::uint64_t free_bytes = 64 << 20;        ///< wanted in each of them
  std::function<Result<harness::Harness>(std::string_view)> find_harness = harness::find;
};

/// For each suite: its cwd, command, setup, tools (run, with the first line that they print as
/// detail), harness and results; for each directory: writable, and enough space.
std::vector<Check> preflight(const std::vector<Suite>& suites, const Grounds& grounds);

/// All failures as one error, with the code of the first; `rows` may hold the caller's own checks
/// too.
Result<void> passed(const std::vector<Check>& rows);

}  // namespace perfgate::measure
