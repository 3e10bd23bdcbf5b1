#include "sys/environment.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

TEST_CASE("an environment is read from a list of assignments") {
  const char* entries[] = {"A=1", "B=x=y", "C=", "=hidden", "nothing", nullptr};
  CHECK(environment_from(entries) == Environment{{"A", "1"}, {"B", "x=y"}, {"C", ""}});
}

// AC:no-secrets
TEST_CASE("names keep what only happens to be the value of a variable") {
  const Environment environment{{"HOME", "/home/ann"},
                                {"USER", "annb"},
                                {"API_TOKEN", "s3cret-token"},
                                {"WORKFLOW", "benchmarks"},
                                {"PERFGATE_EXPECTED", "decode/1000"}};
  const std::string text = "benchmarks annb /home/ann/x s3cret-token decode/1000";
  CHECK(private_names(environment).scrub(text) ==
        "benchmarks <user> ~/x <env:API_TOKEN> decode/1000");
  CHECK(private_texts(environment).scrub(text) ==
        "<env:WORKFLOW> <user> ~/x <env:API_TOKEN> <env:PERFGATE_EXPECTED>");
}

// AC:scrubbed-environment
TEST_CASE("no secret and no way to steer the job reaches a child") {
  Environment parent = test::plain_environment();
  for (const char* name :
       {"GITHUB_TOKEN", "npm_config__authToken", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD",
        "SSH_AUTH_SOCK", "MY_CREDENTIALS", "ACTIONS_RUNTIME_URL", "ACTIONS_ID_TOKEN_REQUEST_URL",
        "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
        "GITHUB_EVENT_PATH", "PERFGATE_STORE", "deploy_key", "BASH_ENV"})
    parent[name] = "s3ntinel";
  parent["GITHUB_SHA"] = "abc";
  parent["RUNNER_TRACKING_ID"] = "github_1";
  parent["LANG"] = "C.UTF-8";
  const auto outcome = run_process({.argv = {"env"}, .environment = scrub_environment(parent)}, {});
  REQUIRE(outcome);
  const std::string seen = outcome->output.text();
  CHECK(!seen.contains("s3ntinel"));
  CHECK(seen ==
        "GITHUB_SHA=abc\nLANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\nPERF=1\n"
        "RUNNER_TRACKING_ID=github_1\n");
}

TEST_CASE("the suite's own variables win over what is inherited withheld or set") {
  const Environment child =
      scrub_environment({{"LANG", "C"}}, {{"PERF", "2"}, {"LANG", "de"}, {"API_TOKEN", "mine"}});
  CHECK(child == Environment{{"PERF", "2"}, {"LANG", "de"}, {"API_TOKEN", "mine"}});
}

TEST_CASE("a program is found along the PATH of the environment given") {
  const auto directory = test::temporary();
  REQUIRE(make_directories(directory.path() + "/bin/prog"));  // a directory is passed over
  REQUIRE(make_directories(directory.path() + "/more"));
  REQUIRE(write_file_atomic(directory.path() + "/more/prog", "#!/bin/sh\n"));
  const Environment environment = {
      {"PATH", directory.path() + "/bin:" + directory.path() + "/more"}};
  CHECK(find_program("prog", "", environment).error().message ==
        "the command `prog` is not executable along PATH");
  REQUIRE(::chmod((directory.path() + "/more/prog").c_str(), 0755) == 0);
  CHECK(find_program("prog", "", environment) == directory.path() + "/more/prog");
  CHECK(find_program("prog", directory.path() + "/more", {{"PATH", ""}}) ==
        directory.path() + "/more/./prog");
  CHECK(find_program("sh", "", {}).has_value());
}

TEST_CASE("the host has a name to be scrubbed") { CHECK(!host_name().empty()); }

}  // namespace
}  // namespace perfgate::sys
