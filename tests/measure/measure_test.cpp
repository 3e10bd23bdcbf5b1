#include "measure/measure.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "support/fake_harness.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"
#include "sys/lock.hpp"

namespace perfgate::measure {
namespace {

using namespace std::chrono_literals;

struct MeasuredGround {
  sys::TemporaryDirectory directory = test::temporary();
  std::string shown;
  Conditions conditions{.environment = test::plain_environment(),
                        .temporary = directory.path(),
                        .now = [] { return Time{1234}; },
                        .find_harness = test::find_lines,
                        .lock_directories = {directory.path()},
                        .host = {.root = directory.path()}};

  Suite suite(const char* name, const std::string& script, int repetitions = 1) const {
    return {.name = name,
            .command = {"/bin/sh", "-c", script},
            .cwd = directory.path(),
            .harness = "lines",
            .repetitions = repetitions};
  }
  Result<Run> measure(const std::vector<Suite>& suites) {
    Progress progress({.write = [this](std::string_view text) { shown += text; }},
                      Verbosity::normal);
    return measure::measure(suites, conditions, progress);
  }
};

// AC:interleaved
TEST_CASE("setups come first and then the suites take turns") {
  MeasuredGround ground;
  Suite one = ground.suite("one", "echo one >> log; echo x 1", 3);
  Suite two = ground.suite("two", "echo two >> log; echo x 2", 2);
  two.setup = {"/bin/sh", "-c", "echo setup >> log"};
  const auto run = ground.measure({one, two});
  REQUIRE(run);
  CHECK(sys::read_file(ground.directory.path() + "/log", 1000) ==
        "setup\none\ntwo\none\ntwo\none\n");
  CHECK(run->started == Time{1234});
  CHECK(run->duration_seconds > 0);
  CHECK(run->suites == std::vector<Symbol>{"one", "two"});
  CHECK(run->harnesses == std::vector<Symbol>{"lines", "lines"});
  CHECK(run->launches.size() == 5);
  CHECK(run->notes.empty());
  CHECK(run->metrics.size() == 1);
  REQUIRE(run->benchmarks.size() == 2);
  CHECK(run->benchmarks[0].samples[0].values.launches().size() == 3);
  CHECK(run->benchmarks[1].samples[0].values.launches().size() == 2);
  CHECK(ground.shown.contains("[5/5] one, launch 3 of 3 took "));
}

// AC:crash-keeps
TEST_CASE("a suite that crashes in a later launch keeps what was measured and the others go on") {
  MeasuredGround ground;
  const auto run = ground.measure(
      {ground.suite("bad", "echo x 1; echo x >> n; [ $(wc -l < n) -lt 2 ] || exit 4", 5),
       ground.suite("good", "echo y 1", 3)});
  REQUIRE(run);
  CHECK(run->launches.size() == 5);
  REQUIRE(run->benchmarks.size() == 2);
  CHECK(run->benchmarks[0].samples[0].values.size() == 2);
  CHECK(run->benchmarks[1].samples[0].values.size() == 3);
  REQUIRE(run->notes.size() == 1);
  CHECK(run->notes[0].severity == Severity::error);
  CHECK(run->notes[0].code == Code::process_failed);
  CHECK(run->notes[0].suite == Symbol("bad"));
  CHECK(run->notes[0].text.starts_with("suite `bad`: exit code 4 after "));
  CHECK(ground.shown.contains("CBKB110: suite `bad`: exit code 4"));
  CHECK(ground.shown.contains("hint: run it by hand"));
}

TEST_CASE("a setup that fails leaves its suite unmeasured with a note") {
  MeasuredGround ground;
  Suite broken = ground.suite("broken", "echo launched > log; echo x 1");
  broken.setup = {"/bin/sh", "-c", "echo no compiler; exit 1"};
  const auto run = ground.measure({broken, ground.suite("good", "echo y 1")});
  REQUIRE(run);
  CHECK(run->launches.size() == 1);
  CHECK(!sys::read_file(ground.directory.path() + "/log", 10));
  REQUIRE(run->notes.size() == 1);
  CHECK(run->notes[0].code == Code::setup_failed);
  CHECK(ground.shown.contains("--- the end of its log ---\nno compiler\n---"));
}

// AC:interrupted-run
TEST_CASE("an interruption returns what was measured within seconds and leaves no process") {
  MeasuredGround ground;
  const sys::Signals signals;
  ground.conditions.signals = &signals;
  std::thread later([] {
    std::this_thread::sleep_for(400ms);
    ::kill(::getpid(), SIGTERM);
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto run =
      ground.measure({ground.suite("quick", "echo x 1", 2), ground.suite("slow", "sleep 5454", 2)});
  later.join();
  CHECK(std::chrono::steady_clock::now() - begin < 20s);
  REQUIRE(run);
  CHECK(run->benchmarks.size() == 1);
  CHECK(run->launches.size() == 2);
  REQUIRE(!run->notes.empty());
  CHECK(run->notes.back().code == Code::interrupted);
  CHECK(run->notes.back().text == "interrupted by signal 15: what follows was not measured");
  CHECK(test::processes_with("5454").empty());
}

TEST_CASE("nothing is measured while another perfgate measures on this host") {
  MeasuredGround ground;
  const auto held = sys::lock_host({ground.directory.path()});
  const auto run = ground.measure({ground.suite("one", "echo launched > log; echo x 1")});
  REQUIRE(!run);
  CHECK(run.error().code == Code::host_busy);
  CHECK(run.error().message.contains("process " + std::to_string(::getpid())));
  CHECK(!sys::read_file(ground.directory.path() + "/log", 10));
}

TEST_CASE("an unknown harness and no place for temporary files are errors") {
  MeasuredGround ground;
  Suite suite = ground.suite("one", "echo x 1");
  suite.harness = "lies";
  CHECK(ground.measure({suite}).error().code == Code::usage);
  ground.conditions.temporary = "/nowhere";
  CHECK(ground.measure({ground.suite("one", "echo x 1")}).error().code == Code::io);
}

// AC:no-secrets-in-run
TEST_CASE("notes of a run hold no value of the environment") {
  MeasuredGround ground;
  ground.conditions.environment["HOME"] = "/home/ada";
  ground.conditions.environment["INHERITED"] = "s3ntinel-value";
  const auto run = ground.measure({ground.suite(
      "leaky", "echo x 1; echo \"at $HOME with $INHERITED on $(hostname)\" >&2; exit 1")});
  REQUIRE(run);
  REQUIRE(run->notes.size() == 1);
  CHECK(run->notes[0].text.contains("at ~ with <env:INHERITED> on "));
  CHECK(!ground.shown.contains("s3ntinel"));
  if (sys::host_name().size() > 3) CHECK(!run->notes[0].text.contains(sys::host_name()));
}

TEST_CASE("processes that outlive a suite and stale results are notes") {
  MeasuredGround ground;
  REQUIRE(sys::write_file_atomic(ground.directory.path() + "/old.txt", "old 1\n"));
  REQUIRE(sys::make_directories(ground.directory.path() + "/out"));
  REQUIRE(sys::write_file_atomic(ground.directory.path() + "/out/old.txt", "old 1\n"));
  Suite suite = ground.suite("one", "sleep 5555 & echo x 1 > out/new.txt");
  suite.results = "out";
  const auto run = ground.measure({suite});
  REQUIRE(run);
  REQUIRE(run->notes.size() == 2);
  CHECK(run->notes[0].text ==
        "one, launch 1 of 1: 1 process outlived the suite and had to be killed");
  CHECK(run->notes[1].text == "one, launch 1 of 1: 1 result files of an earlier run were not read");
}

TEST_CASE("a machine that is busy at the start is a note") {
  MeasuredGround ground;
  REQUIRE(sys::make_directories(ground.directory.path() + "/proc"));
  REQUIRE(sys::write_file_atomic(ground.directory.path() + "/proc/loadavg", "999 1 1 1/1 1\n"));
  const auto run = ground.measure({ground.suite("one", "echo x 1")});
  REQUIRE(run->notes.size() == 1);
  CHECK(run->notes[0].severity == Severity::info);
  CHECK(run->notes[0].text.contains("load average 999.0"));
}

}  // namespace
}  // namespace perfgate::measure
