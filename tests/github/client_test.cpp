// The client without a network: answers are given as they are written here, time is a number.

#include "github/client.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "support/github_world.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using test::answer;
using test::Headers;
using test::lost;
using test::World;

const Call get{.path = "/repos/o/r/pulls/7", .doing = "reading the pull request"};
const Call post{.method = "POST",
                .path = "/repos/o/r/issues/7/comments",
                .body = "{}",
                .doing = "creating the comment",
                .needs = "pull-requests: write"};
const Call patch{.method = "PATCH",
                 .path = "/repos/o/r/issues/comments/1",
                 .body = "{}",
                 .doing = "updating the comment",
                 .needs = "pull-requests: write"};

Trouble trouble(const Answer& answer) {
  REQUIRE(!answer);
  return answer.error().trouble;
}

TEST_CASE("a call: what is sent, and where") {
  World world{.answers = {answer(200, R"({"a":1})")}};
  Client client = world.client();
  const Answer got = client.call(patch);
  REQUIRE(got);
  CHECK((*got)["a"] == 1);
  const sys::HttpRequest& sent = world.requests.at(0);
  CHECK(sent.url == "https://api.test/repos/o/r/issues/comments/1");
  CHECK(world.authorizations.at(0) == "Bearer secret-token-0123456789");
  CHECK(sent.stay);
  std::string headers;
  for (const auto& [name, value] : sent.headers) headers += name + "=" + value + ";";
  CHECK(headers ==
        "Accept=application/vnd.github+json;X-GitHub-Api-Version=2022-11-28;"
        "Content-Type=application/json;");
  for (const char* path : {"repos", "//evil/x", "/a/../b", "/a b", "/a#b", "/a\\b", "/a/.."}) {
    CAPTURE(path);
    const Answer refused = client.call({.path = path, .doing = "x"});
    REQUIRE(!refused);
    CHECK(refused.error().error.code == Code::internal);
  }
  CHECK(client.call({.path = "/repos/o/r/contents/.github/x.yml", .doing = "x"}));
  CHECK(world.requests.size() == 2);
}

// AC:github-retries
TEST_CASE("what may pass is tried five times, with pauses that double") {
  World world{.answers = {answer(502, "<html>")}, .random = 1};
  Client client = world.client();
  CHECK(trouble(client.call(get)) == Trouble::transient);
  CHECK(world.requests.size() == 5);
  CHECK(world.now == milliseconds(1000 + 2000 + 4000 + 8000));
  CHECK(world.log.size() == 4);
  CHECK(world.log[0].contains("502"));

  for (const sys::HttpFailure failure :
       {sys::HttpFailure::resolve, sys::HttpFailure::connect, sys::HttpFailure::tls,
        sys::HttpFailure::timeout, sys::HttpFailure::reset, sys::HttpFailure::truncated}) {
    World other{.answers = {lost(failure), answer(200, "{}")}};
    CHECK(other.client().call(get));
    CHECK(other.requests.size() == 2);
  }
  for (const int status : {408, 500, 502, 503, 504}) {
    World other{.answers = {answer(status, ""), answer(200, "{}")}};
    CHECK(other.client().call(patch));
  }
  for (const char* body : {"<html></html>", "", "[1", "null", "\"text\"", "{} {}"}) {
    World other{.answers = {answer(200, body), answer(200, "{}")}};
    CHECK(other.client().call(get));
    CHECK(other.requests.size() == 2);
  }
  for (const sys::HttpFailure failure :
       {sys::HttpFailure::certificate, sys::HttpFailure::refused, sys::HttpFailure::too_large,
        sys::HttpFailure::redirects}) {
    World other{.answers = {lost(failure)}};
    CHECK(trouble(other.client().call(get)) == Trouble::untrusted);
    CHECK(other.requests.size() == 1);
  }
}

