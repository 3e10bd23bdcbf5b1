#pragma once
// One judgement, or some runs side by side, told in a format. A new format is a file here and a
// line in reports.cpp.

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/judgement.hpp"
#include "model/sessions.hpp"

namespace perfgate::report {

/// What the reader's terminal can show. Nothing depends on colour.
struct Style {
  int width = 100;
  bool color = false;
  bool verbose = false;  ///< unchanged rows too
};

struct Format {
  std::string_view name, summary;
  std::string (*judgement)(const Judgement& judgement, const Style& style);
  std::string (*sessions)(const Sessions& sessions, const Style& style);
};

std::span<const Format> all();
/// Errors: Code::usage, naming the formats.
Result<Format> find(std::string_view name);

}  // namespace perfgate::report
