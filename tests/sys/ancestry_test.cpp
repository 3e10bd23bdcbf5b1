#include "sys/ancestry.hpp"

#include <doctest/doctest.h>

#include "store/git_support.hpp"

namespace perfgate::sys {
namespace {

/// origin with `count` commits on main, and a branch `change` that leaves main `back` commits
/// before its tip.
struct World : test::GitWorld {
  std::vector<std::string> main;  // oldest first
  std::string change;

  World(int count, int back) {
    git({"clone", "--quiet", remote(), below("author")});
    const auto author = [&](std::vector<std::string> arguments) {
      return git_at(below("author"), std::move(arguments));
    };
    author({"checkout", "--quiet", "-b", "main"});
    for (int i = 0; i < count; ++i) {
      author({"commit", "--quiet", "--allow-empty", "-m", fmt::format("main {}", i)});
      main.push_back(author({"rev-parse", "HEAD"}));
    }
    author({"checkout", "--quiet", "-b", "change", fmt::format("HEAD~{}", back)});
    author({"commit", "--quiet", "--allow-empty", "-m", "change"});
    change = author({"rev-parse", "HEAD"});
    author({"push", "--quiet", "origin", "main", "change"});
  }

  const std::string& at(int from_tip) const {
    return main[main.size() - 1 - static_cast<std::size_t>(from_tip)];
  }
  /// A clone of the change as a CI job makes it.
  std::string clone(int depth) {
    git({"clone", "--quiet", "--no-tags", "--branch", "change", "--single-branch",
         fmt::format("--depth={}", depth), "file://" + remote(), below("ci")});
    return below("ci");
  }
};

// AC:merge-base
TEST_CASE("ancestry: where a change left its branch, and what lies behind") {
  World world(8, 3);
  const auto found =
      find_parting(world.below("author"), world.change, "main", {}, world.environment());
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->merge_base == world.at(3));
  CHECK((*found)->commits.size() == 5);
  CHECK((*found)->commits.front() == world.at(3));
  CHECK((*found)->commits.back() == world.main.front());
  CHECK_FALSE((*found)->cut);
  const std::string author = world.below("author");
  CHECK(*commits_ahead(author, world.at(3), world.at(0), world.environment()) == 3);
  CHECK(*commits_ahead(author, world.at(0), world.at(3), world.environment()) == 0);
  CHECK(*commits_ahead(author, std::string(40, 'a'), world.at(3), world.environment()) ==
        std::nullopt);
  CHECK(*commits_ahead(author, "--all", world.at(3), world.environment()) == std::nullopt);
}

// AC:shallow-clone
TEST_CASE("ancestry: a shallow clone is deepened where that is allowed, else told") {
  World world(40, 20);
  const std::string ci = world.clone(1);
  const auto find = [&](bool fetch, std::size_t enough) {
    return find_parting(ci, world.change, "main", {.enough = enough, .fetch = fetch},
                        world.environment());
  };
  const auto told = find(false, 5);
  REQUIRE_FALSE(told);
  CHECK(told.error().code == Code::git);
  CHECK(told.error().message.contains("`main`"));
  CHECK(told.error().hint.contains("fetch-depth: 0"));

  const auto found = find(true, 5);
  REQUIRE_MESSAGE(found, found.error().message);
  REQUIRE(*found);
  CHECK((*found)->merge_base == world.at(20));
  CHECK((*found)->commits.size() >= 5);
  // Only what is wanted: the clone's own branch is as it was.
  CHECK(world.git_at(ci, {"rev-parse", "HEAD"}) == world.change);
  CHECK(world.git_at(ci, {"status", "--porcelain"}).empty());
}

TEST_CASE("ancestry: deepening ends after three steps, and when the remote does not answer") {
  World world(60, 50);
  const std::string ci = world.clone(1);
  world.git_at(ci, {"remote", "set-url", "origin", "file:///no/such/repository"});
  const auto found =
      find_parting(ci, world.change, "main", {.enough = 1, .fetch = true}, world.environment());
  REQUIRE_FALSE(found);
  CHECK(found.error().message.contains("fetching more failed"));
}

TEST_CASE("ancestry: no repository, no commit, odd branches, no common commit") {
  World world(2, 1);
  const std::string author = world.below("author");
  const auto at = [&](const std::string& place, const std::string& commit,
                      const std::string& branch) {
    return find_parting(place, commit, branch, {}, world.environment());
  };
  CHECK(*at(world.path(), world.change, "main") == std::nullopt);
  CHECK(*at(author, "", "main") == std::nullopt);
  CHECK(*at(author, "--output=x", "main") == std::nullopt);
  for (const char* branch : {"", "--upload-pack=x", "a..b", "a b", "@"})
    CHECK_FALSE(at(author, world.change, branch));
  CHECK(
      at(author, world.change, "none").error().message.contains("the branch is not in this clone"));
  CHECK(at(author, std::string(40, 'a'), "main").error().message.contains("the commit is not"));
  world.git_at(author, {"checkout", "--quiet", "--orphan", "other"});
  world.git_at(author, {"commit", "--quiet", "--allow-empty", "-m", "other"});
  const std::string other = world.git_at(author, {"rev-parse", "HEAD"});
  CHECK(at(author, other, "main").error().message.contains("no commit in common"));
}

}  // namespace
}  // namespace perfgate::sys
