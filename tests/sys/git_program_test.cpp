#include "sys/git_program.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

Git here(const std::string& directory) {
  return {.place = {"-C", directory}, .environment = test::plain_environment()};
}

/// A `git` of our own in `directory`, alone on the PATH.
Git fake(const std::string& directory, const std::string& script) {
  const std::string path = directory + "/git";
  REQUIRE(write_file_atomic(path, "#!/bin/sh\n" + script + "\n"));
  ::chmod(path.c_str(), 0755);
  return {.place = {"-C", directory}, .environment = {{"PATH", directory}}};
}

TEST_CASE("Git answers with its exit code and both streams") {
  const auto directory = test::temporary();
  const auto version = run_git(here(directory.path()), {.arguments = {"--version"}});
  REQUIRE(version);
  CHECK(version->exit_code == 0);
  CHECK(version->output.starts_with("git version"));
  const auto failed = run_git(here(directory.path()), {.arguments = {"no-such-command"}});
  REQUIRE(failed);
  CHECK(failed->exit_code != 0);
  CHECK(failed->errors.find("not a git command") != std::string::npos);
}

TEST_CASE("Git reads from a file and writes to one") {
  const auto directory = test::temporary();
  const std::string in = directory.path() + "/in", out = directory.path() + "/out";
  REQUIRE(write_file_atomic(in, "text\n"));
  const auto answer =
      run_git(here(directory.path()), {.arguments = {"stripspace"}, .input = in, .output = out});
  REQUIRE(answer);
  CHECK(answer->exit_code == 0);
  CHECK(answer->output.empty());
  CHECK(*read_file(out, 100) == "text\n");
  const auto missing = run_git(here(directory.path()),
                               {.arguments = {"stripspace"}, .input = directory.path() + "/none"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::io);
  CHECK(missing.error().message.find("/none") != std::string::npos);
}

TEST_CASE("A machine without git is told so with what to install") {
  const auto directory = test::temporary();
  const auto answer =
      run_git({.place = {}, .environment = {{"PATH", directory.path()}}}, {.arguments = {"fetch"}});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::git);
  CHECK(answer.error().message.find("running `git fetch`") != std::string::npos);
  CHECK(answer.error().hint.find("install git") != std::string::npos);
}

TEST_CASE("A git that hangs or is killed is an error") {
  const auto directory = test::temporary();
  const auto slow = run_git(fake(directory.path(), "exec /bin/sleep 60"),
                            {.arguments = {"push"}, .timeout = std::chrono::milliseconds(50)});
  REQUIRE_FALSE(slow);
  CHECK(slow.error().code == Code::git);
  CHECK(slow.error().message.find("did not end within") != std::string::npos);
  const auto killed = run_git(fake(directory.path(), "kill -9 $$"), {.arguments = {"push"}});
  REQUIRE_FALSE(killed);
  CHECK(killed.error().code == Code::git);
  CHECK(killed.error().message.find("signal 9") != std::string::npos);
}

}  // namespace
}  // namespace perfgate::sys
