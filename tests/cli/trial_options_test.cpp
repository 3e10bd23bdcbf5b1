#include "cli/trial/options.hpp"

#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using Words = std::vector<std::string>;
using test::Desk;
using test::says;

TEST_CASE("a command line is parted into words as a shell would") {
  const auto words = [](const char* text) { return words_of(text, "--base-cmd").value(); };
  CHECK(words("./bench --size 10") == Words{"./bench", "--size", "10"});
  CHECK(words("  a\t'b c' \"d 'e'\" f\\ g ''  ") == Words{"a", "b c", "d 'e'", "f g", ""});
  CHECK(words("a '$x' b'|'c") == Words{"a", "$x", "b|c"});
  CHECK(words("./bench --filter=a/1") == Words{"./bench", "--filter=a/1"});
  for (const char* text : {"a | b", "a > b", "a && b", "a; b", "echo $HOME", "echo \"$HOME\"",
                           "ls *.txt", "LANG=C sort x", "a\nb", "~/bench"})
    CHECK(words(text) == Words{"/bin/sh", "-c", text});
  for (const char* text : {"a 'b", "a \"b", "", "   "}) {
    const auto refused = words_of(text, "--head-cmd");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::usage);
    CHECK(says(refused.error().message, "--head-cmd"));
  }
}

TEST_CASE("a time is given as people write it") {
  const auto seconds = [](const char* text) {
    return std::chrono::duration<double>(parse_duration(text, "--budget").value()).count();
  };
  CHECK(seconds("90s") == 90);
  CHECK(seconds("90") == 90);
  CHECK(seconds("5m") == 300);
  CHECK(seconds("1h30m") == 5400);
  CHECK(seconds("1.5s") == 1.5);
  CHECK(seconds("10 min") == 600);
  CHECK(seconds("250 ms") == 0.25);
  for (const char* text : {"", "soon", "0", "-5m", "5x", "5 MiB", "1e9h", "m"}) {
    const auto refused = parse_duration(text, "--budget");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::usage);
    CHECK(says(refused.error().message, "--budget"));
  }
}

// AC:ab-commands
TEST_CASE("ab compares two commands by their own time") {
  Desk perfgate;
  const int exit = perfgate({"ab", "--base-cmd", "sleep 0.001", "--head-cmd", "sleep 0.03", "--out",
                             "out", "--max-rounds", "5", "--seed", "3"});
  CHECK(exit == 1);
  says(perfgate.out, "sleep");
  says(perfgate.err, "look 1 of 1, after 5 rounds");
  for (const char* file : {"out/base/run.json", "out/head/run.json", "out/judgement.json"})
    CHECK(perfgate.exists(file));
  CHECK_FALSE(perfgate.exists(".perfgate"));
  CHECK(perfgate({"check", "--run", "out/head/run.json", "--baseline", "out/base/run.json"}) == 1);
  CHECK(perfgate({"ab", "--base-cmd", "sleep 0.001", "--head-cmd", "sleep 0.001", "--out", "out",
                  "--max-rounds", "5", "--quiet", "--store", "dir:kept", "--format", "json"}) == 0);
  says(perfgate.err, "");
  CHECK(perfgate.exists("kept"));
}

// AC:ab-fails-closed
TEST_CASE("ab measures nothing in common and is not green") {
  Desk perfgate;
  perfgate.write("base.json", test::google_benchmark_json());
  std::string other = test::google_benchmark_json();
  for (std::size_t at = 0; (at = other.find("\"sort\"", at)) != other.npos; at += 8)
    other.replace(at, 6, "\"sorted\"");
  perfgate.write("head.json", other);
  CHECK(perfgate({"ab", "--base-cmd", "cat base.json", "--head-cmd", "cat head.json", "--harness",
                  "google-benchmark", "--out", "out", "--max-rounds", "5"}) == 3);
  says(perfgate.out, "sort");
  CHECK(perfgate({"ab", "--base-cmd", "cat base.json", "--head-cmd", "false", "--harness",
                  "google-benchmark", "--out", "out", "--max-rounds", "5"}) == 3);
  says(perfgate.err, "head: suite");
}

// AC:ab-refuses
TEST_CASE("ab and bisect say what they lack") {
  Desk perfgate;
  CHECK(perfgate({"ab"}) == 2);
  says(perfgate.err, "there is nothing to compare");
  CHECK(perfgate({"ab", "--head-cmd", "true"}) == 2);
  says(perfgate.err, "there is no --base-cmd");
  CHECK(perfgate({"ab", "main"}) == 2);
  says(perfgate.err, "there is no perfgate.toml here");
  CHECK(perfgate({"ab", "main", "--harness", "google-benchmark"}) == 2);
  says(perfgate.err, "--harness says what --base-cmd");
  CHECK(perfgate({"bisect", "main"}) == 2);
  says(perfgate.err, "there is no perfgate.toml here");
  perfgate.write("perfgate.toml",
                 "[[suite]]\nname = \"s\"\nharness = \"google-benchmark\"\ncommand = [\"true\"]\n");
  for (const char* command : {"ab", "bisect"}) {
    CHECK(perfgate({command, "main"}) != 0);
    says(perfgate.err, "looking for a git repository");
  }
  perfgate.repository();
  CHECK(perfgate({"ab", "none"}) != 0);
  says(perfgate.err, "`none` names no commit");
  CHECK(perfgate({"ab", "main", "--budget", "soon"}) == 2);
  CHECK(perfgate({"ab", "main", "--order", "random"}) == 2);
  CHECK(perfgate({"bisect", "main"}) == 2);
  says(perfgate.err, "the same commit");
  CHECK(perfgate({"help", "ab"}) == 0);
  says(perfgate.out, "Examples:");
}

}  // namespace
}  // namespace perfgate::cli
