#include "github/event.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "github/runner.hpp"
#include "support/cli.hpp"

namespace perfgate::github {
namespace {

using test::says;

const std::string head(40, '1'), base(40, 'b');

Result<Event> read(std::string_view json, std::string name = {}) {
  return read_event(
      json, "event.json",
      {.event_name = std::move(name), .repository = "octo/perf", .sha = base, .ref_name = "main"});
}

std::string pull_request(std::string_view head_sha = head) {
  return fmt::format(
      R"({{"pull_request":{{"number":7,"state":"open","head":{{"sha":"{}","ref":"change","repo":null}},)"
      R"("base":{{"sha":"{}","ref":"main","repo":{{"id":1}}}}}},"repository":{{"id":1,"full_name":"octo/perf","default_branch":"main"}}}})",
      head_sha, base);
}

// AC:publish-events
TEST_CASE("an event tells what was measured and whose policy holds") {
  for (const char* name : {"pull_request", "pull_request_target", ""}) {
    const auto event = read(pull_request(), name);
    REQUIRE(event);
    CHECK(event->kind == EventKind::pull_request);
    CHECK(event->head_sha == head);
    CHECK(event->base_sha == base);
    CHECK(event->base_branch == "main");
    CHECK(event->pull_request->from_fork());  // the fork is gone
  }
  const auto push =
      read(fmt::format(R"({{"ref":"refs/heads/main","after":"{}","pusher":{{}}}})", head));
  REQUIRE(push);
  CHECK(push->kind == EventKind::push);
  CHECK(push->head_branch == "main");
  CHECK(push->base_sha == head);
  const auto nightly = read(R"({"schedule":"1 2 * * *"})", "schedule");
  REQUIRE(nightly);
  CHECK(nightly->head_sha == base);
}

// AC:publish-bad-input
TEST_CASE("an event that is none is refused with what to do") {
  const auto refuses = [](const Result<Event>& event, std::string_view words) {
    REQUIRE_FALSE(event);
    CHECK(event.error().code == Code::usage);
    says(event.error().message, words);
    CHECK_FALSE(event.error().hint.empty());
  };
  refuses(read("{"), "not valid JSON");
  refuses(read("[]"), "no JSON object");
  refuses(read("{}"), "not to be told");
  refuses(read("{}", "release"), "nothing to publish on `release`");
  refuses(read("{}", "pull_request"), "without number");
  refuses(read(pull_request("1234"), "pull_request"), "without number");
  refuses(read("{}", "workflow_run"), "without event");
  refuses(read("{}", "merge_group"), "without head_sha");
  refuses(read(fmt::format(R"({{"after":"{}"}})", std::string(40, '0')), "push"),
          "leaves no commit");
  refuses(read(R"({"repository":{"full_name":"mallory/perf"}})", "push"),
          "GITHUB_REPOSITORY is octo/perf");
  for (const char* text : {"", "a", "a/b/c", "../x", "a/..", "a/b?c", "a b/c"})
    CHECK_FALSE(is_repository(text));
}

// AC:publish-outputs
TEST_CASE("outputs cannot be forged by their values") {
  const std::vector<Output> outputs{{"verdict", "pass"}, {"report-path", "a\nverdict<<x\nfail\nx"}};
  const auto lines = output_lines(outputs, "D");
  REQUIRE(lines);
  CHECK(*lines == "verdict<<D\npass\nD\nreport-path<<D\na verdict<<x fail x\nD\n");
  CHECK_FALSE(output_lines(std::vector<Output>{{"a b", ""}}, "D"));
  CHECK_FALSE(output_lines(std::vector<Output>{{"a", "xDx"}}, "D"));
  CHECK(new_delimiter() != new_delimiter());
}

// AC:publish-annotations
TEST_CASE("annotations are escaped and capped as the runner keeps them") {
  std::vector<Annotation> many(
      12, {.title = "a,b:c%", .message = "x\n::error::y%", .file = "thresholds.toml", .line = 4});
  const std::string text = annotation_lines(many);
  CHECK(std::ranges::count(text, '\n') == 10);
  CHECK(text.starts_with("::error file=thresholds.toml,line=4,title=a%2Cb%3Ac%25::x%0A"));
  says(text, "3 more");
  CHECK(annotation_lines({}).empty());
  const std::string longest =
      annotation_lines(std::vector<Annotation>{{.message = std::string(9000, 'x')}});
  CHECK(longest.size() < 4200);
  CHECK(origin_of("thresholds.toml:12").line == 12);
  CHECK(origin_of("built-in").line == 0);
  CHECK(origin_of("a:b").file == "a:b");
}

}  // namespace
}  // namespace perfgate::github
