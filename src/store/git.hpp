#pragma once
// The store in a git branch: `git:REMOTE#BRANCH`. Needs no server but the one that the repository
// has, and no work tree.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/store.hpp"
#include "sys/environment.hpp"

namespace perfgate::store {

struct GitOptions {
  /// Of the caller: where git and its credentials are found, and the cache directory.
  sys::Environment environment = {};
  std::string directory = {};  ///< stands in the caller's repository; empty: ours
  std::string cache = {};      ///< empty: $XDG_CACHE_HOME/perfgate, or $HOME/.cache/perfgate
  /// How long to try where other writers are first.
  std::chrono::milliseconds patience = std::chrono::minutes(10);
  /// What is seen at the remote counts as its state for so long, for reading.
  std::chrono::milliseconds fresh = std::chrono::seconds(2);
  /// Told what takes long.
  std::function<void(std::string_view)> progress = {};
  std::function<void(std::chrono::milliseconds)> sleep = {};  ///< empty: really
};

/// `place` is "REMOTE#BRANCH"; without a branch it is `perfgate-data`. A remote that lacks the
/// branch is an empty store; the first append makes the branch. Nothing is read or made before the
/// first use. Errors: Code::config for a remote or branch that cannot be one.
Result<std::unique_ptr<Store>> open_git(std::string_view place, GitOptions options);

}  // namespace perfgate::store
