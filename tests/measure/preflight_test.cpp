#include "measure/preflight.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/fake_harness.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"

namespace perfgate::measure {
namespace {

Grounds grounds() {
  return {.environment = test::plain_environment(), .find_harness = test::find_lines};
}

Suite suite() { return {.name = "decode", .command = {"sh", "-c", "true"}, .harness = "lines"}; }

const Check& row(const std::vector<Check>& rows, std::string_view what) {
  const auto found = std::ranges::find(rows, what, &Check::what);
  REQUIRE_MESSAGE(found != rows.end(), what);
  return *found;
}

TEST_CASE("a suite that can run passes every check with what was found") {
  const auto directory = test::temporary();
  Grounds ground = grounds();
  ground.directories = {directory.path() + "/out"};
  Suite good = suite();
  good.cwd = directory.path();
  good.tools = {{"sh", "-c", "echo sh 1.0; echo more"}};
  good.results = "results";
  const auto rows = preflight({good}, ground);
  CHECK(passed(rows));
  CHECK(rows.size() == 7);
  CHECK(row(rows, "command of suite `decode`").detail.ends_with("/sh"));
  CHECK(row(rows, "tool `sh` of suite `decode`").detail == "sh 1.0");
  CHECK(row(rows, "free space in `" + directory.path() + "/out`").detail.ends_with(" MiB"));
}

// AC:preflight-all
TEST_CASE("all that would fail later fails together before anything is measured") {
  Grounds ground = grounds();
  ground.directories = {"/proc/out"};
  ground.free_bytes = std::uint64_t{1} << 60;
  Suite bad{
      .name = "bad",
      .command = {"no-such-program"},
      .tools = {{"sh", "-c", "echo old; exit 1"}, {"no-such-tool"}, {"sh", "-c", "kill -9 $$"}},
      .cwd = "/nowhere",
      .harness = "lies",
      .repetitions = 0,
      .results = "../elsewhere"};
  const auto rows = preflight({bad}, ground);
  const auto result = passed(rows);
  REQUIRE(!result);
  CHECK(result.error().code == Code::config);
  const std::string& message = result.error().message;
  CHECK(message.starts_with("10 of 10 checks before measuring failed:\n"));
  CHECK(message.contains("\n  cwd of suite `bad`: `/nowhere` is no directory"));
  CHECK(message.contains("\n  harness of suite `bad`: no harness is called `lies`"));
  CHECK(message.contains("\n  command of suite `bad`: the command `no-such-program` is not found"));
  CHECK(message.contains("\n  tool `no-such-tool` of suite `bad`: "));
  CHECK(message.contains("`../elsewhere` is not below the suite's cwd"));
  CHECK(message.contains("\n  writable `/proc/out`: "));
  CHECK(message.contains("are wanted"));
  CHECK(result.error().hint.contains("correct the suite's cwd"));
}

TEST_CASE("a tool that fails is told with what it printed") {
  Suite bad = suite();
  bad.tools = {{"sh", "-c", "echo too old; exit 1"}, {"sh", "-c", "kill -9 $$"}};
  const auto rows = preflight({bad}, grounds());
  std::vector<std::string> messages;
  for (const Check& check : rows)
    if (!check.ok()) messages.push_back(check.failure->message);
  CHECK(messages ==
        std::vector<std::string>{"`sh -c echo too old; exit 1` has exit code 1: too old",
                                 "`sh -c kill -9 $$` crashes"});
}

TEST_CASE("a command that the setup will make need not be there yet") {
  Suite built = suite();
  built.command = {"./build/bench"};
  CHECK(!passed(preflight({built}, grounds())));
  built.setup = {"make"};
  built.setup = {"sh"};
  const auto rows = preflight({built}, grounds());
  CHECK(passed(rows));
  CHECK(row(rows, "command of suite `decode`").detail == "not there yet; its setup may make it");
  built.command = {};
  CHECK(!passed(preflight({built}, grounds())));
}

TEST_CASE("results that cannot be the suite's own are refused") {
  const auto refusal = [](const Suite& what, const Grounds& ground) {
    const auto rows = preflight({what}, ground);
    return row(rows, "results of suite `decode`").failure.value().message;
  };
  Suite both = suite();
  both.command = {"sh", "{out}"};
  both.results = "x";
  CHECK(refusal(both, grounds()) == "both `results` and {out} in the command are given");
  Suite absolute = suite();
  absolute.results = "/tmp";
  CHECK(refusal(absolute, grounds()) == "`/tmp` is not below the suite's cwd");
  Grounds single = grounds();
  single.find_harness = [](std::string_view) -> Result<harness::Harness> {
    harness::Harness harness = test::lines_harness;
    harness.reads = nullptr;
    return harness;
  };
  Suite directory = suite();
  directory.cwd = "/";
  directory.results = "tmp";
  CHECK(refusal(directory, single) == "`tmp` is a directory, and lines reads only files");
}

TEST_CASE("checks of the caller's own are told with the others") {
  std::vector<Check> rows = preflight({suite()}, grounds());
  rows.push_back(
      {.what = "baseline", .failure = Error{Code::store, "it is torn", "promote again"}});
  const auto result = passed(rows);
  REQUIRE(!result);
  CHECK(result.error().code == Code::store);
  CHECK(result.error().message == "1 of 3 checks before measuring failed:\n  baseline: it is torn");
  CHECK(result.error().hint == "promote again");
}

}  // namespace
}  // namespace perfgate::measure
