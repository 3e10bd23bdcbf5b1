// Sources of a folder are compiled together (PERFGATE_TOGETHER): a local function with the name of
// one of an outer namespace would be called by its neighbours instead, and no compiler says so.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "paths.hpp"

namespace perfgate::test {
namespace {

namespace fs = std::filesystem;

/// Names of the functions whose declarations begin a line, in one namespace.
std::set<std::string> functions_of(const fs::path& file, std::string_view space) {
  static const std::regex declared(
      "^(?!using|return|namespace|struct|class|enum)(?:template .*>\\s)?[A-Za-z_]"
      "[A-Za-z0-9_:<>,&*\\[\\] ]*[ &*]([a-z_0-9]+)\\(.*");
  std::ifstream text(file);
  std::set<std::string> names;
  const std::string none = "}";
  std::string current = none;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("namespace ") && line.ends_with("{"))
      current = line.substr(10, line.size() - 11);
    else if (line.starts_with("}  // namespace"))
      current = none;
    std::smatch found;
    if (current == space && std::regex_match(line, found, declared)) names.insert(found[1]);
  }
  return names;
}

std::vector<std::string> hidden_names(const fs::path& root) {
  // name -> header, of namespace perfgate and of each folder's own
  std::map<std::string, std::map<std::string, std::string>> declared;
  std::vector<fs::path> sources;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".cpp") sources.push_back(entry.path());
    if (entry.path().extension() != ".hpp") continue;
    const std::string file = fs::relative(entry.path(), root).generic_string();
    const std::string folder = file.substr(0, file.find('/'));
    for (const std::string& name : functions_of(entry.path(), "perfgate "))
      declared[""][name] = file;
    for (const std::string& name : functions_of(entry.path(), "perfgate::" + folder + " "))
      declared[folder][name] = file;
  }
  std::vector<std::string> hidden;
  for (const fs::path& source : sources) {
    const std::string file = fs::relative(source, root).generic_string();
    for (const std::string& name : functions_of(source, ""))
      for (const std::string& from : {std::string(), file.substr(0, file.find('/'))})
        if (const auto found = declared[from].find(name); found != declared[from].end())
          hidden.push_back(
              fmt::format("{}: the local {} has the name of one in {}", file, name, found->second));
  }
  return hidden;
}

// AC:local-names
TEST_CASE("no local function has the name of one that its neighbours may call") {
  for (const std::string& one : hidden_names(PERFGATE_SOURCE_DIR "/src")) FAIL_CHECK(one);
}

// AC:local-names
TEST_CASE("a local function that hides another is found") {
  const auto root = fs::temp_directory_path() / fmt::format("perfgate-names-{}", ::getpid());
  fs::create_directories(root / "base");
  fs::create_directories(root / "sys");
  std::ofstream(root / "base/text.hpp")
      << "namespace perfgate {\nstd::string_view trim(std::string_view text);\n}  // namespace "
         "perfgate\n";
  std::ofstream(root / "sys/host.cpp") << "namespace perfgate::sys {\nnamespace "
                                          "{\nstd::string_view trim(std::string_view text) {\n}\n"
                                          "}  // namespace\n"
                                          "int other(int trim) { return trim; }\n";
  CHECK(hidden_names(root) ==
        std::vector<std::string>{
            "sys/host.cpp: the local trim has the name of one in base/text.hpp"});
  fs::remove_all(root);
}

}  // namespace
}  // namespace perfgate::test
