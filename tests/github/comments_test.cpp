// The one comment of ours, on a GitHub that keeps comments and lets others write in between.

#include "github/comments.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/github_world.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;
using test::answer;

constexpr std::string_view bot = "github-actions[bot]";

struct Kept {
  std::int64_t id = 0;
  std::string login, body, type = "Bot";
};

/// The comments of one pull request.
struct Issue {
  std::vector<Kept> comments;
  std::string token_of = std::string(bot);
  std::vector<std::string> writes;
  std::function<void(const sys::HttpRequest&)> between = [](const sys::HttpRequest&) {};
  int answers_lost = 0;  ///< of POSTs that were carried out all the same
  test::World world{.answers = {}};
  std::int64_t next = 1000;

  Issue() {
    world.respond = [this](const sys::HttpRequest& request) { return respond(request); };
  }

  Kept& add(std::int64_t id, std::string_view login, std::string body, std::string type = "Bot") {
    comments.push_back({id, std::string(login), std::move(body), std::move(type)});
    return comments.back();
  }

  static json told(const Kept& one) {
    return {{"id", one.id},
            {"body", one.body},
            {"html_url", fmt::format("https://github.test/o/r/pull/7#issuecomment-{}", one.id)},
            {"created_at", "2026-11-20T12:00:00Z"},
            {"user", {{"login", one.login}, {"type", one.type}}}};
  }

  sys::HttpResult respond(const sys::HttpRequest& request) {
    between(request);
    const std::string list = "https://api.test/repos/o/r/issues/7/comments";
    if (request.url.starts_with(list)) {
      if (request.method == "POST") {
        add(next++, token_of, json::parse(request.body)["body"]);
        writes.push_back(fmt::format("POST {}", comments.back().id));
        if (answers_lost-- > 0) return test::lost(sys::HttpFailure::reset);
        return answer(201, told(comments.back()).dump());
      }
      json all = json::array();
      std::ranges::sort(comments, {}, &Kept::id);
      for (const Kept& one : comments) all.push_back(told(one));
      return answer(200, all.dump());
    }
    const std::string single = "https://api.test/repos/o/r/issues/comments/";
    REQUIRE(request.url.starts_with(single));
    const std::int64_t id = std::stoll(request.url.substr(single.size()));
    const auto found = std::ranges::find(comments, id, &Kept::id);
    if (found == comments.end()) return answer(404, R"({"message":"Not Found"})");
    if (request.method != "GET") writes.push_back(fmt::format("{} {}", request.method, id));
    if (request.method == "DELETE") {
      comments.erase(found);
      return answer(204, "");
    }
    if (request.method == "PATCH") found->body = json::parse(request.body)["body"];
    return answer(200, told(*found).dump());
  }

  const Kept* find(std::int64_t id) const {
    const auto found = std::ranges::find(comments, id, &Kept::id);
    return found == comments.end() ? nullptr : &*found;
  }
};

/// "ours: 3": the number is what a newer run makes larger, and the largest is what should stay.
int number_in(std::string_view body) {
  constexpr std::string_view marker = "ours: ";
  return body.starts_with(marker) ? std::stoi(std::string(body.substr(marker.size()))) : -1;
}

std::expected<Posted, Failure> publish(Issue& issue, int number,
                                       std::string author = std::string(bot)) {
  Client client = issue.world.client();
  const Sticky sticky{.repository = "o/r",
                      .issue = 7,
                      .author = std::move(author),
                      .is_ours = [](std::string_view body) { return number_in(body) >= 0; },
                      .wish = [number](const std::vector<std::string>& bodies) -> Wish {
                        int newest = number;
                        for (const std::string& body : bodies)
                          newest = std::max(newest, number_in(body));
                        std::string text = fmt::format("ours: {}", newest);
                        if (!bodies.empty() && bodies.front() == text)
                          return {.why = "it says so already"};
                        return {.body = std::move(text)};
                      },
                      .clock = {.now = [&issue] { return issue.world.now; },
                                .unix_seconds = [&issue] { return issue.world.unix_seconds; },
                                .sleep =
                                    [&issue](std::chrono::milliseconds time) {
                                      issue.world.now += time;
                                      return !issue.world.interrupted;
                                    },
                                .random = [] { return 0.5; }}};
  return github::post(sticky, client);
}

using Writes = std::vector<std::string>;

// AC:publish-sticky
TEST_CASE("a comment is created once and then written into, in three calls each") {
  Issue issue;
  issue.add(5, "someone", "hello", "User");
  const auto first = publish(issue, 1);
  REQUIRE(first);
  CHECK(first->status == "created");
  CHECK(first->url.ends_with("#issuecomment-1000"));
  CHECK(issue.world.requests.size() == 3);
  const auto second = publish(issue, 2);
  REQUIRE(second);
  CHECK(second->status == "updated");
  CHECK(issue.world.requests.size() == 6);
  CHECK(issue.find(1000)->body == "ours: 2");
  const auto third = publish(issue, 2);
  REQUIRE(third);
  CHECK(third->status == "unchanged");
  CHECK(third->why == "it says so already");
  CHECK(issue.writes == Writes{"POST 1000", "PATCH 1000"});
  CHECK(issue.find(5)->body == "hello");
}

