#include "measure/experiment.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "support/fake_harness.hpp"
#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::measure {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> by_names(std::span<const std::string> benchmarks,
                                  std::span<const std::string>) {
  return {benchmarks.begin(), benchmarks.end()};
}

Result<harness::Harness> find_filtering(std::string_view name) {
  if (name != "filtering") return test::find_lines(name);
  harness::Harness harness = test::lines_harness;
  harness.name = "filtering";
  harness.only = by_names;
  return harness;
}

struct Ring {
  sys::TemporaryDirectory directory = test::temporary();
  std::string shown;
  Conditions conditions{.environment = test::plain_environment(),
                        .temporary = directory.path(),
                        .now = [] { return Time{1234}; },
                        .find_harness = find_filtering,
                        .lock_directories = {directory.path()},
                        .host = {.root = directory.path()}};
  Trial trial{.seed = 7, .max_rounds = 5};

  /// Adds a suite to both sides: `$side` is B or H, `$@` what the filter asks for.
  void suite(const char* name, const std::string& script, const char* harness = "lines") {
    for (const auto& [builds, side] : {std::pair{&trial.base, "B"}, std::pair{&trial.head, "H"}}) {
      if (builds->empty()) builds->emplace_back();
      builds->front().push_back({.name = name,
                                 .command = {"/bin/sh", "-c", script, "sh"},
                                 .cwd = directory.path(),
                                 .env = {{"side", side}},
                                 .harness = harness});
    }
  }
  Result<Experimented> run(const AfterLook& after_look = [](const PairedRuns&) {
    return Result<std::vector<Undecided>>(std::vector<Undecided>{});
  }) {
    Progress progress({.write = [this](std::string_view text) { shown += text; }},
                      Verbosity::normal);
    return experiment(trial, conditions, after_look, progress);
  }
  std::string log() const {
    return sys::read_file(directory.path() + "/log", 100'000).value_or("");
  }
};

std::size_t launches(const Run& run, Symbol suite, const char* benchmark) {
  const Benchmark* found = run.find(suite, benchmark);
  const Sample* sample = found ? found->find("time") : nullptr;
  return sample ? sample->values.launch_count() : 0;
}

// AC:ab-order
TEST_CASE("both sides are launched by turns in the order that is recorded") {
  Ring ring;
  ring.suite("s", "printf $side >> log; echo x 1");
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->ended == Ended::decided);
  CHECK(done->rounds == 5);
  CHECK(ring.log() == "HBBHHBBHBH");
  for (const Run* run : {&done->runs.base, &done->runs.head}) {
    REQUIRE(run->experiment);
    CHECK(run->experiment->order == ring.log());
    CHECK(run->experiment->seed == 7);
    CHECK(run->experiment->looks == std::vector<int>{5});
    CHECK(run->experiment->builds == 1);
    CHECK_FALSE(run->experiment->identical);
    CHECK(run->started == Time{1234});
    CHECK(run->launches.size() == 5);
    CHECK(run->suites == std::vector<Symbol>{"s"});
    CHECK(run->harnesses == std::vector<Symbol>{"lines"});
    CHECK(launches(*run, "s", "x") == 5);
  }
  CHECK(done->runs.base.experiment->side == Side::base);
  CHECK(done->runs.head.experiment->side == Side::head);
  CHECK(ring.shown.contains("look 1 of 1, after 5 rounds"));
}

// AC:ab-spends-on-the-undecided
TEST_CASE("further rounds measure the undecided alone and stop when nobody is left") {
  Ring ring;
  ring.trial.max_rounds = 12;
  ring.suite("s", "echo \"$@.\" >> log; for n in ${@:-x y z}; do echo $n 1; done", "filtering");
  ring.suite("t", "echo t >> log; echo q 1; echo r 1");
  int looks = 0;
  std::vector<std::size_t> seen;
  const auto done = ring.run([&](const PairedRuns& runs) -> Result<std::vector<Undecided>> {
    seen.push_back(launches(runs.head, "s", "y"));
    REQUIRE(runs.head.experiment);
    CHECK(runs.head.experiment->looks == std::vector<int>{5, 8, 12});
    ++looks;
    if (looks == 1) return std::vector<Undecided>{{"s", "y"}, {"s", "z"}, {"t", "q"}};
    if (looks == 2) return std::vector<Undecided>{{"s", "y"}};
    return std::vector<Undecided>{};
  });
  REQUIRE(done);
  CHECK(done->ended == Ended::decided);
  CHECK(seen == std::vector<std::size_t>{5, 8, 12});  // only as planned
  CHECK(launches(done->runs.base, "s", "x") == 5);
  CHECK(launches(done->runs.base, "s", "z") == 8);
  CHECK(launches(done->runs.base, "s", "y") == 12);
  CHECK(launches(done->runs.base, "t", "q") == 8);
  CHECK(launches(done->runs.base, "t", "r") == 8);  // this harness has no filter
  CHECK(ring.log().contains("y z.\n"));
  CHECK(ring.log().ends_with("y.\ny.\n"));
  CHECK(ring.shown.contains("look 1 of 3, after 5 rounds"));
  CHECK(ring.shown.contains("3 undecided: q, y, z"));
}