// AC:github-post-once
TEST_CASE("a POST that may have been done is looked for before it is said again") {
  for (const bool there : {true, false}) {
    World world{.answers = {lost(sys::HttpFailure::reset), answer(201, R"({"id":2})")}};
    Client client = world.client();
    int looked = 0;
    const Answer made = client.create_once(post, [&]() -> Answer {
      ++looked;
      return there ? json{{"id", 1}} : json();
    });
    REQUIRE(made);
    CHECK((*made)["id"] == (there ? 1 : 2));
    CHECK(looked == 1);
    CHECK(world.requests.size() == (there ? 1 : 2));
  }
  {  // What certainly did not arrive is not looked for.
    World world{.answers = {lost(sys::HttpFailure::connect, false), answer(201, "{}")}};
    CHECK(world.client().create_once(post, []() -> Answer {
      FAIL("looked");
      return json();
    }));
  }
  {  // After the last try, too.
    World world{.answers = {answer(502, "")}};
    int looked = 0;
    const Answer made = world.client().create_once(
        post, [&]() -> Answer { return ++looked < 5 ? json() : json{{"id", 7}}; });
    REQUIRE(made);
    CHECK((*made)["id"] == 7);
    CHECK(world.requests.size() == 5);
  }
  {  // Nobody can say whether it is there: not again.
    World world{.answers = {answer(502, ""), answer(201, "{}")}};
    CHECK(trouble(world.client().create_once(post, {})) == Trouble::transient);
    CHECK(world.requests.size() == 1);
  }
  {  // A finder that fails ends it.
    World world{.answers = {answer(502, "")}};
    CHECK(trouble(world.client().create_once(post, []() -> Answer {
            return std::unexpected(Failure{.trouble = Trouble::budget, .error = {}});
          })) == Trouble::budget);
    CHECK(world.requests.size() == 1);
  }
}

