#include "sys/git_objects.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "support/cli.hpp"

namespace perfgate::sys {
namespace {

// AC:publish-base-policy
TEST_CASE("files of a commit come from its objects whatever the repository is told to do") {
  test::Desk desk;
  desk.write("thresholds.toml", "of the commit\n");
  desk.repository();
  REQUIRE(
      std::system(
          "git add thresholds.toml && git -c user.name=a -c user.email=a@b commit -qm policy && "
          "git rev-parse HEAD > sha") == 0);
  const std::string sha = desk.read("sha").substr(0, 40);
  desk.write("thresholds.toml", "of the work tree\n");
  // What would run or redirect where git is asked in the repository itself.
  desk.write("evil.sh", "#!/bin/sh\ntouch ran\n");
  REQUIRE(std::system("chmod +x evil.sh && git config core.fsmonitor ./evil.sh && "
                      "git config core.pager ./evil.sh && git config filter.x.smudge ./evil.sh") ==
          0);
  for (const char* place : {".", "sub"}) {
    REQUIRE(std::system("mkdir -p sub") == 0);
    const auto objects = GitObjects::open(place, ".", environment_from(::environ));
    REQUIRE(objects);
    REQUIRE(*objects);
    CHECK((*objects)->has(sha) == true);
    CHECK((*objects)->has(std::string(40, '1')) == false);
    CHECK((*objects)->has("HEAD") == false);
    const auto text = (*objects)->read(sha, "thresholds.toml", 1000);
    REQUIRE(text);
    CHECK(*text == "of the commit\n");
    CHECK(*(*objects)->read(sha, "nothing.toml", 1000) == std::nullopt);
    CHECK_FALSE((*objects)->read(sha, "thresholds.toml", 3));
    CHECK(*(*objects)->distance(sha, sha) == 0);
  }
  CHECK_FALSE(desk.exists("ran"));
}

TEST_CASE("where there is no repository there are no objects") {
  test::Desk desk;
  const auto objects = GitObjects::open(".", ".", environment_from(::environ));
  REQUIRE(objects);
  CHECK_FALSE(*objects);
}

}  // namespace
}  // namespace perfgate::sys
