#include "config/project.hpp"

#include <doctest/doctest.h>

using namespace perfgate;
using namespace perfgate::config;

namespace {

Project project_of(std::string_view toml) {
  const auto project = read_project(toml, "perfgate.toml");
  if (!project) FAIL(project.error().message);
  return *project;
}

Error refused_project(std::string_view toml) {
  CAPTURE(toml);
  const auto project = read_project(toml, "perfgate.toml");
  REQUIRE_FALSE(project);
  CHECK(project.error().code == Code::config);
  return project.error();
}

constexpr std::string_view suite =
    "[[suite]]\nname = \"a\"\nharness = \"criterion\"\ncommand = [\"x\"]\n";
constexpr std::string_view headline =
    "[[headline]]\nname = \"a\"\nunit = \"MiB/s\"\nbenchmark = \"*\"\n";

Error refused_in_suite(std::string_view line) {
  return refused_project(std::string(suite) + std::string(line) + "\n");
}
Error refused_in_headline(std::string_view line) {
  return refused_project(std::string(headline) + std::string(line) + "\n");
}

}  // namespace

// AC:project-file
TEST_CASE("a project's suites and headlines are read with all their keys") {
  const Project project = project_of(R"(
policy = "ci/thresholds.toml"
[[suite]]
name = "decode"
command = ["build/bench", "--benchmark_out={out}"]
setup = ["cmake", "--build", "build"]
cwd = "tests"
timeout = "90 s"
harness = "google-benchmark"
repetitions = 3
results = "target/criterion"
requires = ["cmake"]
env = { RUST_LOG = "off", EMPTY = "" }
[[headline]]
name = "comp3"
label = "COMP-3"
unit = "MiB/s"
order = 2
decimals = 1
decimals_shown = 0
maximum = 10000
suite = "decode"
benchmark = "comp3/*"
metric = "bytes"
estimator = "max"
combine = "geomean"
better = "lower"
[[headline]]
name = "display"
unit = "GiB/s"
order = 1
benchmark = "display/10000"
[legend]
parse = "Parsing ▲"
[store]
url = "dir:/srv/perf"
[fingerprint]
compiler = ["g++", "--version"]
flags = "-O2"
[report]
formats = ["md", "json"]
template = "ci/page.html"
[expected]
benchmarks = ["decode/*"]
baseline = true
[schema]
perf = "my.schema.json"
)");
  CHECK(project.policy == "ci/thresholds.toml");
  REQUIRE(project.suites.size() == 1);
  const ProjectSuite& s = project.suites[0];
  CHECK(s.name == "decode");
  CHECK(s.command == std::vector<std::string>{"build/bench", "--benchmark_out={out}"});
  CHECK(s.setup.size() == 3);
  CHECK(s.cwd == "tests");
  CHECK(s.timeout_seconds == 90);
  CHECK(s.harness == "google-benchmark");
  CHECK(s.repetitions == 3);
  CHECK(s.results == "target/criterion");
  CHECK(s.requires_tools == std::vector<std::string>{"cmake"});
  CHECK(s.env.at("RUST_LOG") == "off");
  CHECK(s.env.at("EMPTY") == "");
  CHECK(s.origin == "perfgate.toml:3");
  REQUIRE(project.headlines.size() == 2);
  const ProjectHeadline& display = project.headlines[0];  // by order
  CHECK(display.key() == "display_gibs");
  CHECK(display.label.text() == "display");
  CHECK(display.metric == "throughput");
  CHECK(display.better == Better::higher);
  CHECK(display.decimals == 2);
  CHECK(display.decimals_shown == 2);
  CHECK(display.estimator == Estimator::median);
  CHECK_FALSE(display.combine);
  const ProjectHeadline& comp3 = project.headlines[1];
  CHECK(comp3.label.text() == "COMP-3");
  CHECK(comp3.decimals == 1);
  CHECK(comp3.decimals_shown == 0);
  CHECK(comp3.maximum == 10000);
  CHECK(comp3.suite == "decode");
  CHECK(comp3.metric == "bytes");
  CHECK(comp3.estimator == Estimator::max);
  CHECK(comp3.combine == Combine::geomean);
  CHECK(comp3.better == Better::lower);
  CHECK(project.legend.at("parse").text() == "Parsing ▲");
  CHECK(project.store_url == "dir:/srv/perf");
  CHECK(project.fingerprint_compiler.front() == "g++");
  CHECK(project.fingerprint_flags == "-O2");
  CHECK(project.report_formats.size() == 2);
  CHECK(project.report_template == "ci/page.html");
  CHECK(project.expected.size() == 1);
  CHECK(project.expect_baseline);
  CHECK(project.perf_schema == "my.schema.json");
}

