#pragma once
// What git tells a pre-push hook.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sys/environment.hpp"

namespace perfgate::cli {

struct PushedRef {
  std::string name;        ///< of the ref here, as git says it
  std::string local_sha;   ///< empty: the ref is deleted at the remote
  std::string remote_sha;  ///< empty: the remote has no such ref yet

  bool is_deletion() const { return local_sha.empty(); }
  bool operator==(const PushedRef&) const = default;
};

/// Lines `<local ref> <local sha> <remote ref> <remote sha>`; a sha of zeros is none (githooks(5)).
/// Errors: Code::usage for anything else.
Result<std::vector<PushedRef>> pushed_refs(std::string_view lines);

/// What pre-commit, which reads stdin itself, puts into PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF.
/// None where they are not set.
Result<std::vector<PushedRef>> refs_of_pre_commit(const sys::Environment& environment);

}  // namespace perfgate::cli
