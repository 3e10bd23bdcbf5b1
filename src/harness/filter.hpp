#pragma once
#include <span>
#include <string>

namespace perfgate::harness {

/// A regular expression that matches these texts as a whole and no other, in the grammars of POSIX,
/// ECMAScript and Rust alike: "^(a\.b|c)$".
std::string regex_of_exactly(std::span<const std::string> texts);

}  // namespace perfgate::harness