TEST_CASE("what a project file leaves out has a default") {
  const Project project = project_of(suite);
  CHECK(project.suites[0].repetitions == 1);
  CHECK(project.suites[0].cwd == ".");
  CHECK_FALSE(project.suites[0].timeout_seconds);
  CHECK(project.headlines.empty());
  CHECK(project.report_formats == std::vector<std::string>{"text"});
  CHECK(project.report_template.empty());
  CHECK(project_of("").suites.empty());
  const auto metric = [](std::string_view unit) {
    return project_of("[[headline]]\nname = \"a\"\nbenchmark = \"*\"\nunit = \"" +
                      std::string(unit) + "\"\n")
        .headlines[0];
  };
  CHECK(metric("ms").metric == "time");
  CHECK(metric("ms").better == Better::lower);
  CHECK(metric("k/s").metric == "items");
  CHECK(metric("MiB").metric == "memory");
}

// AC:project-command-list
TEST_CASE("a command written as one text is refused and the list is shown") {
  const Error error = refused_project(
      "[[suite]]\nname = \"a\"\nharness = \"h\"\ncommand = \"cargo  bench -- x\"\n");
  CHECK(error.message ==
        "perfgate.toml:4: `command` expects a list of arguments, but is `\"cargo  bench -- x\"`");
  CHECK(error.hint == "write command = [\"cargo\", \"bench\", \"--\", \"x\"]");
  CHECK(refused_in_suite("setup = []").message ==
        "perfgate.toml:5: `setup` expects a program and its arguments, but is `[]`");
  CHECK(refused_in_suite("setup = [1]").message.find("expects a list of texts") !=
        std::string::npos);
}

TEST_CASE("a suite without name or command or harness is refused") {
  const Error error = refused_project("[[suite]]\n");
  CHECK(error.message ==
        "perfgate.toml:1: [[suite]] 1 has no `command`\nperfgate.toml:1: [[suite]] 1 has no "
        "`harness`\nperfgate.toml:1: [[suite]] 1 has no `name`");
  CHECK(error.hint.find("add name = \"decode\"") != std::string::npos);
}

TEST_CASE("bad values in a suite are refused with their line") {
  for (const char* timeout :
       {"0", "-1", "nan", "inf", "\"soon\"", "\"30 MB\"", "\"8000 h\"", "true", "[1]"})
    CHECK(refused_in_suite(std::string("timeout = ") + timeout).hint ==
          "write timeout = \"30 min\" or timeout = 30");
  CHECK(project_of(std::string(suite) + "timeout = 0.5\n").suites[0].timeout_seconds == 30);
  CHECK(refused_in_suite("repetitions = 0").message ==
        "perfgate.toml:5: `repetitions` expects a whole number from 1 to 1000, but is `0`");
  Error error = refused_in_suite("comand = []");
  CHECK(error.message == "perfgate.toml:5: unknown key `comand` in [[suite]] 1");
  CHECK(error.hint == "did you mean `command`?");
  error = refused_in_suite("env = { A = 1 }");
  CHECK(error.message == "perfgate.toml:5: `env.A` expects text, but is `1`");
  CHECK(error.hint == "write A = \"1\"");
  CHECK(refused_in_suite("env = { \"A-B\" = \"1\" }").message ==
        "perfgate.toml:5: `A-B` is no name of an environment variable");
  CHECK(refused_in_suite("env = { A = \"a\\u0000b\" }").code == Code::config);
  CHECK(refused_in_suite("env = 7").code == Code::config);
  for (const char* name : {"a/b", "a b", "..", ".", "ü"})
    CHECK(refused_project("[[suite]]\nname = \"" + std::string(name) +
                          "\"\nharness = \"criterion\"\ncommand = [\"x\"]\n")
              .message.find("perfgate.toml:2: `name` expects at most 100 letters") == 0);
  CHECK(refused_project(std::string(suite) + std::string(suite)).message ==
        "perfgate.toml:5: a second suite is named `a`; the first is at perfgate.toml:1");
}

