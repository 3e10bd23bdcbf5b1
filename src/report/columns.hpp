#pragma once
// A table of texts for people.

#include <span>
#include <string>
#include <vector>

namespace perfgate::report {

struct Heading {
  std::string name;
  bool right = false;  ///< aligned to the right, as numbers are
};

/// Headings and rows, each column as wide as its widest text, two spaces between. A column whose
/// texts are all empty is left out. Texts must be safe already, and a row as long as the headings.
std::string aligned(std::span<const Heading> headings,
                    std::span<const std::vector<std::string>> rows);

}  // namespace perfgate::report
