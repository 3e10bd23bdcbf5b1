#pragma once
// The include rule of src/README.md, as a table, and the search for what breaks it.

#include <string>
#include <string_view>
#include <vector>

namespace perfgate::test {

struct SourceFile {
  std::string path;  ///< below src: "gate/judge.cpp"
  std::string text;
};

/// Each as "gate/judge.cpp:4: gate may not include sys: only base, model, ...".
std::vector<std::string> layer_violations(const std::vector<SourceFile>& files);

}  // namespace perfgate::test