// AC:github-limits
TEST_CASE("a rate limit is waited for as long as the server asks, by its own clock") {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const auto waited = [&](int status, std::string body, Headers headers) {
    World world{
        .answers = {answer(status, std::move(body), std::move(headers)), answer(200, "{}")}};
    CHECK(world.client().call(get));
    return world.now.count();
  };
  CHECK(waited(429, "", {{"Retry-After", "7"}}) == 7000);
  CHECK(waited(403, "", {{"Date", date}, {"Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"}}) ==
        20000);
  CHECK(waited(503, "", {{"Retry-After", "3"}}) == 3000);
  CHECK(waited(
            403, "",
            {{"Date", date}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "784111807"}}) ==
        30000);
  CHECK(waited(429, "",
               {{"Date", date}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1"}}) ==
        1000);  // in the past
  CHECK(waited(403, R"({"message":"You have exceeded a secondary rate limit."})", {}) == 60000);
  CHECK(waited(429, "", {}) == 60000);

  World world{.answers = {answer(403, R"({"message":"secondary rate limit"})")}};
  world.options.budget = std::chrono::hours(1);
  CHECK(trouble(world.client().call(get)) == Trouble::limited);
  CHECK(world.now == std::chrono::seconds(60 + 120 + 240 + 480));  // doubles

  World beyond{.answers = {answer(429, "", {{"Retry-After", "3600"}})}};
  CHECK(trouble(beyond.client().call(get)) == Trouble::limited);
  CHECK(beyond.now == milliseconds(0));  // beyond the budget: it gives up at once
  CHECK(beyond.requests.size() == 1);
}

// AC:github-permission
TEST_CASE("what a person must put right is told at once, with the line that is missing") {
  struct Row {
    int status;
    const char* body;
    Headers headers;
    const char* phrase;
  };
  for (const Row& row :
       {Row{401, R"({"message":"Bad credentials"})", {}, "GITHUB_TOKEN"},
        Row{403,
            R"({"message":"Resource not accessible by integration"})",
            {{"X-Accepted-GitHub-Permissions", "pull_requests=write"},
             {"X-RateLimit-Remaining", "0"}},
            "`permissions: pull-requests: write`"},
        Row{403, R"({"message":"Must have admin rights"})", {}, "pull-requests: write"},
        Row{403, R"({"message":"x"})", {{"x-github-sso", "required"}}, "single sign-on"},
        Row{404, R"({"message":"Not Found"})", {}, "deleted"}}) {
    CAPTURE(row.body);
    World world{.answers = {answer(row.status, row.body, row.headers)}};
    const Answer got = world.client().call(patch);
    CHECK(trouble(got) == Trouble::permission);
    CHECK(got.error().error.code == Code::github);
    CHECK(got.error().error.hint.contains(row.phrase));
    CHECK(got.error().status == row.status);
    CHECK(world.requests.size() == 1);
  }
}

TEST_CASE("other answers are told by what they mean, with GitHub's own words made harmless") {
  const auto of = [](int status, const Call& call = patch, std::string body = "{}") {
    World world{.answers = {answer(status, std::move(body))}};
    return world.client().call(call);
  };
  CHECK(trouble(of(404, get)) == Trouble::not_found);
  CHECK(trouble(of(409)) == Trouble::conflict);
  CHECK(trouble(of(410)) == Trouble::gone);
  CHECK(trouble(of(422)) == Trouble::invalid);
  CHECK(trouble(of(400)) == Trouble::invalid);
  CHECK(trouble(of(304)) == Trouble::untrusted);
  CHECK(trouble(of(520)) == Trouble::transient);
  CHECK(of(204, {.method = "DELETE", .path = "/x", .doing = "x"}, ""));

  const Answer said =
      of(422, patch,
         R"({"message":"Validation\n::error::Failed","errors":[)"
         R"({"resource":"IssueComment","field":"body","code":"custom","message":"is too long"},)"
         R"("plain","2","3","4","5","6"]})");
  CHECK(said.error().error.code == Code::publication);
  const std::string& message = said.error().error.message;
  CHECK(message.contains("updating the comment: PATCH /repos/o/r/issues/comments/1: 422"));
  CHECK(message.contains("IssueComment body custom is too long; plain; 2; 3; 4"));
  CHECK(!message.contains("; 5"));
  CHECK(!message.contains('\n'));
}

TEST_CASE("a DELETE that was done although nothing was heard of it is done") {
  World world{.answers = {lost(sys::HttpFailure::timeout), answer(404, "{}")}};
  CHECK(world.client().call({.method = "DELETE", .path = "/x", .doing = "x"}));
}

// AC:github-pages
TEST_CASE("a list goes on by Link, on the same server, to no page twice and not for ever") {
  const auto link = [](const std::string& url) {
    return Headers{{"Link", fmt::format("<{}>; rel=\"next\"", url)}};
  };
  const auto listed = [](World& world, int most = 1000) {
    Client client = world.client();
    int seen = 0;
    auto result = client.list({.path = "/l?per_page=2", .doing = "listing"}, "",
                              [&](const json&) { return ++seen < most; });
    return std::pair(seen, result ? std::optional<Trouble>() : result.error().trouble);
  };
  {
    World world{.answers = {answer(200, "[1,2]", link("https://api.test/l?page=2")),
                            answer(200, "[3]", link("https://API.test:443/l?page=3")),
                            answer(200, "[4]")}};
    CHECK(listed(world) == std::pair(4, std::optional<Trouble>()));
  }
  {
    World world{.answers = {answer(200, "[1,2]", link("https://api.test/l?page=2"))}};
    CHECK(listed(world, 2).first == 2);
    CHECK(world.requests.size() == 1);  // enough was seen
  }
  for (const char* foreign :
       {"https://evil.test/l?page=2", "http://api.test/l?page=2", "https://api.test:444/l",
        "https://a:b@api.test/l", "file:///etc/passwd", "https://[::", "//evil.test/"}) {
    World world{.answers = {answer(200, "[1]", link(foreign))}};
    CHECK(listed(world).second == Trouble::untrusted);
    CHECK(world.requests.size() == 1);
  }
  {
    World world{.answers = {answer(200, "[1]", link("https://api.test/l?per_page=2"))}};
    CHECK(listed(world).second == Trouble::untrusted);  // back to where it began
  }
  {
    World world{.answers = {}};
    for (int i = 0; i < 40; ++i)
      world.answers.push_back(
          answer(200, "[1]", link(fmt::format("https://api.test/l?page={}", i))));
    world.options.max_calls = world.options.max_requests = 1000;
    CHECK(listed(world).second == Trouble::budget);
    CHECK(world.requests.size() == 30);
  }
  {
    World world{.answers = {answer(200, R"({"check_runs":[1,2],"total_count":2})")}};
    Client client = world.client();
    int seen = 0;
    CHECK(client.list(get, "check_runs", [&](const json&) { return ++seen > 0; }));
    CHECK(seen == 2);
    const auto wrong = client.list(get, "other", [](const json&) { return true; });
    REQUIRE(!wrong);
    CHECK(wrong.error().trouble == Trouble::untrusted);
  }
}

TEST_CASE("calls, requests and time have limits, and a signal ends the waiting") {
  {
    World world{.answers = {answer(200, "{}")}};
    Client client = world.client();
    for (int i = 0; i < 8; ++i) CHECK(client.call(get));
    CHECK(trouble(client.call(get)) == Trouble::budget);
    CHECK(world.requests.size() == 8);
    CHECK(client.spent().calls == 8);
  }
  {
    World world{.answers = {answer(502, "")}};
    Client client = world.client();
    for (int i = 0; i < 4; ++i) CHECK(trouble(client.call(get)) == Trouble::transient);
    CHECK(trouble(client.call(get)) == Trouble::budget);
    CHECK(world.requests.size() == 24);
  }
  {
    World world{.answers = {lost(sys::HttpFailure::timeout)}, .takes = milliseconds(29'000)};
    Client client = world.client();
    CHECK(trouble(client.call(get)) != Trouble::permission);
    CHECK(world.now <= milliseconds(125'000));
    CHECK(world.requests.back().timeout <= milliseconds(30'000));
  }
  {
    World world{.answers = {answer(502, "")}, .interrupted = true};
    CHECK(trouble(world.client().call(get)) == Trouble::interrupted);
  }
}

TEST_CASE("between two writes lies a second") {
  World world{.answers = {answer(200, "{}")}};
  Client client = world.client();
  CHECK(client.call(patch));
  CHECK(client.call(get));
  CHECK(world.now == milliseconds(0));
  CHECK(client.call(patch));
  CHECK(world.now == milliseconds(1000));
  CHECK(client.spent().writes == 2);
}

TEST_CASE("the real clock: a sleep ends with a signal") {
  const Clock plain = real_clock();
  const milliseconds before = plain.now();
  CHECK(plain.sleep(milliseconds(20)));
  CHECK(plain.now() - before >= milliseconds(20));
  CHECK(plain.unix_seconds() > 1'700'000'000);
  for (int i = 0; i < 100; ++i) {
    const double one = plain.random();
    CHECK(one >= 0);
    CHECK(one < 1);
  }
  const sys::Signals signals;
  const Clock clock = real_clock(&signals);
  CHECK(clock.sleep(milliseconds(5)));
  ::raise(SIGTERM);
  const milliseconds start = clock.now();
  CHECK_FALSE(clock.sleep(std::chrono::seconds(60)));
  CHECK(clock.now() - start < std::chrono::seconds(5));
}

TEST_CASE("what GitHub echoes of the token is not shown") {
  World world{
      .answers = {answer(401, R"({"message":"Bad credentials: Bearer secret-token-0123456789"})")}};
  const Answer got = world.client().call(patch);
  REQUIRE(!got);
  CHECK(!got.error().error.message.contains("secret-token"));
  CHECK(got.error().error.message.contains("<token>"));
}

TEST_CASE("an address that is no GitHub's is refused") {
  for (const char* url : {"", "http://api.test", "https://u:p@api.test", "https://api.test?x=1",
                          "ftp://api.test", "api.test", "https://", "http://127.0.0.1.evil.test"}) {
    CAPTURE(url);
    const auto made = Client::create({.api_url = url}, sys::Token(), {}, {}, {});
    REQUIRE(!made);
    CHECK(made.error().code == Code::config);
    CHECK(made.error().message.contains("GITHUB_API_URL"));
    CHECK(!made.error().message.contains("u:p"));
  }
  for (const char* url : {"https://ghes.test/api/v3/", "http://127.0.0.1:80", "http://[::1]:8080",
                          "http://localhost:1"})
    CHECK(Client::create({.api_url = url}, sys::Token(), {}, {}, {}));
}

}  // namespace
}  // namespace perfgate::github
