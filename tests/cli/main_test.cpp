#include <doctest/doctest.h>

#include <algorithm>

#include "base/version.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

// AC:help
TEST_CASE("help shows what people use and all shows the plumbing too") {
  Desk perfgate;
  CHECK(perfgate({"help"}) == 0);
  for (const Command& command : commands())
    CHECK((perfgate.out.find("\n  " + std::string(command.name) + " ") != std::string::npos) ==
          !command.plumbing);
  CHECK(perfgate.err.empty());
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"help", "--all"}, std::vector<std::string>{"--help-all"}}) {
    CHECK(perfgate(asked) == 0);
    for (const Command& command : commands()) says(perfgate.out, std::string(command.name));
  }
  CHECK(perfgate({"--help"}) == 0);
  CHECK(perfgate({"-h"}) == 0);
}

TEST_CASE("every command has a help of its own with an example") {
  Desk perfgate;
  for (const Command& command : commands()) {
    const std::string name(command.name);
    CHECK(perfgate({name, "--help"}) == 0);
    says(perfgate.out, "Example");
    says(perfgate.out, "perfgate " + name);
    const std::string shown = perfgate.out;
    CHECK(perfgate({"help", name}) == 0);
    CHECK(perfgate.out == shown);
  }
  for (const char* verb : {"show", "list", "promote", "rollback"}) {
    CHECK(perfgate({"baseline", verb, "--help"}) == 0);
    CHECK(perfgate({"help", "baseline", verb}) == 0);
    says(perfgate.out, "--store");
  }
}

TEST_CASE("the version is said on stdout") {
  Desk perfgate;
  CHECK(perfgate({"--version"}) == 0);
  CHECK(perfgate.out == "perfgate " + std::string(version()) + "\n");
  CHECK(perfgate({"-V"}) == 0);
}

// AC:usage-errors
TEST_CASE("no command or an unknown one is a usage error that names the nearest") {
  Desk perfgate;
  CHECK(perfgate({}) == 2);
  CHECK(perfgate.out.empty());
  says(perfgate.err, "Usage: perfgate COMMAND");

  CHECK(perfgate({"chekc"}) == 2);
  CHECK(perfgate.out.empty());
  says(perfgate.err, "CBKB101: `chekc` is no command");
  says(perfgate.err, "did you mean `perfgate check`?");
  CHECK(perfgate({"xyzzyxyzzy"}) == 2);
  says(perfgate.err, "perfgate help lists the commands");
  CHECK(perfgate({"help", "gaet"}) == 2);
  says(perfgate.err, "did you mean `perfgate gate`?");
}

// AC:usage-errors
TEST_CASE("an unknown option is a usage error that names the nearest") {
  Desk perfgate;
  CHECK(perfgate({"check", "--run", "x.json", "--polcy", "p.toml"}) == 2);
  says(perfgate.err, "CBKB101");
  says(perfgate.err, "--polcy");
  says(perfgate.err, "did you mean `--policy`?");
  CHECK(perfgate({"baseline", "promote", "--run", "x", "--tests-pased"}) == 2);
  says(perfgate.err, "did you mean `--tests-passed`?");
  CHECK(perfgate({"baseline", "promot"}) == 2);
  says(perfgate.err, "perfgate baseline: `promot` is none of ");
  says(perfgate.err, "did you mean `perfgate baseline promote`?");
  CHECK(perfgate({"baseline"}) == 2);
  says(perfgate.err, "perfgate baseline needs one of ");
  CHECK(perfgate({"gate", "--xyzzyxyzzy"}) == 2);
  says(perfgate.err, "perfgate help gate");
  CHECK(perfgate({"--verison"}) == 2);
  says(perfgate.err, "did you mean `--version`?");
}

// AC:usage-errors
TEST_CASE("every command refuses wrong options and says which help tells more") {
  Desk perfgate;
  for (const Command& command : commands()) {
    CHECK(perfgate({std::string(command.name), "--no-such-option"}) == 2);
    says(perfgate.err, "CBKB101");
    says(perfgate.err, "perfgate help " + std::string(command.name));
    CHECK(perfgate.out.empty());
  }
}