TEST_CASE("where a command does not take the filter all its benchmarks are measured") {
  Ring ring;
  ring.trial.max_rounds = 8;
  ring.suite("s", "[ $# = 0 ] || exit 3; echo x 1; echo y 1", "filtering");
  const auto done = ring.run([](const PairedRuns&) {
    return Result<std::vector<Undecided>>(std::vector<Undecided>{{"s", "y"}});
  });
  REQUIRE(done);
  CHECK(done->ended == Ended::rounds);
  CHECK(launches(done->runs.head, "s", "x") == 8);
  CHECK(launches(done->runs.head, "s", "y") == 8);
  CHECK(std::ranges::none_of(done->runs.head.notes,
                             [](const Note& note) { return note.severity != Severity::info; }));
}

// AC:ab-failed-round
TEST_CASE("a round that fails on one side is dropped on both and measured again") {
  Ring ring;
  // The third launch of head fails, and the fourth lacks a benchmark.
  ring.suite("s",
             "[ $side = B ] || { echo >> n; case $(wc -l < n) in 3) exit 4;; 4) echo x 1; exit;; "
             "esac; }; echo x 1; echo y 1");
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->ended == Ended::decided);
  CHECK(launches(done->runs.base, "s", "y") == 5);
  CHECK(launches(done->runs.head, "s", "y") == 5);
  CHECK(done->runs.base.launches.size() == 5);
  CHECK(done->runs.head.launches.size() == 5);
  CHECK(
      ring.shown.contains("s: round 3 was dropped on both sides and measured again: head: suite "
                          "`s`: exit code 4"));
  CHECK(ring.shown.contains("there was nothing of head: y"));
  for (const Run* run : {&done->runs.base, &done->runs.head}) {
    const auto warned = std::ranges::count(run->notes, Severity::warning, &Note::severity);
    CHECK(warned == 2);
    CHECK(std::ranges::count(run->notes, Severity::error, &Note::severity) == 0);
  }
}

// AC:ab-failed-side
TEST_CASE("a side that always fails leaves its suite unmeasured on both") {
  Ring ring;
  ring.suite("s", "echo $side >> log; [ $side = B ] || { echo broken >&2; exit 4; }; echo x 1");
  ring.suite("t", "echo y 1");
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(launches(done->runs.base, "s", "x") == 0);
  CHECK(launches(done->runs.base, "t", "y") == 5);
  for (const Run* run : {&done->runs.base, &done->runs.head}) {
    const auto error = std::ranges::find(run->notes, Severity::error, &Note::severity);
    REQUIRE(error != run->notes.end());
    CHECK(error->code == Code::process_failed);
    CHECK(error->text.starts_with("head: suite `s`: exit code 4"));
  }
  CHECK(std::ranges::count(ring.log(), 'H') == 3);

  Ring broken;
  broken.suite("s", "exit 4");
  const auto nothing = broken.run();
  REQUIRE(nothing);
  CHECK(nothing->ended == Ended::failed);
  CHECK(nothing->rounds == 0);
}

TEST_CASE("a benchmark that stays away ends with an error") {
  Ring ring;
  ring.suite("s", "echo >> n; echo x 1; [ $(wc -l < n) -gt 4 ] || echo y 1");
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(launches(done->runs.base, "s", "x") == 5);
  CHECK(launches(done->runs.base, "s", "y") == 2);
  CHECK(launches(done->runs.head, "s", "y") == 2);
  const auto error = std::ranges::find(done->runs.head.notes, Severity::error, &Note::severity);
  REQUIRE(error != done->runs.head.notes.end());
  CHECK(error->code == Code::missing);
  CHECK(error->text.contains("not measured in round 3, though tried 3 times"));
}

