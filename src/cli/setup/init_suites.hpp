#pragma once
// What `perfgate init` finds in a repository: benchmarks that can be measured, and why it thinks
// so. A new kind of project is a file init_x.cpp with `Detector x()`, and a line in
// init_suites.cpp.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::cli {

/// The repository as a detector sees it: its files, and their texts.
struct Tree {
  std::vector<std::string> files;  ///< paths below the top, sorted; what git ignores is not there
  std::function<Result<std::string>(const std::string& path)> read;
};

/// A suite as it will stand in perfgate.toml.
struct ProposedSuite {
  std::string name, harness;
  std::vector<std::string> setup, command;
  std::string cwd = {};      ///< empty: beside perfgate.toml
  std::string results = {};  ///< see ProjectSuite
  int repetitions = 10;
  std::vector<std::string> tools = {};
  std::string why;                  ///< "bench/CMakeLists.txt:7 links benchmark::benchmark"
  std::string ignored_folder = {};  ///< what its build writes: to be ignored by git
};

struct Found {
  std::vector<ProposedSuite> suites;
  std::vector<std::string> doubts;  ///< what was seen and could not be decided
};

struct Detector {
  std::string_view what;  ///< "Google Benchmark by CMake": for the message that nothing was found
  std::string_view looks_for;
  Result<Found> (*look)(const Tree& tree);
};

std::span<const Detector> detectors();

/// All that they find. Names of suites are valid and unlike each other.
Result<Found> look_for_suites(const Tree& tree);

/// Of what the suite says, what perfgate.toml can not: an empty argument, bytes that are no text.
std::optional<std::string> unwritable(const ProposedSuite& suite);

/// Of the files, those of this name (the part after the last slash), nearest to the top first.
std::vector<std::string> files_named(const Tree& tree, std::string_view name);
/// "" for a file at the top.
std::string folder_of(const std::string& path);

}  // namespace perfgate::cli
