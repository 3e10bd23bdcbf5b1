#pragma once
// Commits of the caller's repository, checked out beside it and made ready to be measured.

#include <string>
#include <vector>

#include "cli/trial/options.hpp"
#include "sys/worktree.hpp"

namespace perfgate::cli {

/// What the program of a benchmark is not made to read: sources of compiled languages, and
/// documentation.
bool is_source_or_documentation(std::string_view path);

/// What differs between two commits, as far as equal programs are concerned.
Result<measure::Sameness> sameness_of(const sys::Checkout& checkout, const sys::Revision& base,
                                      const sys::Revision& head, const Env& env);

/// The project's suites with their directories in a work tree at `path`.
Result<std::vector<measure::Suite>> suites_below(const std::string& path,
                                                 const sys::Checkout& checkout,
                                                 const MeasureOptions& options,
                                                 const Settings& settings);

/// A work tree of `revision`, in a folder of that name; its path. `doubts`: what git left out.
Result<std::string> checked_out(sys::Worktrees& worktrees, const sys::Revision& revision,
                                const std::string& folder, std::vector<std::string>& doubts);

/// Gives the suites PERFGATE_BUILD=`build`.
void tell_build(std::vector<measure::Suite>& suites, int build);

/// "1a2b3c4 (main)", or with changes.
std::string shown(const sys::Revision& revision);

}  // namespace perfgate::cli
