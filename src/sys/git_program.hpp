#pragma once
// The caller's `git`, asked without a shell.

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

/// Where git is asked, and with which environment.
struct Git {
  std::vector<std::string> place;  ///< {"-C", directory} or {"--git-dir", repository}
  Environment environment;
};

struct GitCall {
  std::vector<std::string> arguments;  ///< the command and what follows
  std::string input = {};              ///< path of the file that is its stdin; empty: nothing
  std::string output = {};             ///< path of the file for its stdout; empty: the answer
  std::chrono::nanoseconds timeout = std::chrono::minutes(10);
};

struct GitAnswer {
  int exit_code = 0;
  std::string output, errors;
};

/// Runs git with the C locale, and without hooks, locks that it can do without, and prompts.
/// Errors: Code::git where there is no git, or where it did not end by itself in time. An exit code
/// other than 0 is an answer.
Result<GitAnswer> run_git(const Git& git, const GitCall& call);

}  // namespace perfgate::sys
