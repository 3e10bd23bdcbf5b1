#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/symbol.hpp"
#include "sys/environment.hpp"

namespace perfgate::measure {

/// In a command: replaced by the path of a new file that the suite is to write its results to.
inline constexpr std::string_view out_placeholder = "{out}";

/// A program that measures, and how to run it. Results come from `{out}` where the command has it,
/// else from the files below `results`, else from stdout.
struct Suite {
  Symbol name;
  std::vector<std::string> command;
  std::vector<std::string> setup = {};  ///< its build; run once, before, and not measured
  std::vector<std::vector<std::string>> tools = {};  ///< must succeed: {"cargo", "--version"}
  std::string cwd = {};                              ///< empty: ours
  sys::Environment env = {};
  std::chrono::nanoseconds timeout =
      std::chrono::minutes(30);  ///< of each launch, and of the setup
  std::string harness;
  int repetitions = 1;                 ///< process launches
  std::string results = {};            ///< a file or directory below cwd: target/criterion
  std::vector<std::string> more = {};  ///< arguments after the command's own: a filter
  std::string own_name = {};           ///< of the benchmark that the command itself is

  bool writes_out() const {
    for (const std::string& argument : command)
      if (argument.find(out_placeholder) != std::string::npos) return true;
    return false;
  }
};

}  // namespace perfgate::measure
