#include "architecture/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace perfgate::test {
namespace {

using Folders = std::vector<std::string_view>;

// What each folder may include beside itself; an absent one is not known, and so not allowed.
const std::map<std::string_view, Folders>& allowed() {
  static const std::map<std::string_view, Folders> table{
      {"base", {}},
      {"model", {"base"}},
      {"stats", {"base", "model"}},
      {"harness", {"base", "model"}},
      {"report", {"base", "model"}},
      {"config", {"base", "model"}},
      {"gate", {"base", "model", "stats", "harness", "report", "config"}},
      {"sys", {"base", "model", "harness", "stats"}},
      {"measure", {"base", "model", "harness", "stats", "sys"}},
      {"store", {"base", "model", "harness", "stats", "sys"}},
      {"github", {"base", "model", "harness", "stats", "sys"}},
      {"print", {"base", "model", "harness", "stats", "sys"}},
      {"cli",
       {"base", "model", "stats", "harness", "report", "config", "gate", "sys", "measure", "store",
        "github", "print"}},
  };
  return table;
}

constexpr std::string_view heavy[] = {"nlohmann/json.hpp", "toml++/", "valijson/", "CLI/",
                                      "simdjson"};
// Both are seen by two sources each.
constexpr std::string_view heavy_headers_allowed[] = {"base/codec.hpp", "config/schema_leaf.hpp"};

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == path.npos ? "" : path.substr(0, slash);  // src/main.cpp: none
}

std::string trouble_of(std::string_view path, std::string_view included, bool quoted) {
  for (const std::string_view library : heavy)
    if (path.ends_with(".hpp") &&
        std::ranges::find(heavy_headers_allowed, path) == std::end(heavy_headers_allowed) &&
        included.starts_with(library))
      return fmt::format("a header may not include {}: it is heavy", included);
  const std::string_view from = folder_of(path), to = folder_of(included);
  if (!quoted || from == to || from.empty()) return {};
  const auto row = allowed().find(from);
  if (row == allowed().end()) return fmt::format("the folder {} is in no layer", from);
  if (std::ranges::find(row->second, to) != row->second.end()) return {};
  return fmt::format("{} may not include {}: only {}", from, included,
                     fmt::join(row->second, ", "));
}

}  // namespace

std::vector<std::string> layer_violations(const std::vector<SourceFile>& files) {
  std::vector<std::string> violations;
  for (const SourceFile& file : files) {
    std::istringstream lines(file.text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      std::string_view rest = line;
      const auto skip_space = [&] {
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t'))
          rest.remove_prefix(1);
      };
      skip_space();
      if (!rest.starts_with('#')) continue;
      rest.remove_prefix(1);
      skip_space();
      if (!rest.starts_with("include")) continue;
      rest.remove_prefix(7);
      skip_space();
      const bool quoted = rest.starts_with('"');
      if (!quoted && !rest.starts_with('<')) continue;
      rest.remove_prefix(1);
      rest = rest.substr(0, rest.find(quoted ? '"' : '>'));
      const std::string trouble = trouble_of(file.path, rest, quoted);
      if (!trouble.empty())
        violations.push_back(fmt::format("{}:{}: {}", file.path, number, trouble));
    }
  }
  return violations;
}

}  // namespace perfgate::test
