#pragma once
// What tests of harnesses share: texts and files in, a Run and the error out.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/harness.hpp"

namespace perfgate::harness {

struct Gathered {
  Run run;
  std::optional<Error> error;

  const Benchmark& at(std::string_view name) const {
    static const Benchmark none;
    const Benchmark* const found = run.find("suite", name);
    return found != nullptr ? *found : none;
  }
  std::vector<double> values(std::string_view name, Symbol metric) const {
    const Sample* const sample = at(name).find(metric);
    if (sample == nullptr) return {};
    return {sample->values.all().begin(), sample->values.all().end()};
  }
  const Statistic* statistic(std::string_view name, Symbol metric, Symbol statistic_name) const {
    for (const Statistic& one : run.statistics)
      if (one.benchmark == name && one.metric == metric && one.name == statistic_name) return &one;
    return nullptr;
  }
  /// The notes as text: "error CBKB115 sort: failed: no memory".
  std::vector<std::string> notes() const {
    std::vector<std::string> result;
    for (const Note& note : run.notes) {
      std::string text = note.severity == Severity::error     ? "error "
                         : note.severity == Severity::warning ? "warning "
                                                              : "info ";
      if (note.code) text += to_text(*note.code) + " ";
      result.push_back(text + note.benchmark + ": " + note.text);
    }
    return result;
  }
  bool notes_contain(std::string_view part) const {
    for (const std::string& note : notes())
      if (note.contains(part)) return true;
    return false;
  }
};

using Texts = std::vector<std::pair<std::string, std::string>>;  // name, text

inline Gathered gather(std::string_view harness, const Texts& texts) {
  Collector collector("suite");
  std::vector<Document> documents;
  for (const auto& [name, text] : texts) documents.push_back(document_of(name, text));
  const Result<void> parsed = find(harness)->parse(documents, collector);
  Gathered gathered;
  if (!parsed) gathered.error = parsed.error();
  std::move(collector).move_into(gathered.run);
  return gathered;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The files below a directory that the harness reads, in the order of their names.
inline Texts directory_texts(std::string_view harness, const std::filesystem::path& directory) {
  Texts texts;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string below = entry.path().lexically_relative(directory).string();
    if (entry.is_regular_file() && find(harness)->reads(below))
      texts.emplace_back(below, file_text(entry.path()));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace perfgate::harness
