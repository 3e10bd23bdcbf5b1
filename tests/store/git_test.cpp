#include "store/git.hpp"

#include <doctest/doctest.h>

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

}  // namespace
}  // namespace perfgate::store
