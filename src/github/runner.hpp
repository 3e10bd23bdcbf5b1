#pragma once
// What a step tells the runner: outputs, and annotations as commands on stdout.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::github {

struct Output {
  std::string name, value;
};

/// The lines for GITHUB_OUTPUT: `name<<DELIMITER`, value, DELIMITER. `delimiter` must be one that
/// nobody could foresee. Errors: Code::internal, where a name is none or a value holds the
/// delimiter.
Result<std::string> output_lines(std::span<const Output> outputs, std::string_view delimiter);
/// "ghadelimiter_" and 128 random bits.
std::string new_delimiter();

enum class AnnotationLevel { notice, warning, error };

struct Annotation {
  AnnotationLevel level = AnnotationLevel::error;
  std::string title, message;
  std::string file = {};  ///< below the workspace; empty: of no file
  int line = 0;           ///< 0: of none
};
/// Workflow commands, a line each, for stdout: of each level at most nine, and one that says how
/// many more there are, as the runner keeps ten. Messages are cut at 4096 characters.
std::string annotation_lines(std::span<const Annotation> annotations);

/// "thresholds.toml:12" -> file and line; the line is 0 where there is none.
struct Origin {
  std::string file;
  int line = 0;
};
Origin origin_of(std::string_view text);

}  // namespace perfgate::github
