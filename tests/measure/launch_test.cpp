#include "measure/launch.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "support/fake_harness.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::measure {
namespace {

using namespace std::chrono_literals;

/// A suite in a directory of its own, and what it measures.
struct Ground {
  sys::TemporaryDirectory directory = test::temporary();
  sys::TemporaryDirectory spool = test::temporary();
  Surroundings surroundings{.environment = test::plain_environment(), .temporary = spool.path()};
  harness::Collector collector{"decode"};

  Suite suite(const std::string& script) const {
    return {.name = "decode",
            .command = {"/bin/sh", "-c", script},
            .cwd = directory.path(),
            .harness = "lines"};
  }
  Attempt run(const Suite& what) {
    return launch(what, test::lines_harness, surroundings, collector);
  }
  Error error_of(const Suite& what) {
    const Attempt attempt = run(what);
    REQUIRE(attempt.trouble);
    return attempt.trouble->error;
  }
};

TEST_CASE("results are read from stdout where the suite names nothing else") {
  Ground ground;
  const Attempt attempt = ground.run(ground.suite("echo a 1.5; echo b 2; echo chatter >&2"));
  CHECK(!attempt.trouble);
  CHECK(ground.collector.size() == 2);
  REQUIRE(attempt.launch);
  CHECK(attempt.launch->suite == Symbol("decode"));
  CHECK(attempt.launch->exit_code == 0);
  CHECK(attempt.launch->wall_seconds > 0);
  CHECK(attempt.launch->peak_rss_bytes > 0);
  CHECK(attempt.launch->counters_absent.empty() == attempt.launch->cycles.has_value());
}

TEST_CASE("results are read from the file that the command is told to write") {
  Ground ground;
  CHECK(!ground.run(ground.suite("echo noise; echo a 1 > {out}")).trouble);
  CHECK(ground.collector.size() == 1);
  const Error error = ground.error_of(ground.suite("echo noise; : {out}"));
  CHECK(error.code == Code::parse);
  CHECK(error.message == "suite `decode`: wrote nothing to {out}; its log ends: noise");
}

TEST_CASE("PERF is set for the suite and its own environment wins") {
  Ground ground;
  Suite suite = ground.suite("echo perf $PERF; echo own $OWN");
  suite.env = {{"OWN", "7"}};
  CHECK(!ground.run(suite).trouble);
  Run run;
  std::move(ground.collector).move_into(run);
  REQUIRE(run.benchmarks.size() == 2);
  CHECK(run.benchmarks[0].samples[0].values.all()[0] == 1);
  CHECK(run.benchmarks[1].samples[0].values.all()[0] == 7);
}

// AC:stale-results
TEST_CASE("only the files that this launch wrote are its results") {
  Ground ground;
  REQUIRE(sys::make_directories(ground.directory.path() + "/results/deep"));
  for (const char* name : {"/results/old.txt", "/results/deep/again.txt", "/results/other.json"})
    REQUIRE(sys::write_file_atomic(ground.directory.path() + name, "old 1\n"));
  Suite suite = ground.suite("echo new 1 > results/new.txt; echo again 2 > results/deep/again.txt");
  suite.results = "results";
  const Attempt attempt = ground.run(suite);
  CHECK(!attempt.trouble);
  CHECK(attempt.stale == 1);
  CHECK(ground.collector.size() == 2);

  Suite lazy = ground.suite("echo nothing to do");
  lazy.results = "results";
  const Error stale = ground.error_of(lazy);
  CHECK(stale.code == Code::parse);
  CHECK(stale.message ==
        "suite `decode`: wrote nothing new to `results`, where 3 files are of an earlier run; its "
        "log ends: nothing to do");
  lazy.results = "nowhere";
  CHECK(ground.error_of(lazy).message.starts_with(
      "suite `decode`: the suite wrote no `nowhere`; its log ends"));
  Suite foreign = ground.suite("mkdir empty; echo x > empty/x.json");
  foreign.results = "empty";
  CHECK(ground.error_of(foreign).message == "suite `decode`: wrote no results of lines to `empty`");
}

TEST_CASE("a single result file counts only where this launch wrote it") {
  Ground ground;
  Suite suite = ground.suite("echo a 1 > one.txt");
  suite.results = "one.txt";
  CHECK(!ground.run(suite).trouble);
  CHECK(!ground.run(suite).trouble);
  suite = ground.suite("true");
  suite.results = "one.txt";
  CHECK(ground.error_of(suite).message ==
        "suite `decode`: wrote nothing new to `one.txt`, where 1 file is of an earlier run");
}

// AC:hang-code
TEST_CASE("a suite that hangs is CBKB001 and what it had printed is kept") {
  Ground ground;
  Suite suite = ground.suite("echo a 1; echo half-way >&2; sleep 5151 & sleep 5151");
  suite.timeout = 400ms;
  const Attempt attempt = ground.run(suite);
  REQUIRE(attempt.trouble);
  CHECK(attempt.trouble->error.code == Code::timeout);
  CHECK(attempt.trouble->error.message ==
        "suite `decode`: not finished after 0.4 s and was ended; its log ends: half-way");
  CHECK(attempt.trouble->error.hint == "raise its `timeout`, or give it less to do");
  CHECK(ground.collector.size() == 1);
  CHECK(test::processes_with("5151").empty());
}

// AC:crash-code
TEST_CASE("a suite that crashes half-way is CBKB110 with the end of its log and what it measured") {
  Ground ground;
  const Attempt attempt = ground.run(ground.suite(
      "echo a 1; echo '::error::stop'; printf 'dying \\033[31m\\n' >&2; kill -SEGV $$"));
  REQUIRE(attempt.trouble);
  CHECK(attempt.trouble->error.code == Code::process_failed);
  CHECK(attempt.trouble->error.message.starts_with(
      "suite `decode`: ended by signal 11 (Segmentation fault) after "));
  CHECK(attempt.trouble->error.message.ends_with("; its log ends: dying \\x1B[31m"));
  CHECK(attempt.launch->signal == SIGSEGV);
  CHECK(ground.collector.size() == 1);  // `a`; "::error::stop" has no value
  CHECK(ground.error_of(ground.suite("echo a 1; exit 3"))
            .message.starts_with("suite `decode`: exit code 3 after "));
  CHECK(ground.error_of(ground.suite("kill -KILL $$")).hint ==
        "the machine may have run out of memory");
}

TEST_CASE("a suite that prints nothing is CBKB002") {
  Ground ground;
  const Error error = ground.error_of(ground.suite("true"));
  CHECK(error.code == Code::parse);
  CHECK(error.message == "suite `decode`: printed nothing on stdout");
  CHECK(error.hint.contains("writes results of lines"));
}

TEST_CASE("a suite that prints another format is CBKB002 and names the document") {
  Ground ground;
  const Error error = ground.error_of(ground.suite("echo hello, world"));
  CHECK(error.code == Code::parse);
  CHECK(error.message == "suite `decode`: stdout: no value of hello,");
}

TEST_CASE("results without a benchmark are not a measurement") {
  Ground ground;
  CHECK(ground.error_of(ground.suite("echo")).code == Code::nothing_measured);
}

TEST_CASE("more on stdout than is read is an error and not a truncated document") {
  Ground ground;
  ground.surroundings.output_limit = 8;
  const Error error = ground.error_of(ground.suite("echo a 1; echo b 2; echo c 3"));
  CHECK(error.code == Code::parse);
  CHECK(error.message == "suite `decode`: printed 12 bytes, more than the 8 that are read");
}

TEST_CASE("a command that cannot be started is told with its suite") {
  Ground ground;
  Suite suite = ground.suite("");
  suite.command = {"no-such-program"};
  const Attempt attempt = ground.run(suite);
  CHECK(!attempt.launch);
  CHECK(attempt.trouble->error.message ==
        "suite `decode`: the command `no-such-program` is not found along PATH");
}

// AC:setup-code
TEST_CASE("a setup that fails is CBKB111 with the end of its log scrubbed") {
  Ground ground;
  ground.surroundings.scrubber = scrubber_for("/home/ada", "", {});
  Suite suite = ground.suite("true");
  CHECK(!set_up(suite, ground.surroundings));
  suite.setup = {"/bin/sh", "-c", "echo building; echo /home/ada/x.cpp:1: error >&2; exit 2"};
  const auto trouble = set_up(suite, ground.surroundings);
  REQUIRE(trouble);
  CHECK(trouble->error.code == Code::setup_failed);
  CHECK(trouble->error.message.starts_with("setup of suite `decode`: exit code 2 after "));
  CHECK(trouble->log == "building\n~/x.cpp:1: error");
  suite.setup = {"no-such-program"};
  CHECK(set_up(suite, ground.surroundings)->error.code == Code::setup_failed);
  suite.setup = {"sleep", "5252"};
  suite.timeout = 50ms;
  CHECK(set_up(suite, ground.surroundings)->error.code == Code::setup_failed);
}

TEST_CASE("a launch that is interrupted says so") {
  Ground ground;
  const sys::Signals signals;
  ground.surroundings.signals = &signals;
  ::kill(::getpid(), SIGTERM);
  CHECK(ground.error_of(ground.suite("sleep 5353")).code == Code::interrupted);
}

}  // namespace
}  // namespace perfgate::measure
