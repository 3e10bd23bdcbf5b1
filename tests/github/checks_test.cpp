// A check run from its beginning to its end, whatever comes between.

#include "github/checks.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/github_world.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;
using test::answer;
using test::World;

const std::string sha(40, 'a');

std::expected<CheckRun, Failure> begin(Client& client) {
  return CheckRun::begin(client, "o/r", sha, "perf gate", "id-12.1");
}
/// As GitHub counts.
std::ptrdiff_t characters(std::string_view utf8) {
  return std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; });
}
json sent(const World& world, std::size_t i) { return json::parse(world.requests.at(i).body); }

// AC:publish-check-ends
TEST_CASE("a check run is begun in progress and completed once") {
  World world{.answers = {answer(201, R"({"id":77})"), answer(200, R"({"id":77})")}};
  Client client = world.client();
  {
    auto check = begin(client);
    REQUIRE(check);
    CHECK(world.requests[0].method == "POST");
    CHECK(world.requests[0].url == "https://api.test/repos/o/r/check-runs");
    CHECK(sent(world, 0) == json{{"name", "perf gate"},
                                 {"head_sha", sha},
                                 {"status", "in_progress"},
                                 {"external_id", "id-12.1"}});
    CheckRun moved(*std::move(check));
    CHECK(moved.complete({.conclusion = "success",
                          .title = "all well " + std::string(400, 'x'),
                          .summary = "text \xff"}));
  }
  REQUIRE(world.requests.size() == 2);  // nobody completes it again
  CHECK(world.requests[1].method == "PATCH");
  CHECK(world.requests[1].url == "https://api.test/repos/o/r/check-runs/77");
  const json completed = sent(world, 1);
  CHECK(completed["status"] == "completed");
  CHECK(completed["conclusion"] == "success");
  CHECK(characters(completed["output"]["title"].get<std::string>()) == 250);
  CHECK(completed["output"]["summary"] == "text \xef\xbf\xbd");
}

// AC:publish-check-ends
TEST_CASE("a check run that nobody completes is a failure and one that cannot be is tried once") {
  {
    World world{.answers = {answer(201, R"({"id":77})"), answer(200, "{}")}};
    Client client = world.client();
    {
      REQUIRE(begin(client));
    }
    REQUIRE(world.requests.size() == 2);
    CHECK(sent(world, 1)["conclusion"] == "failure");
    CHECK(sent(world, 1)["output"]["title"] == "perfgate ended before it could tell");
  }
  {
    World world{.answers = {answer(201, R"({"id":77})"), answer(422, R"({"message":"no"})")}};
    Client client = world.client();
    {
      auto check = begin(client);
      REQUIRE(check);
      const auto refused = check->complete({.conclusion = "success"});
      REQUIRE_FALSE(refused);
      CHECK(refused.error().trouble == Trouble::invalid);
    }
    CHECK(world.requests.size() == 2);
  }
}

// AC:github-post-once
TEST_CASE("a check run whose answer was lost is found by its own id, never another's") {
  for (const bool there : {true, false}) {
    CAPTURE(there);
    World world{
        .answers = {
            test::lost(sys::HttpFailure::reset),
            answer(200, fmt::format(
                            R"({{"total_count":2,"check_runs":[{{"id":1,"external_id":"other"}},)"
                            R"({{"id":2,"external_id":"{}"}}]}})",
                            there ? "id-12.1" : "id-11.1")),
            answer(201, R"({"id":3})")}};
    Client client = world.client();
    {
      auto check = begin(client);
      REQUIRE(check);
      CHECK(world.requests[1].url ==
            fmt::format("https://api.test/repos/o/r/commits/{}/check-runs?check_name=perf%20gate&"
                        "per_page=100",
                        sha));
      world.answers = {answer(200, "{}")};
      CHECK(check->complete({.conclusion = "success"}));
    }
    CHECK(world.requests.back().url ==
          fmt::format("https://api.test/repos/o/r/check-runs/{}", there ? 2 : 3));
    CHECK(world.requests.size() == (there ? 3 : 4));
  }
}

// AC:publish-check-ends
TEST_CASE(
    "a check run that may not be made says which line is missing and an answer is looked at") {
  {
    World world{
        .answers = {answer(403, R"({"message":"Resource not accessible by integration"})")}};
    Client client = world.client();
    const auto check = begin(client);
    REQUIRE_FALSE(check);
    CHECK(check.error().trouble == Trouble::permission);
    CHECK(check.error().error.hint.contains("checks: write"));
  }
  {
    World world{.answers = {answer(201, R"({"id":"77/../x"})")}};
    Client client = world.client();
    const auto check = begin(client);
    REQUIRE_FALSE(check);
    CHECK(check.error().trouble == Trouble::untrusted);
    CHECK(world.requests.size() == 1);
  }
}

// AC:publish-status
TEST_CASE(
    "a status has two states and a short description and is set again where nothing was heard") {
  World world{.answers = {test::lost(sys::HttpFailure::timeout), answer(201, R"({"id":1})")}};
  Client client = world.client();
  CHECK(set_status(client, "o/r", sha, "perfgate", false, std::string(300, 'x') + "\n::error::"));
  REQUIRE(world.requests.size() == 2);
  CHECK(world.requests[1].url == "https://api.test/repos/o/r/statuses/" + sha);
  CHECK(sent(world, 1)["state"] == "failure");
  CHECK(sent(world, 1)["context"] == "perfgate");
  const auto description = sent(world, 1)["description"].get<std::string>();
  CHECK(characters(description) == 140);
  CHECK_FALSE(description.contains('\n'));
  CHECK(set_status(client, "o/r", sha, "perfgate", true, "well"));
  CHECK(sent(world, 2)["state"] == "success");
}

}  // namespace
}  // namespace perfgate::github
