#include "sys/worktree.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"
#include "sys/process.hpp"

namespace perfgate::sys {
namespace {

namespace fs = std::filesystem;

struct Ground {
  TemporaryDirectory directory = test::temporary(), elsewhere = test::temporary();
  Environment environment = test::plain_environment();

  Ground() {
    environment["HOME"] = directory.path();
    git({"init", "-q", "-b", "main"});
    commit("one");
  }
  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"git", "-C", directory.path(), "-c", "user.name=a", "-c", "user.email=a@b"});
    const auto outcome = run_process({.argv = arguments, .environment = environment}, {});
    REQUIRE(outcome.has_value());
    REQUIRE_MESSAGE(outcome->exit_code == 0, outcome->errors.text());
    return std::string(trim(outcome->output.text()));
  }
  void write(const std::string& name, std::string_view text) const {
    fs::create_directories(fs::path(directory.path() + "/" + name).parent_path());
    std::ofstream(directory.path() + "/" + name) << text;
  }
  std::string commit(const std::string& text) const {
    write("sub/file.txt", text);
    git({"add", "-A"});
    git({"commit", "-q", "-m", "say " + text});
    return git({"rev-parse", "HEAD"});
  }
  Checkout checkout() const {
    return read_checkout(directory.path() + "/sub", environment).value();
  }
  Revision revision(const std::string& name) const {
    return read_revision(checkout(), name, environment).value();
  }
};

TEST_CASE("a revision is resolved and a checkout knows where it stands") {
  const Ground ground;
  const std::string two = ground.commit("two");
  const Checkout checkout = ground.checkout();
  CHECK(checkout.root == fs::canonical(ground.directory.path()));
  CHECK(checkout.prefix == "sub");
  CHECK_FALSE(checkout.changed);
  CHECK(ground.revision("main").sha == two);
  CHECK(ground.revision(".").tree == two);
  CHECK(ground.revision("HEAD~1").sha == ground.git({"rev-parse", "HEAD~1"}));
  for (const char* bad : {"none", "-x", "", "HEAD:sub"}) {
    const auto refused = read_revision(checkout, bad, ground.environment);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.contains("names no commit"));
  }
  const auto outside = read_checkout(ground.elsewhere.path(), ground.environment);
  REQUIRE_FALSE(outside);
  CHECK(outside.error().code == Code::git);
  CHECK(title_of(checkout, two, ground.environment) == two.substr(0, 10) + " say two");
}

// AC:ab-work-tree
TEST_CASE("the work tree as it stands is kept in a commit of no branch") {
  const Ground ground;
  const std::string head = ground.git({"rev-parse", "HEAD"});
  ground.write("sub/file.txt", "changed");
  const std::string before = ground.git({"status", "--porcelain"});
  const Revision here = ground.revision(".");
  CHECK(here.changed);
  CHECK(here.sha == head);
  CHECK(here.tree != head);
  CHECK(ground.git({"show", here.tree + ":sub/file.txt"}) == "changed");
  CHECK(ground.git({"status", "--porcelain"}) == before);
  CHECK(ground.git({"stash", "list"}).empty());
  CHECK(changed_files(ground.checkout(), head, here.tree, ground.environment) ==
        std::vector<std::string>{"sub/file.txt"});
}

// AC:ab-worktrees
TEST_CASE("work trees stand beside the caller's and leave nothing") {
  Ground ground;
  const std::string two = ground.commit("two");
  const std::string before = ground.git({"status", "--porcelain", "--branch"});
  ground.environment["GIT_DIR"] = "/nonexistent";  // as in a hook
  {
    auto worktrees =
        Worktrees::make(ground.checkout(), ground.elsewhere.path(), ground.environment);
    REQUIRE(worktrees);
    const auto one = worktrees->add("base", ground.revision("HEAD~1").tree);
    const auto other = worktrees->add("head", two);
    REQUIRE(one);
    REQUIRE(other);
    CHECK(read_file(*one + "/sub/file.txt", 100) == "one");
    CHECK(read_file(*other + "/sub/file.txt", 100) == "two");
    CHECK(worktrees->doubts(*other).empty());
    std::ofstream(*one + "/sub/built.o") << "built";
    worktrees->remove(*one);
    CHECK_FALSE(fs::exists(*one));
    CHECK_FALSE(worktrees->add("bad", "0123456789").has_value());
  }
  ground.environment.erase("GIT_DIR");
  CHECK(fs::is_empty(ground.elsewhere.path()));
  CHECK(ground.git({"worktree", "list"}).find('\n') == std::string::npos);
  CHECK(ground.git({"status", "--porcelain", "--branch"}) == before);
}

TEST_CASE("what a killed git left of a work tree that it began is taken away") {
  const Ground ground;
  const fs::path entries = ground.directory.path() + "/.git/worktrees";
  const std::string mine = fmt::format("perfgate-{}-head", ::getpid());
  for (const std::string& name :
       {std::string("perfgate-99999999-head"), mine, std::string("theirs")}) {
    fs::create_directories(entries / name);
    std::ofstream(entries / name / "locked") << "initializing";
  }
  REQUIRE(Worktrees::make(ground.checkout(), ground.elsewhere.path(), ground.environment));
  CHECK_FALSE(fs::exists(entries / "perfgate-99999999-head"));
  CHECK(fs::exists(entries / mine));  // it lives
  CHECK(fs::exists(entries / "theirs"));
}

TEST_CASE("what git leaves out of a work tree is told") {
  const Ground ground;
  ground.write(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ./x\n");
  ground.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
  ground.write("data.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n");
  ground.commit("pointers");
  auto worktrees = Worktrees::make(ground.checkout(), ground.elsewhere.path(), ground.environment);
  REQUIRE(worktrees);
  const auto path = worktrees->add("head", ground.revision("main").tree);
  REQUIRE(path);
  const auto doubts = worktrees->doubts(*path);
  REQUIRE(doubts.size() == 2);
  CHECK(doubts[0].contains("git submodule update --init"));
  CHECK(doubts[1].contains("data.bin is a pointer of Git LFS"));
}

TEST_CASE("commits between two are listed along first parents") {
  const Ground ground;
  const std::string good = ground.git({"rev-parse", "HEAD"});
  const std::string two = ground.commit("two"), three = ground.commit("three");
  const auto between = commits_between(ground.checkout(), ground.revision(good),
                                       ground.revision("main"), ground.environment);
  REQUIRE(between);
  CHECK(*between == std::vector<std::string>{two, three});
  const auto turned = commits_between(ground.checkout(), ground.revision("main"),
                                      ground.revision(good), ground.environment);
  REQUIRE_FALSE(turned);
  CHECK(turned.error().message.contains("is none of the commits that"));
  CHECK(turned.error().hint.contains("git merge-base"));
}

}  // namespace
}  // namespace perfgate::sys
