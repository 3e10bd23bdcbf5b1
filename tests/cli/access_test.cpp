#include "cli/history/access.hpp"

#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

std::string roles(std::string_view json, std::string_view event = "pull_request",
                  std::string_view actor = "ann") {
  const auto found = roles_in_event(json, event, actor);
  if (!found) FAIL(found.error().message);
  std::string text;
  for (const std::string& role : *found) text += role + " ";
  return text;
}

// AC:access-roles
TEST_CASE("roles come from what the event says of the one who asks") {
  CHECK(roles(R"({"sender":{"login":"Ann"},"pull_request":
              {"user":{"login":"ann"},"author_association":"MEMBER"}})") == "MEMBER ");
  CHECK(roles(R"({"sender":{"login":"ann"},"comment":
              {"user":{"login":"ann"},"author_association":"OWNER"},
              "issue":{"user":{"login":"bob"},"author_association":"NONE"}})") == "OWNER ");
  // Of another's: the one who started the job again, or who wrote the pull request.
  CHECK(roles(R"({"sender":{"login":"bob"},"pull_request":
              {"user":{"login":"ann"},"author_association":"MEMBER"}})")
            .empty());
  CHECK(roles(R"({"sender":{"login":"ann"},"pull_request":
              {"user":{"login":"bob"},"author_association":"OWNER"}})")
            .empty());
  CHECK(roles(R"({"sender":{"login":"ann"},"repository":{"owner":{"login":"ann"}}})") == "OWNER ");
  CHECK(roles(R"({"sender":{"login":"ann"}})", "push") == "write ");
  CHECK(roles(R"({"sender":{"login":"ann"}})", "workflow_dispatch") == "write ");
  CHECK(roles(R"({"sender":{"login":"bob"}})", "push").empty());
  CHECK(roles(R"({"sender":{"login":"ann"},"repository":{"permissions":{"admin":true}}})") ==
        "admin maintain write ");
  CHECK(roles(R"({"sender":{"login":"ann"},"repository":{"permissions":{"push":true}}})") ==
        "write ");
}

TEST_CASE("an event that is odd or hostile gives no role") {
  for (
      const char* odd :
      {"{}", "[]", "5", R"({"sender":5})", R"({"sender":{"login":5}})",
       R"({"sender":{"login":"ann"},"pull_request":{"user":{"login":"ann"}}})",
       R"({"sender":{"login":"ann"},"pull_request":{"user":{"login":"ann"},"author_association":7}})",
       R"({"sender":{"login":"ann"},"pull_request":{"user":{"login":"ann"},"author_association":"admin "}})",
       R"({"sender":{"login":"ann"},"repository":{"permissions":{"admin":"yes"}}})"})
    CHECK(roles(odd).empty());
  const auto broken = roles_in_event("{\"a\":1,\"a\":2}", "push", "ann");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == Code::parse);
}

// AC:access-promote
TEST_CASE("who may not promote is refused with exit 7 and that is written down") {
  Desk perfgate;
  perfgate.write_run("run.json");
  perfgate.write("thresholds.toml", "[access.promote]\nroles = [\"OWNER\", \"write\"]\n");
  const std::vector<std::string> promote{"baseline", "promote", "--run", "run.json",
                                         "--tests-passed"};
  auto dry = promote;
  dry.push_back("--dry-run");
  CHECK(perfgate(dry) == 7);
  CHECK_FALSE(perfgate.exists(".perfgate"));
  CHECK(perfgate(promote) == 7);
  says(perfgate.err, "CBKB006");
  says(perfgate.err, "the policy does not let `local`, whose role is not known, promote");
  std::string all;
  for (const auto& [path, text] : perfgate.files(".perfgate")) all += text;
  says(all, R"("action":"promote","actor":"local","role":"","branch":"main")");
  says(all, R"("allowed":false)");

  perfgate.environment["GITHUB_ACTOR"] = "bob";
  perfgate.environment["GITHUB_TRIGGERING_ACTOR"] = "ann";
  perfgate.environment["GITHUB_EVENT_NAME"] = "push";
  perfgate.environment["GITHUB_EVENT_PATH"] = "event.json";
  perfgate.write("event.json", "{");
  CHECK(perfgate(promote) == 7);
  says(perfgate.err, "the event could not be read, so no role is known");
  perfgate.write("event.json", R"({"sender":{"login":"ann"}})");
  CHECK(perfgate(promote) == 0);
  CHECK(perfgate({"history", "export", "kind=audit"}) == 0);
  says(perfgate.out, R"("actor":"ann","role":"write")");
  says(perfgate.out, R"("allowed":true)");
  // What the history holds of the refusal names nobody.
  says(perfgate.out, "the policy does not let the actor, whose role is not known, promote (");

  perfgate.environment.erase("GITHUB_EVENT_PATH");
  CHECK(perfgate({"baseline", "rollback", "--branch", "main", "--to", "run-1"}) == 0);
}

}  // namespace
}  // namespace perfgate::cli
