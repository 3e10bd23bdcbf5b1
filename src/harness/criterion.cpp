#include "harness/criterion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "harness/criterion_files.hpp"
#include "harness/looks_like.hpp"

namespace perfgate::harness {
namespace {

constexpr std::string_view what = "output of Criterion's that can be read";
constexpr std::string_view hint =
    "give the directory target/criterion, or what `cargo criterion --message-format=json` prints; "
    "the console output is rounded";
constexpr std::size_t stream_limit = 256 * 1024 * 1024;

bool reads(std::string_view path) {
  const CriterionPlace place = criterion_place(path);
  // Without a version: the folder of one version was given itself.
  return (place.version == "new" || place.version == "base" || place.version.empty()) &&
         (place.file == "benchmark.json" || place.file == "estimates.json" ||
          place.file == "sample.json" || place.file == "raw.csv");
}

bool is_raw_csv(std::string_view path) { return criterion_place(path).file == "raw.csv"; }

/// The benchmarks' directories of which raw.csv says nothing that another document does not say
/// better.
std::unordered_set<std::string> covered_directories(std::span<const Document> documents) {
  std::unordered_set<std::string> directories;
  for (const Document& document : documents)
    if (const CriterionPlace place = criterion_place(document.name); place.file == "benchmark.json")
      directories.emplace(place.directory);
  return directories;
}

/// Whether no better document of this one's directory has been met, and remembers this one.
bool place_is_new(std::unordered_set<std::string>& covered, std::string_view path) {
  const CriterionPlace place = criterion_place(path);
  return place.version.empty() || covered.emplace(place.directory).second;
}

Result<void> read_text(Document& document, CriterionValues& values) {
  TRY(const std::string text, read_all(document, stream_limit));
  if (is_criterion_csv(text)) return read_criterion_csv(document.name, text, values);
  TRY(const std::size_t messages, read_criterion_messages(document.name, text, values));
  if (messages > 0) return {};
  return wrong_format(document.name, what, text, std::string(hint));
}

Result<void> parse(std::span<Document> documents, Collector& collector) {
  CriterionValues values(collector);
  std::unordered_set<std::string> covered = covered_directories(documents);
  std::vector<Document*> tree, others, older;
  for (Document& document : documents) {
    const CriterionPlace place = criterion_place(document.name);
    if (is_criterion_tree_file(document.name)) {
      tree.push_back(&document);
    } else if (!is_raw_csv(document.name) || place.version != "base") {
      others.push_back(&document);
    } else {
      older.push_back(&document);
    }
  }
  for (const auto& list : {others, older}) {
    for (Document* document : list) {
      const bool repeats = is_raw_csv(document->name) && !place_is_new(covered, document->name);
      if (!repeats) CHECKED(read_text(*document, values));
    }
  }
  const std::size_t read = read_criterion_tree(tree, values);
  if (documents.empty() || (!tree.empty() && read == 0))
    return fail(Code::parse, "there is no benchmark in this target/criterion tree",
                "look for */new/benchmark.json below the directory; `cargo bench` writes it");
  return {};
}

/// One is named exactly, which all releases understand alike; cargo passes on what follows `--`.
std::vector<std::string> only_exactly(std::span<const std::string> benchmarks,
                                      std::span<const std::string> command) {
  if (benchmarks.size() != 1) return {};
  std::vector<std::string> arguments{"--exact", benchmarks[0]};
  const bool is_cargo = !command.empty() && std::string_view(command[0]).ends_with("cargo");
  if (is_cargo && std::ranges::find(command, "--") == command.end())
    arguments.insert(arguments.begin(), "--");
  return arguments;
}

}  // namespace

Harness criterion() {
  return {
      .name = "criterion",
      .summary = "Criterion.rs: a target/criterion directory, cargo-criterion's messages, raw.csv",
      .reads = reads,
      .parse = parse,
      .only = only_exactly};
}

}  // namespace perfgate::harness