// AC:publish-stale
TEST_CASE("an older run never overwrites a newer, at whatever point that one writes") {
  {
    Issue issue;
    issue.add(5, bot, "ours: 9");
    CHECK(publish(issue, 3)->status == "unchanged");
    CHECK(issue.writes.empty());
  }
  {  // The older one has read before the newer wrote, and writes after it.
    Issue issue;
    issue.add(5, bot, "ours: 1");
    int reads = 0;
    issue.between = [&](const sys::HttpRequest& request) {
      // What the slow one wrote stands there when the newer looks again.
      if (request.method == "GET" && ++reads == 2) issue.comments[0].body = "ours: 2";
    };
    CHECK(publish(issue, 3)->status == "updated");
    CHECK(issue.writes == Writes{"PATCH 5", "PATCH 5"});
    CHECK(issue.find(5)->body == "ours: 3");
  }
  {  // Somebody who never lets go is not fought for ever.
    Issue issue;
    issue.add(5, bot, "ours: 1");
    issue.between = [&](const sys::HttpRequest& request) {
      if (request.method == "GET") issue.comments[0].body = "ours: 1";
    };
    CHECK(publish(issue, 3)->status == "updated");
    CHECK(issue.writes.size() == 3);
  }
}

// AC:publish-foreign
TEST_CASE("what looks like ours and is another's is never touched") {
  Issue issue;
  issue.add(1, "mallory", "ours: 900", "User");
  issue.add(2, std::string(bot), "ours: 900", "User");  // nobody can have that name, but who knows
  issue.add(3, "other-app[bot]", "ours: 900");
  issue.add(4, bot, "not a marker");
  CHECK(publish(issue, 1)->status == "created");
  CHECK(publish(issue, 2)->status == "updated");
  CHECK(issue.writes == Writes{"POST 1000", "PATCH 1000"});
  for (const std::int64_t id : {1, 2, 3}) CHECK(issue.find(id)->body == "ours: 900");
  CHECK(issue.find(4)->body == "not a marker");
}

// AC:publish-race
TEST_CASE("of two that create at once the first stays with what is newest") {
  for (const int other : {1, 9}) {
    CAPTURE(other);
    Issue issue;
    issue.between = [&](const sys::HttpRequest& request) {
      if (request.method == "POST") issue.add(500, bot, fmt::format("ours: {}", other));
    };
    const auto posted = publish(issue, 3);
    REQUIRE(posted);
    CHECK(issue.comments.size() == 1);
    CHECK(issue.find(500)->body == fmt::format("ours: {}", std::max(3, other)));
    CHECK(posted->url.ends_with("#issuecomment-500"));
    CHECK(std::ranges::count(issue.writes, "DELETE 1000") == 1);
  }
  // Whoever was second takes its own away: the first leaves it to it.
  Issue issue;
  issue.between = [&](const sys::HttpRequest& request) {
    if (request.method == "GET" && !issue.writes.empty() && !issue.find(2000))
      issue.add(2000, bot, "ours: 1");
  };
  CHECK(publish(issue, 3)->status == "created");
  CHECK(issue.writes == Writes{"POST 1000"});
}

// AC:publish-race
TEST_CASE("what publishers that died have left goes, a few at a time") {
  Issue issue;
  for (const std::int64_t id : {10, 20, 30, 40, 50})
    issue.add(id, bot, fmt::format("ours: {}", id));
  CHECK(publish(issue, 3)->status == "updated");
  CHECK(issue.writes == Writes{"PATCH 10", "DELETE 20", "DELETE 30", "DELETE 40"});
  CHECK(issue.find(10)->body == "ours: 50");
  // That one is gone already is well.
  issue.between = [&](const sys::HttpRequest& request) {
    if (request.method == "DELETE")
      std::erase_if(issue.comments, [](auto& k) { return k.id == 50; });
  };
  CHECK(publish(issue, 60)->status == "updated");
  CHECK(issue.comments.size() == 1);
}

// AC:github-post-once
TEST_CASE("a comment whose answer was lost is found, not created again") {
  Issue issue;
  issue.answers_lost = 1;
  const auto posted = publish(issue, 1);
  REQUIRE(posted);
  CHECK(posted->status == "created");
  CHECK(issue.writes == Writes{"POST 1000"});
  CHECK(issue.comments.size() == 1);
}

// AC:publish-sticky
TEST_CASE("a token of another bot finds its own earlier comment once it knows its name") {
  Issue issue;
  issue.token_of = "release-bot[bot]";
  issue.add(5, "release-bot[bot]", "ours: 1");
  const auto posted = publish(issue, 2);
  REQUIRE(posted);
  CHECK(posted->author == "release-bot[bot]");
  CHECK(issue.comments.size() == 1);
  CHECK(issue.find(5)->body == "ours: 2");
  Issue said;
  said.token_of = "release-bot[bot]";
  said.add(5, "release-bot[bot]", "ours: 1");
  CHECK(publish(said, 2, "release-bot[bot]")->author.empty());
  CHECK(said.writes == Writes{"PATCH 5"});
}

// AC:publish-sticky
TEST_CASE("what cannot be read or written is a failure and a signal ends the looking again") {
  Issue issue;
  issue.world.respond = [](const sys::HttpRequest&) {
    return answer(403, R"({"message":"Resource not accessible by integration"})");
  };
  const auto refused = publish(issue, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().trouble == Trouble::permission);

  Issue ended;
  ended.world.interrupted = true;
  CHECK(publish(ended, 1)->status == "created");
  CHECK(ended.world.requests.size() == 2);

  Issue silent;
  Client client = silent.world.client();
  const auto nothing =
      github::post({.repository = "o/r",
                    .issue = 7,
                    .is_ours = [](std::string_view) { return false; },
                    .wish = [](const auto&) { return Wish{.why = "nothing got slower"}; },
                    .clock = {.now = [] { return std::chrono::milliseconds(0); },
                              .unix_seconds = [] { return 0; },
                              .sleep = [](auto) { return true; },
                              .random = [] { return 0.0; }}},
                   client);
  REQUIRE(nothing);
  CHECK(nothing->status == "unchanged");
  CHECK(nothing->why == "nothing got slower");
  CHECK(nothing->url.empty());
  CHECK(silent.writes.empty());
}

}  // namespace
}  // namespace perfgate::github
