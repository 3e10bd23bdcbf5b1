// docs/acceptance.md lists what the tool promises; a promise without a test, and a test of a
// promise that is not listed, fail.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#include "paths.hpp"

namespace perfgate::test {
namespace {

std::string leading_id(std::string_view text) {
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-");
  return std::string(text.substr(0, end));
}

/// The ids in backticks that begin a list item or a table row.
std::vector<std::string> listed_ids(const std::string& markdown) {
  std::vector<std::string> ids;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);)
    for (const std::string_view start : {"- `", "| `"})
      if (line.starts_with(start)) ids.push_back(leading_id(std::string_view(line).substr(3)));
  return ids;
}

/// The ids of the comments that mark tests.
std::vector<std::string> marked_ids(const std::string& source) {
  std::vector<std::string> ids;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == line.npos) continue;
    for (const std::string_view start : {"// AC:", "# AC:"})
      if (line.compare(begin, start.size(), start) == 0)
        ids.push_back(leading_id(std::string_view(line).substr(begin + start.size())));
  }
  return ids;
}

std::vector<std::string> differences(const std::string& markdown,
                                     const std::map<std::string, std::string>& tests) {
  std::vector<std::string> problems;
  std::set<std::string> listed, marked;
  for (const std::string& id : listed_ids(markdown)) {
    if (!listed.insert(id).second) problems.push_back(fmt::format("`{}` is listed twice", id));
    if (id.empty()) problems.push_back("a promise is listed without an id");
  }
  for (const auto& [path, text] : tests)
    for (const std::string& id : marked_ids(text)) {
      marked.insert(id);
      if (!listed.contains(id))
        problems.push_back(fmt::format("{}: `{}` is not in docs/acceptance.md", path, id));
    }
  for (const std::string& id : listed)
    if (!marked.contains(id))
      problems.push_back(fmt::format("`{}` is promised, but not tested", id));
  return problems;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("every promise of the acceptance page has a test and every marked test is promised") {
  namespace fs = std::filesystem;
  const fs::path root = PERFGATE_SOURCE_DIR;
  std::map<std::string, std::string> tests;
  for (auto entry = fs::recursive_directory_iterator(root / "tests");
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "data" || name == "golden" || name == "target"))
      entry.disable_recursion_pending();
    if (entry->is_regular_file())
      tests[fs::relative(entry->path(), root).generic_string()] = content(entry->path());
  }
  REQUIRE(tests.size() > 20);
  for (const std::string& problem : differences(content(root / "docs/acceptance.md"), tests))
    FAIL_CHECK(problem);
}

TEST_CASE("a promise without a test and a test without a promise are found") {
  const std::string page = "# Promises\n\n- `one-thing`: holds.\n| `two` | holds |\n- no promise\n";
  CHECK(listed_ids(page) == std::vector<std::string>{"one-thing", "two"});
  const std::string mark = std::string("// A") + "C:";
  CHECK(differences(page, {{"a.cpp", mark + "one-thing\n  " + mark + "two\n"}}).empty());
  CHECK(differences(page, {{"a.cpp", mark + "one-thing\n"}}) ==
        std::vector<std::string>{"`two` is promised, but not tested"});
  CHECK(differences(page, {{"a.sh",
                            "# A"
                            "C:one-thing\n# A"
                            "C:two (more)\n# A"
                            "C:three\n"}}) ==
        std::vector<std::string>{"a.sh: `three` is not in docs/acceptance.md"});
  CHECK(
      differences(page + "- `two`: again\n", {{"a.cpp", mark + "one-thing\n" + mark + "two\n"}}) ==
      std::vector<std::string>{"`two` is listed twice"});
}

}  // namespace
}  // namespace perfgate::test
