#include "cli/trial/ab_sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace perfgate::cli {

bool is_source_or_documentation(std::string_view path) {
  static constexpr std::array<std::string_view, 22> endings{
      ".c",  ".cc", ".cpp", ".cxx", ".h", ".hh",    ".hpp", ".hxx", ".inl",  ".ipp", ".S",
      ".rs", ".go", ".zig", ".f90", ".d", ".swift", ".md",  ".rst", ".adoc", ".tex", ".pdf"};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

Result<measure::Sameness> sameness_of(const sys::Checkout& checkout, const sys::Revision& base,
                                      const sys::Revision& head, const Env& env) {
  TRY(const std::vector<std::string> changed,
      sys::changed_files(checkout, base.tree, head.tree, env.environment));
  if (changed.empty()) return measure::Sameness::same;
  return std::ranges::all_of(changed, is_source_or_documentation) ? measure::Sameness::sources
                                                                  : measure::Sameness::unlike;
}

void tell_build(std::vector<measure::Suite>& suites, int build) {
  for (measure::Suite& suite : suites)
    suite.env.insert_or_assign("PERFGATE_BUILD", std::to_string(build));
}

Result<std::vector<measure::Suite>> suites_below(const std::string& path,
                                                 const sys::Checkout& checkout,
                                                 const MeasureOptions& options,
                                                 const Settings& settings) {
  Settings there = settings;
  there.project_directory =
      checkout.prefix.empty() ? path : fmt::format("{}/{}", path, checkout.prefix);
  return suites_of(options, there);
}

Result<std::string> checked_out(sys::Worktrees& worktrees, const sys::Revision& revision,
                                const std::string& folder, std::vector<std::string>& doubts) {
  TRY(std::string path, worktrees.add(folder, revision.tree));
  for (const std::string& doubt : worktrees.doubts(path))
    if (std::ranges::find(doubts, doubt) == doubts.end()) doubts.push_back(doubt);
  return path;
}

std::string shown(const sys::Revision& revision) {
  const std::string sha = revision.sha.substr(0, 10);
  if (revision.changed) return sha + " with the changes of the work tree";
  return revision.sha.starts_with(revision.named) ? sha
                                                  : fmt::format("{} ({})", sha, revision.named);
}

}  // namespace perfgate::cli
