#pragma once
// A git remote as the caller names it, and what it takes to reach it from a repository of our own.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

/// Settings of git, in the order in which they hold; a name may come several times.
using GitConfig = std::vector<std::pair<std::string, std::string>>;

struct GitRemote {
  std::string url;     ///< for git. It may hold a password: never shown
  std::string shown;   ///< for people
  bool local = false;  ///< a path on this machine
  GitConfig config;    ///< the caller's settings on how remotes are reached: secrets
};

/// A remote of the repository that `directory` stands in (its push URL), a URL or a path. Hostile
/// ones, such as those that git would take for an option or a command, are refused. Errors:
/// Code::config; Code::git where git itself fails.
Result<GitRemote> resolve_remote(std::string_view remote, const std::string& directory,
                                 const Environment& environment);

/// A branch's name by git's rules (git-check-ref-format). Errors: Code::config.
Result<void> check_branch(std::string_view branch);

/// The environment in which git works on a repository that is not the caller's: credentials,
/// proxies and certificates stay, what points at the caller's repository goes (inside a hook it is
/// set). `config` is handed over in it, never on a command line, where others could read it.
Environment git_environment(const Environment& caller, const GitConfig& config);

/// A URL without user and password.
std::string without_credentials(std::string_view url);

}  // namespace perfgate::sys
