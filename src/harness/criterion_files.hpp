#pragma once
// The three kinds of output that Criterion leaves.

#include <span>
#include <string_view>

#include "harness/criterion_values.hpp"
#include "harness/harness.hpp"

namespace perfgate::harness {

/// Where a document of a target/criterion tree belongs.
struct CriterionPlace {
  std::string_view directory;  ///< of the benchmark: "group/function/value"
  std::string_view
      version;            ///< "new" (this run), "base" (the run before), "change", another's name
  std::string_view file;  ///< "sample.json"
};
CriterionPlace criterion_place(std::string_view path);
/// Whether a document of this name is a part of a tree (also one that is not read: change/,
/// report/).
bool is_criterion_tree_file(std::string_view path);

/// Reads the documents of a tree, in any order. How many benchmarks there were; what is wrong with
/// one becomes a note.
std::size_t read_criterion_tree(std::span<Document* const> documents, CriterionValues& values);
/// Reads cargo-criterion's messages among whatever else stands in the text. How many there were.
/// Errors: Code::parse where the text ends inside a message.
Result<std::size_t> read_criterion_messages(std::string_view document, std::string_view text,
                                            CriterionValues& values);

bool is_criterion_csv(std::string_view text);
/// Reads raw.csv. Errors: Code::parse where a column is missing.
Result<void> read_criterion_csv(std::string_view document, std::string_view text,
                                CriterionValues& values);

}  // namespace perfgate::harness
