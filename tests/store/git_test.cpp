#include "store/git.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "git_support.hpp"

namespace perfgate::store {
namespace {

using test::contents;
using test::GitWorld;

const Time noon{1'795'176'000'000};  // 2026-11-20T12:00:00Z

void add(Store& store, const std::string& key, const std::string& value = "{}", Time at = noon) {
  const auto added = store.append(Kind::run, key, value, at);
  REQUIRE_MESSAGE(added, added.error().message);
}

// AC:git-first-use
TEST_CASE("A remote without the branch is an empty store and the first append makes the branch") {
  for (const bool filters : {true, false}) {
    CAPTURE(filters);
    const GitWorld world(filters);
    const auto store = world.open();
    CHECK(contents(*store) == "");
    CHECK(world.try_git({"-C", world.remote()}, {"rev-parse", "-q", "--verify", "perfgate-data"})
              .exit_code != 0);
    add(*store, "one");
    CHECK(contents(*store) == "1 one={}");
    CHECK(contents(*world.open("another")) == "1 one={}");
    const auto path =
        world.git_at(world.remote(), {"ls-tree", "-r", "--name-only", "perfgate-data"});
    CHECK(path.starts_with("records/2026/11/"));
    CHECK(path.find("/run-") != path.npos);
    CHECK(path.ends_with("-1.json"));
  }
}

TEST_CASE("What was added before is not added again and another value supersedes it") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one", "1");
  add(*store, "two", "2");
  const std::string tip = world.tip();
  add(*store, "one", "1");
  CHECK(world.tip() == tip);
  const auto other = world.open("another");
  add(*other, "one", "1");
  CHECK(world.tip() == tip);
  add(*other, "one", "3");
  CHECK(contents(*store) == "1 one=1, 2 two=2, 3 one=3");
  const auto newest = store->find(Kind::run, "one");
  REQUIRE(newest);
  CHECK((*newest)->value == "3");
  add(*store, "one", "null");
  CHECK_FALSE(other->find(Kind::run, "one")->has_value());
  add(*other, "one", "null");
  CHECK(contents(*other) == "1 one=1, 2 two=2, 3 one=3, 4 one=null");
}

/// Runs `count` processes at once, each with its number; gives how many ended well.
int at_once(int count, const std::function<Result<void>(int)>& work) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      const auto done = work(i);
      if (!done) fmt::print(stderr, "{}\n{}\n", done.error().message, done.error().hint);
      ::_exit(done ? 0 : 1);
    }
    children.push_back(pid);
  }
  int well = 0;
  for (const pid_t pid : children) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) ++well;
  }
  return well;
}

std::set<std::string> keys_of(const Store& store) {
  std::set<std::string> keys;
  const auto heads = store.list({.all_versions = true});
  REQUIRE_MESSAGE(heads, heads.error().message);
  for (const Head& head : *heads) CHECK(keys.insert(head.key).second);
  return keys;
}

bool is_full() { return std::getenv("PERFGATE_FULL") != nullptr; }

// AC:git-200-writers
TEST_CASE("Two hundred writers of one host lose nothing") {
  const GitWorld world;
  CHECK(at_once(200, [&](int i) {
          return world.open()->append(Kind::run, fmt::format("run-{}", i), "{}", noon);
        }) == 200);
  CHECK(keys_of(*world.open("another")).size() == 200);
}

// AC:git-compare-and-swap
TEST_CASE("Writers that share nothing but the remote lose nothing") {
  const GitWorld world;
  const int count = is_full() ? 200 : 24;
  CHECK(at_once(count, [&](int i) {
          return world.open(fmt::format("cache-{}", i))
              ->append(Kind::run, fmt::format("run-{}", i), "{}", noon);
        }) == count);
  CHECK(keys_of(*world.open()).size() == static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace perfgate::store
