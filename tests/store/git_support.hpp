#pragma once
// Real git repositories for tests of the git store.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "store/git.hpp"
#include "support/temporary.hpp"
#include "sys/git_program.hpp"

namespace perfgate::test {

/// A directory with a bare repository, `remote.git`, a home and a cache, and stores that use it.
class GitWorld {
 public:
  explicit GitWorld(bool filters = true) {
    git({"init", "--quiet", "--bare", remote()});
    if (filters) git_at(remote(), {"config", "uploadpack.allowFilter", "true"});
  }

  const std::string& path() const { return directory_.path(); }
  std::string remote() const { return path() + "/remote.git"; }
  std::string below(const std::string& name) const { return path() + "/" + name; }

  sys::Environment environment() const {
    return {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
            {"HOME", path() + "/home"},
            {"GIT_CONFIG_NOSYSTEM", "1"},
            {"GIT_AUTHOR_NAME", "someone"},
            {"GIT_AUTHOR_EMAIL", "someone@example.invalid"},
            {"GIT_COMMITTER_NAME", "someone"},
            {"GIT_COMMITTER_EMAIL", "someone@example.invalid"}};
  }
  store::GitOptions options(const std::string& cache = "cache") const {
    return {.environment = environment(),
            .directory = path(),
            .cache = path() + "/" + cache,
            .fresh = std::chrono::milliseconds(0)};
  }
  std::unique_ptr<store::Store> open(const std::string& cache = "cache") const {
    return open_with(options(cache));
  }
  std::unique_ptr<store::Store> open_with(store::GitOptions options) const {
    auto opened = store::open_git(remote() + "#perfgate-data", std::move(options));
    REQUIRE(opened);
    return std::move(*opened);
  }

  sys::GitAnswer try_git(std::vector<std::string> place, std::vector<std::string> arguments) const {
    auto answer = sys::run_git({.place = std::move(place), .environment = environment()},
                               {.arguments = std::move(arguments)});
    REQUIRE_MESSAGE(answer, answer.error().message);
    return *answer;
  }
  std::string git_at(const std::string& place, std::vector<std::string> arguments) const {
    const sys::GitAnswer answer = try_git({"-C", place}, std::move(arguments));
    REQUIRE_MESSAGE(answer.exit_code == 0, answer.errors);
    return std::string(trim(answer.output));
  }
  std::string git(std::vector<std::string> arguments) const {
    return git_at(path(), std::move(arguments));
  }
  std::string tip() const { return git_at(remote(), {"rev-parse", "refs/heads/perfgate-data"}); }

 private:
  sys::TemporaryDirectory directory_ = temporary();
};

/// "1 run-1 2 run-2": what a store holds, oldest first, superseded records too.
inline std::string contents(const store::Store& store) {
  std::string text;
  const auto read = store.scan([&](const store::Record& record) -> Result<bool> {
    text +=
        fmt::format("{}{} {}={}", text.empty() ? "" : ", ", record.seq, record.key, record.value);
    return true;
  });
  return read ? text : read.error().message;
}

/// Replaces what the branch's files hold, in a commit with the message that the tip had: it looks
/// like perfgate's.
inline void edit_branch(const GitWorld& world,
                        const std::function<void(const std::string& tree)>& edit) {
  const std::string tree = world.below("edit");
  std::filesystem::remove_all(tree);
  world.git({"clone", "-q", "-b", "perfgate-data", "file://" + world.remote(), "edit"});
  const std::string message = world.git_at(tree, {"log", "-1", "--format=%B"});
  edit(tree);
  world.git_at(tree, {"add", "-A"});
  world.git_at(tree, {"commit", "-q", "-m", message});
  world.git_at(tree, {"push", "-q", "origin", "perfgate-data"});
}

}  // namespace perfgate::test
