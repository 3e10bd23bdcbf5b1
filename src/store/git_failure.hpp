#pragma once
// What git's own words mean for whoever wants to store a record.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate::store {

enum class GitTrouble {
  no_branch,   ///< the remote is there, the branch is not
  rewritten,   ///< the branch does not contain what we saw of it before
  race,        ///< another writer was first
  no_remote,   ///< no repository there, or none that we may see
  permission,  ///< credentials are missing or do not suffice
  declined,    ///< a rule or a hook of the remote says no
  full,        ///< the remote's disk is full or cannot be written
  network,     ///< may work when tried again
  cache,       ///< our own copy is damaged
  unknown,
};

/// By git's messages in the C locale, and those of the hosts that people use.
GitTrouble trouble_of(std::string_view errors);

/// What was being done, what is wrong, what git says and what can be done about it; `cache` is the
/// directory of our copy. Code::store for a branch that was rewritten, else Code::git.
Error git_error(GitTrouble trouble, std::string_view doing, std::string_view errors,
                std::string_view cache);

}  // namespace perfgate::store
