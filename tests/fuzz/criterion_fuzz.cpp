// Any text is read or refused: as messages or raw.csv, or, with lines of `=====`, as a tree.

#include "fuzz/harness_fuzz.hpp"
#include "harness/criterion.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace perfgate::harness;
  constexpr std::string_view line = "\n=====\n";
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Document> documents;
  if (!text.contains(line)) {
    documents.push_back(document_of("output.txt", text));
  } else {
    for (const char* name : {"b/new/benchmark.json", "b/new/estimates.json", "b/new/sample.json"}) {
      const std::size_t end = std::min(text.find(line), text.size());
      if (end > 0) documents.push_back(document_of(name, text.substr(0, end)));
      text.remove_prefix(std::min(text.size(), end + line.size()));
    }
  }
  check(parse(criterion(), std::move(documents)));
  return 0;
}
