#include "cli/setup/init_suites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"

namespace perfgate::cli {

Detector cmake_google_benchmark();
Detector cargo_criterion();

std::span<const Detector> detectors() {
  static const std::array table{cmake_google_benchmark(), cargo_criterion()};
  return table;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::vector<std::string> files_named(const Tree& tree, std::string_view name) {
  std::vector<std::string> found;
  for (const std::string& path : tree.files)
    if (path == name || path.ends_with(fmt::format("/{}", name))) found.push_back(path);
  std::ranges::stable_sort(found, {},
                           [](const std::string& path) { return std::ranges::count(path, '/'); });
  return found;
}

namespace {

std::string valid_name(const std::string& name) {
  constexpr std::size_t longest = 90;
  std::string valid;
  for (const char c : name.substr(0, longest)) {
    const bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      std::string_view("_.-").contains(c);
    valid += good ? c : '-';
  }
  return valid.empty() || valid == "." || valid == ".." ? "suite" : valid;
}

}  // namespace

std::optional<std::string> unwritable(const ProposedSuite& suite) {
  for (const auto& words : {suite.setup, suite.command})
    for (const std::string& word : words)
      if (word.empty() || word.contains('\0') || !is_utf8(word)) return word;
  for (const std::string& text : {suite.cwd, suite.results})
    if (text.contains('\0') || !is_utf8(text)) return text;
  return std::nullopt;
}

Result<Found> look_for_suites(const Tree& tree) {
  Found all;
  for (const Detector& detector : detectors()) {
    TRY(Found found, detector.look(tree));
    std::ranges::move(found.suites, std::back_inserter(all.suites));
    std::ranges::move(found.doubts, std::back_inserter(all.doubts));
  }
  std::erase_if(all.suites, [&](const ProposedSuite& suite) {
    const auto text = unwritable(suite);
    if (text)
      all.doubts.push_back(fmt::format("{}: `{}` cannot stand in perfgate.toml: not measured",
                                       safe_text(suite.why, 300), safe_text(*text, 60)));
    return text.has_value();
  });
  std::vector<std::string> names;
  for (ProposedSuite& suite : all.suites) {
    const std::string base = valid_name(suite.name);
    suite.name = base;
    for (int i = 2; std::ranges::find(names, suite.name) != names.end(); ++i)
      suite.name = fmt::format("{}-{}", base, i);
    names.push_back(suite.name);
  }
  return all;
}

}  // namespace perfgate::cli