TEST_CASE("a setup that fails ends its suite on both sides") {
  Ring ring;
  ring.suite("s", "echo x 1");
  ring.trial.head[0][0].setup = {"/bin/sh", "-c", "exit 1"};
  ring.trial.base[0][0].setup = {"/bin/sh", "-c", "echo base >> log"};
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->ended == Ended::failed);
  CHECK(ring.log() == "base\n");
  CHECK(done->runs.base.notes.at(0).code == Code::setup_failed);
  CHECK(done->runs.head.notes.at(0).text.starts_with("head: setup of suite `s`"));
}

// AC:ab-builds
TEST_CASE("round i measures build i modulo their number") {
  Ring ring;
  ring.suite("s", "printf $PERFGATE_BUILD >> log; echo x 1");
  for (Builds* builds : {&ring.trial.base, &ring.trial.head}) {
    builds->push_back(builds->front());
    builds->push_back(builds->front());
    for (std::size_t build = 0; build < 3; ++build)
      (*builds)[build][0].env["PERFGATE_BUILD"] = std::to_string(build);
  }
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(ring.log() == "0011220011");
  CHECK(done->runs.head.experiment->builds == 3);
  // One shell on all sides: nothing was varied.
  CHECK(ring.shown.contains("all 3 builds of head are the same program byte for byte"));
  CHECK(ring.shown.contains("PERFGATE_BUILD (0 to 2)"));
}

TEST_CASE("the same program on both sides is a control") {
  Ring ring;
  ring.suite("s", "echo x 1");
  ring.trial.head = ring.trial.base;
  ring.trial.surroundings = Sameness::same;
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->runs.base.experiment->identical);
  CHECK(done->runs.head.experiment->identical);
  CHECK(ring.shown.contains("the same program, byte for byte"));
}

// AC:ab-budget
TEST_CASE("a budget cuts the plan and one for less than five rounds is refused") {
  Ring ring;
  ring.trial.max_rounds = 30;
  ring.suite("s", "sleep 0.05; echo x 1");
  ring.trial.budget = 1200ms;
  const auto begin = std::chrono::steady_clock::now();
  const auto done = ring.run([](const PairedRuns&) {
    return Result<std::vector<Undecided>>(std::vector<Undecided>{{"s", "x"}});
  });
  if (done) {  // a busy machine may have been too slow for it
    CHECK(done->rounds >= 5);
    CHECK(done->rounds < 14);
    CHECK(done->runs.head.experiment->looks.back() < 14);
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
  }

  Ring tight;
  tight.suite("s", "sleep 0.1; echo x 1");
  tight.trial.budget = 500ms;
  const auto refused = tight.run();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::usage);
  CHECK(refused.error().message.contains("of the 5 rounds that any verdict needs"));
  CHECK(refused.error().hint.contains("--budget "));
}

TEST_CASE("only the benchmarks that are asked for count") {
  Ring ring;
  ring.suite("s", "for n in ${@:-ax bx ay}; do echo $n 1; done", "filtering");
  ring.suite("t", "echo never >> log; echo ax 1");
  ring.trial.only = "a*";
  ring.trial.wanted = {{"s", "ax"}};
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->runs.head.benchmarks.size() == 1);
  CHECK(launches(done->runs.head, "s", "ax") == 5);
  CHECK(ring.log().empty());
}

// AC:ab-interrupted
TEST_CASE("a signal ends it with the rounds that are whole") {
  Ring ring;
  ring.trial.max_rounds = 30;
  ring.suite("s", "echo x 1; echo >> n; [ $(wc -l < n) -lt 6 ] || { touch late; sleep 60; }");
  const sys::Signals signals;
  ring.conditions.signals = &signals;
  std::jthread sender([&] {
    const std::string sign = ring.directory.path() + "/late";
    while (::access(sign.c_str(), F_OK) != 0) std::this_thread::sleep_for(5ms);
    ::kill(::getpid(), SIGTERM);
  });
  const auto done = ring.run();
  REQUIRE(done);
  CHECK(done->ended == Ended::interrupted);
  CHECK(done->rounds == 2);
  CHECK(launches(done->runs.base, "s", "x") == 2);
  CHECK(launches(done->runs.head, "s", "x") == 2);
  CHECK(done->runs.head.experiment->order == "HBBH");
  CHECK(done->runs.head.notes.back().code == Code::interrupted);
}

TEST_CASE("what a look cannot judge ends it") {
  Ring ring;
  ring.suite("s", "echo x 1");
  const auto done = ring.run([](const PairedRuns&) -> Result<std::vector<Undecided>> {
    return fail(Code::config, "no such headline", "");
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "no such headline");
}

}  // namespace
}  // namespace perfgate::measure