TEST_CASE("bad values in a headline are refused with their line") {
  CHECK(refused_project("[[headline]]\n").message.find("[[headline]] 1 has no `benchmark`") !=
        std::string::npos);
  Error error =
      refused_project("[[headline]]\nname = \"a\"\nbenchmark = \"*\"\nunit = \"MiB/sec\"\n");
  CHECK(error.message == "perfgate.toml:4: `unit` expects a known unit, but is `\"MiB/sec\"`");
  CHECK(error.hint.find("did you mean \"MiB/s\"?") == 0);
  CHECK(refused_project("[[headline]]\nname = \"a\"\nbenchmark = \"*\"\nunit = 1\n")
            .hint.find("known units") == 0);
  CHECK(refused_project("[[headline]]\nname = \"a\"\nbenchmark = \"*\"\nunit = \"%\"\n").message ==
        "perfgate.toml:1: [[headline]] 1 has no `metric`");
  CHECK(refused_project("[[headline]]\nname = \"a-b\"\nbenchmark = \"*\"\nunit = \"s\"\n")
            .message.find("perfgate.toml:2: the identifier `a-b` holds `-`") == 0);
  CHECK(refused_project("[[headline]]\nname = \"a\\u0007\"\nbenchmark = \"*\"\nunit = \"s\"\n")
            .message.find("the title `a\\x07`") != std::string::npos);
  CHECK(refused_in_headline("label = \"\\u202e\"").message.find("the title") != std::string::npos);
  CHECK(refused_in_headline("estimator = \"medain\"").hint == "did you mean \"median\"?");
  CHECK(refused_in_headline("combine = \"sum\"").message.find("one of min, max, geomean") !=
        std::string::npos);
  CHECK(refused_in_headline("better = \"up\"").message.find("one of lower, higher") !=
        std::string::npos);
  CHECK(refused_in_headline("decimals = 10").code == Code::config);
  CHECK(refused_in_headline("maximum = inf").code == Code::config);
  CHECK(refused_project(std::string(headline) + std::string(headline)).message ==
        "perfgate.toml:5: a second headline is named `a`; the first is at perfgate.toml:1");
}

TEST_CASE("bad values in the other sections are refused") {
  CHECK(refused_project("[legend]\n\"a-b\" = \"x\"\n")
            .message.find("perfgate.toml:2: the section `a-b`") == 0);
  CHECK(refused_project("[legend]\na = 1\n").hint == "write it in quotes");
  CHECK(refused_project("[legend]\na = \"\\u0007\"\n").message.find("the title") !=
        std::string::npos);
  CHECK(refused_project("[store]\npath = \"x\"\n").message ==
        "perfgate.toml:2: unknown key `path` in [store]");
  CHECK(refused_project("[fingerprint]\ncompiler = \"g++ --version\"\n").hint ==
        "write compiler = [\"g++\", \"--version\"]");
  CHECK(refused_project("store = 1\n").hint == "begin it with [store] on a line of its own");
  CHECK(refused_project("[suites]\n").hint == "did you mean `suite`?");
  CHECK(refused_project("x").message.find("perfgate.toml:1: ") == 0);
}