// AC:usage-errors
TEST_CASE("wrong values are usage errors that say what is known") {
  Desk perfgate;
  perfgate.write_run("run.json");
  CHECK(perfgate({"check", "--run", "run.json", "--format", "jsn"}) == 2);
  says(perfgate.err, "CBKB101");
  says(perfgate.err, "did you mean `json`?");
  CHECK(perfgate({"check", "--run", "run.json", "--fail-on", "everything"}) == 2);
  says(perfgate.err, "--fail-on");
  CHECK(perfgate({"import", "x.json", "--harness", "google-benchmrk"}) == 2);
  says(perfgate.err, "did you mean `google-benchmark`?");
  CHECK(perfgate({"import", "x.json"}) == 2);
  says(perfgate.err, "--harness");
  CHECK(perfgate({"run", "--repetitions", "0"}) == 2);
  says(perfgate.err, "--repetitions");
  CHECK(perfgate({"run", "--repetitions", "many"}) == 2);
  CHECK(perfgate({"import", "x", "--harness", "criterion", "--attempt", "-1"}) == 2);
  CHECK(perfgate({"check", "--run", "run.json", "--set", "gate.min_sample=7"}) == 2);
  says(perfgate.err, "did you mean `gate.min_samples`?");
  CHECK(perfgate({"check", "--run", "run.json", "--set", "gate.min_samples"}) == 2);
  says(perfgate.err, "expected KEY=VALUE");
  CHECK(perfgate({"check", "--run", "run.json", "--set", "gate.min_samples=lots"}) == 2);
  says(perfgate.err, "CBKB102");
  CHECK(perfgate({"check", "--run", "run.json", "--store", "ftp:x"}) == 2);
  says(perfgate.err, "unknown kind of store");
  CHECK(perfgate({"check", "--run", "run.json", "--store", "dir:"}) == 2);
  CHECK(perfgate({"check", "--run", "run.json", "--config", "missing.toml"}) == 2);
  says(perfgate.err, "missing.toml");
  CHECK(perfgate({"check", "--run", "run.json", "--policy", "missing.toml"}) == 2);
  says(perfgate.err, "missing.toml");
  CHECK(perfgate({"check"}) == 2);
  says(perfgate.err, "there is nothing to judge");
  CHECK(perfgate({"check", "--run", "run.json", "--perf", "perf.json"}) == 2);
  CHECK(perfgate({"check", "--run"}) == 2);
  CHECK(perfgate({"check", "run.json"}) == 2);
  CHECK(perfgate({"compare"}) == 2);
  CHECK(perfgate({"baseline"}) == 2);
  CHECK(perfgate({"baseline", "promote"}) == 2);
  CHECK(perfgate({"baseline", "rollback"}) == 2);
}

TEST_CASE("an unknown PERFGATE variable is an error that names the nearest") {
  Desk perfgate;
  perfgate.environment["PERFGATE_MIN_SAMPLE"] = "7";
  CHECK(perfgate({"config"}) == 2);
  says(perfgate.err, "CBKB102");
  says(perfgate.err, "did you mean `PERFGATE_MIN_SAMPLES`?");
}

// AC:explain
TEST_CASE("explain tells what each code means") {
  Desk perfgate;
  CHECK(perfgate({"explain"}) == 0);
  for (const Explanation& row : explanations()) says(perfgate.out, to_text(row.code));
  for (const char* code : {"CBKB005", "cbkb005", "5", "005"}) {
    CHECK(perfgate({"explain", code}) == 0);
    says(perfgate.out, "CBKB005: ");
    says(perfgate.out, "(exit 1)");
    says(perfgate.out, "Usual cause: ");
    says(perfgate.out, "What to do: ");
  }
  CHECK(perfgate({"explain", "CBKB999"}) == 2);
  says(perfgate.err, "`CBKB999` is no error code");
}

TEST_CASE("explain sends nobody to a command that there is not") {
  constexpr std::string_view call = "`perfgate ";
  int seen = 0;
  for (const Explanation& row : explanations()) {
    for (const std::string_view text : {row.cause, row.remedy}) {
      for (std::size_t at = text.find(call); at != text.npos; at = text.find(call, at + 1)) {
        const std::string_view rest = text.substr(at + call.size());
        const std::string_view word = rest.substr(0, rest.find_first_of(" `"));
        CAPTURE(std::string(word));
        ++seen;
        CHECK((word.starts_with("--") || word == "help" ||
               std::ranges::find(commands(), word, &Command::name) != commands().end()));
      }
    }
  }
  CHECK(seen > 5);
}

}  // namespace
}  // namespace perfgate::cli
