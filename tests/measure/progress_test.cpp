#include "measure/progress.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace perfgate::measure {
namespace {

using namespace std::chrono_literals;

/// A screen that remembers, and a clock that moves when it is told to.
struct Stage {
  explicit Stage(bool terminal, Verbosity verbosity = Verbosity::normal, int width = 80)
      : progress({.write = [this](std::string_view text) { shown.emplace_back(text); },
                  .terminal = terminal,
                  .width = width},
                 verbosity, [this] { return now; }) {}

  std::string all() const {
    std::string text;
    for (const std::string& piece : shown) text += piece;
    return text;
  }

  Progress::Clock::time_point now{};
  std::vector<std::string> shown;
  Progress progress;
};

TEST_CASE("off a terminal each launch is a plain line with what is left") {
  Stage stage(false);
  stage.progress.expect(3);
  for (int i = 1; i <= 3; ++i) {
    stage.progress.begin("decode, launch " + std::to_string(i) + " of 3");
    stage.now += 40s;
    stage.progress.tick();
    stage.progress.end();
  }
  CHECK(stage.shown ==
        std::vector<std::string>{"[1/3] decode, launch 1 of 3 took 40.00 s, about 1:20 left\n",
                                 "[2/3] decode, launch 2 of 3 took 40.00 s, about 40 s left\n",
                                 "[3/3] decode, launch 3 of 3 took 40.00 s\n"});
}

// AC:progress-bar
TEST_CASE("on a terminal a bar tells elapsed and remaining time and is cleared at the end") {
  Stage stage(true);
  stage.progress.expect(2);
  stage.progress.begin("decode");
  CHECK(stage.shown.back() == "\r[....................] 0/2  0 s  decode\x1b[K");
  stage.now += 10s;
  stage.progress.end();
  CHECK(stage.shown.back() == "\r[##########..........] 1/2  10 s, about 10 s left  \x1b[K");
  stage.progress.begin("decode");
  stage.now += 4s;
  stage.progress.tick();
  CHECK(stage.shown.back() == "\r[##########..........] 1/2  14 s, about 6 s left  decode\x1b[K");
  stage.progress.say("note");
  CHECK(
      stage.all().ends_with("\r\x1b[Knote\n\r[##########..........] 1/2  14 s, about 6 s left  "
                            "decode\x1b[K"));
  stage.now += 9s;
  stage.progress.end();
  CHECK(stage.shown.back() == "\r\x1b[K");
}

TEST_CASE("a bar is redrawn at most ten times a second and fits the screen") {
  Stage stage(true, Verbosity::normal, 30);
  stage.progress.expect(2);
  stage.progress.begin("a name that is far too long for this screen \xC3\xA9\xC3\xA9\xC3\xA9");
  const std::size_t before = stage.shown.size();
  for (int i = 0; i < 1000; ++i) {
    stage.now += 1ms;
    stage.progress.tick();
  }
  CHECK(stage.shown.size() - before == 10);
  CHECK(stage.shown.back().size() == 1 + 29 + 3);
}

TEST_CASE("a quiet progress tells only alarms") {
  for (const bool terminal : {false, true}) {
    Stage stage(terminal, Verbosity::quiet);
    stage.progress.expect(1);
    stage.progress.begin("decode");
    stage.now += 1s;
    stage.progress.tick();
    stage.progress.say("said");
    stage.progress.end();
    stage.progress.alarm("alarm");
    CHECK(stage.all() == "alarm\n");
  }
}

TEST_CASE("verbose tells when a launch begins and trace how long each step took") {
  Stage verbose(false, Verbosity::verbose), trace(false, Verbosity::trace);
  for (Stage* stage : {&verbose, &trace}) {
    stage->progress.expect(1);
    stage->progress.begin("decode \x1b[31m");
    const auto step = stage->progress.step("parse");
    stage->now += 1500us;
  }
  CHECK(verbose.all() == "[1/1] decode \\x1B[31m begins\n");
  CHECK(trace.all() == "[1/1] decode \\x1B[31m begins\ntrace: parse: 1.500 ms\n");
  Stage bar(true, Verbosity::verbose);
  bar.progress.expect(1);
  bar.progress.begin("decode");
  bar.progress.end("failed after");
  CHECK(bar.all().contains("[1/1] decode failed after 0.00 s\n"));
}

TEST_CASE("launches that will not be are not waited for") {
  Stage stage(false);
  stage.progress.expect(10);
  stage.progress.begin("decode");
  stage.now += 1s;
  stage.progress.forget(9);
  stage.progress.end();
  CHECK(stage.all() == "[1/1] decode took 1.00 s\n");
}

TEST_CASE("times are told as people read them") {
  CHECK(clock_text(7400ms) == "7 s");
  CHECK(clock_text(65s) == "1:05");
  CHECK(clock_text(7389s) == "2:03:09");
}

TEST_CASE("on a real terminal the last line stands and nothing of the bar is left") {
  int ours = -1, theirs = -1;
  REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
  CHECK(::isatty(theirs) == 1);
  {
    Progress progress(
        {.write =
             [&](std::string_view text) { CHECK(::write(theirs, text.data(), text.size()) > 0); },
         .terminal = true,
         .width = 60},
        Verbosity::verbose);
    progress.expect(2);
    for (const char* name : {"one", "two"}) {
      progress.begin(name);
      progress.end();
    }
  }
  char buffer[4096];
  std::string seen;
  pollfd readable{ours, POLLIN, 0};
  while (::poll(&readable, 1, 50) > 0) {
    const ssize_t count = ::read(ours, buffer, sizeof buffer);
    if (count <= 0) break;
    seen.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(ours);
  ::close(theirs);
  // The terminal's own view: \r goes to the beginning of the line, \x1b[K wipes the rest of it.
  std::vector<std::string> lines = {""};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen.compare(i, 3, "\x1b[K") == 0)
      i += 2;  // only ever sent where the cursor stands at the line's end
    else if (seen[i] == '\n')
      lines.emplace_back();
    else if (seen[i] == '\r' && seen[i + 1] != '\n')
      lines.back().clear();
    else if (seen[i] == '\r')
      continue;  // the terminal's own, before each newline
    else
      lines.back() += seen[i];
  }
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("[1/2] one took 0.0"));
  CHECK(lines[1].starts_with("[2/2] two took 0.0"));
  CHECK(lines[2].empty());
}

}  // namespace
}  // namespace perfgate::measure
