#include "report/comment.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/embedded.hpp"
#include "report/github_text.hpp"
#include "support/cli.hpp"
#include "support/factory.hpp"

namespace perfgate::report {
namespace {

using test::says;

const std::string comment_page(embedded("config/pr_template.md"));

CommentSection section(std::string name, Stamp stamp, Verdict verdict = Verdict::pass) {
  return {
      .name = std::move(name),
      .stamp = stamp,
      .sha = std::string(40, 'a'),
      .verdict = verdict,
      .summary = fmt::format("Performance Report: 1 of 1 benchmarks compared {}", label(verdict))};
}

Comment comment(Stamp stamp, char sha, std::vector<CommentSection> sections) {
  return {.marker = {.id = std::string(64, '0'), .stamp = stamp, .sha = std::string(40, sha)},
          .sections = std::move(sections),
          .tool = "perfgate 0.1.0"};
}

// AC:publish-comment
TEST_CASE("a marker reads back as written and nothing else is one") {
  const Marker marker{.id = std::string(64, 'f'), .stamp = {12, 3}, .sha = std::string(40, 'a')};
  CHECK(read_marker(marker_line(marker) + "\nmore") == marker);
  for (const std::string& body :
       {std::string(), " " + marker_line(marker),
        "<!-- perfgate:v1:" + std::string(63, 'f') + " run=1",
        "<!-- perfgate:v1:" + std::string(64, 'f') + " run=-1 attempt=1 sha= -->",
        "<!-- perfgate:v1:" + std::string(64, 'f') + " run=1 attempt=1 sha=zz -->",
        "<!-- perfgate:v1:" + std::string(64, 'f') +
            " run=1 attempt=1 sha=" + std::string(400, 'a') + " -->"})
    CHECK_FALSE(read_marker(body));
}

// AC:publish-injection
TEST_CASE("what GitHub acts on is broken in prose and in names") {
  CHECK(github_prose("@octocat", 100) == "&#64;&#8203;octocat");
  CHECK(github_prose("see #12 and GH-12", 100) == "see &#35;&#8203;12 and GH-&#8203;12");
  CHECK(github_prose("http://x www.x.y :smile:", 100) ==
        "http&#58;&#8203;//x www&#8203;.x.y &#58;&#8203;smile:");
  CHECK(github_prose("time: 1", 100) == "time: 1");
  CHECK(github_prose("- a", 100) == "\\- a");
  CHECK(github_prose("1. a", 100) == "1\\. a");
  CHECK(github_prose("at deadbeef1", 100) == "at deadb&#8203;eef1");
  CHECK(github_prose("<b>|`", 100) == "&lt;b&gt;\\|\\`");
  CHECK(github_name("a/b:1", 100) == "`a/b:1`");
  CHECK(github_name("a|b", 100) == "<code>a\\|b</code>");
  CHECK(github_name("a\\", 100) == "<code>a\\\\</code>");
  CHECK(github_name("@me", 100) == "`@\u200Bme`");
  CHECK(github_name("  ", 100).empty());
  // In a report of one's own what only becomes a link can be copied as it is.
  CHECK(github_cell("#1 @a GH-1 T-1 deadbeef1 x.toml:9", 100, Acting::links) ==
        "&#35;&#8203;1 &#64;&#8203;a GH-&#8203;1 T-1 deadbeef1 x.toml&#58;9");
}

// AC:publish-no-subject
TEST_CASE("a comment does not repeat what commits' messages say") {
  Run base = test::make_run(), head = test::make_run({.multiplier = 1.3, .id = "head"});
  base.commit.subject = "Closes the one";
  head.commit.subject = "Closes the other";
  const Judgement judgement = test::judged(head, &base, test::shipped_policy());
  CHECK(judgement.commit.subject == head.commit.subject);
  const CommentSection told = section_of(judgement, [](const Finding&) { return ""; });
  CHECK_FALSE(told.rows.empty());
  const auto text = comment_text(comment({1, 1}, 'a', {told}), {.page = comment_page});
  REQUIRE(text);
  CHECK_FALSE(text->contains("Closes the"));
}

// AC:publish-sticky
TEST_CASE("what a comment keeps reads back as it was") {
  Comment whole = comment({5, 1}, 'a', {section("x64", {5, 1}, Verdict::fail)});
  whole.sections[0].rows = {{.verdict = Verdict::fail,
                             .name = "--> <b>@me#1",
                             .metric = "time",
                             .base = "1 ns",
                             .change = "+3.00 %"}};
  whole.sections[0].facts = {"3 of 3 measured"};
  whole.sections[0].bad = 1;
  whole.past = {
      {.stamp = {4, 2}, .sha = std::string(40, 'b'), .verdict = Verdict::warn, .summary = "s"}};
  const auto text = comment_text(whole, {.page = comment_page});
  REQUIRE(text);
  const std::size_t state = text->rfind("<!-- perfgate:state ");
  REQUIRE(state != text->npos);
  // Nothing in it could end it, or be a mention.
  CHECK(text->substr(state + 20).find_first_of("<@#") == text->npos);
  const auto back = read_state(*text);
  REQUIRE(back);
  CHECK(back->sections == whole.sections);
  CHECK(back->past == whole.past);
  CHECK(back->marker == whole.marker);
}

// AC:publish-foreign
TEST_CASE("a comment that somebody edited is read within bounds") {
  const std::string marker = marker_line(comment({1, 1}, 'a', {}).marker) + "\n";
  for (
      const std::string_view state :
      {"", "<!-- perfgate:state", "<!-- perfgate:state { -->", "<!-- perfgate:state [] -->",
       "<!-- perfgate:state {\"sections\":{}} -->",
       "<!-- perfgate:state {\"sections\":[[],1,null]} -->",
       R"(<!-- perfgate:state {"sections":[{"rows":[[1],["x"],[9,1,2,3,4,5,6,7,8,9]],"run":-1,"verdict":77}]} -->)",
       R"(<!-- perfgate:state {"past":[{"sha":"x","run":1e99}]} -->)"}) {
    const auto read = read_state(marker + std::string(state));
    REQUIRE(read);
    for (const CommentSection& one : read->sections) {
      CHECK(one.stamp.run >= 0);
      CHECK(one.verdict == Verdict::not_measured);
    }
    CHECK(comment_text(*read, {.page = comment_page}));
  }
  CHECK_FALSE(read_state("not ours"));
}

// AC:publish-stale
TEST_CASE("joining keeps what is newest of each section and tells of commits before") {
  const Comment first = comment({1, 1}, 'a', {section("arm", {1, 1}), section("x64", {1, 1})});
  SUBCASE("another leg of the same run joins") {
    const Comment both =
        merged(first, comment({1, 1}, 'a', {section("mac", {1, 1}, Verdict::fail)}));
    CHECK(both.sections.size() == 3);
    CHECK(both.sections[1].name == "mac");
    CHECK(verdict_of(both) == Verdict::fail);
    says(summary_of(both), "1 of 3 sections (mac) [FAIL]");
  }
  SUBCASE("a section is replaced by a newer one and not by an older one") {
    const Comment newer =
        merged(first, comment({1, 2}, 'a', {section("x64", {1, 2}, Verdict::warn)}));
    CHECK(newer.sections[1].verdict == Verdict::warn);
    const Comment older =
        merged(newer, comment({1, 1}, 'a', {section("x64", {1, 1}, Verdict::fail)}));
    CHECK(older.sections[1].verdict == Verdict::warn);
    CHECK(older.marker.stamp == Stamp{1, 2});
  }
  SUBCASE("an older run of another commit changes nothing") {
    CHECK(merged(first, comment({0, 1}, 'b', {section("x64", {0, 1})})) == first);
  }
  SUBCASE("a newer commit makes history of it") {
    Comment now = merged(first, comment({2, 1}, 'b', {section("x64", {2, 1})}));
    CHECK(now.sections.size() == 1);
    REQUIRE(now.past.size() == 1);
    CHECK(now.past[0].sha == std::string(40, 'a'));
    for (int run = 3; run < 60; ++run)
      now = merged(now, comment({run, 1}, run % 2 == 0 ? 'b' : 'c', {section("x64", {run, 1})}));
    CHECK(now.past.size() == 20);
  }
}

// AC:publish-budget
TEST_CASE("a comment is within its bytes whatever there is to tell and its verdict stays") {
  Comment large = comment({1, 1}, 'a', {});
  for (int leg = 0; leg < 100; ++leg) {
    CommentSection one =
        section(fmt::format("leg {} {}", leg, std::string(60, 'x')), {1, 1}, Verdict::fail);
    for (int row = 0; row < 30; ++row)
      one.rows.push_back({.verdict = Verdict::fail,
                          .name = fmt::format("<&|`> {} {}", row, std::string(300, '@')),
                          .metric = "time",
                          .change = "+1.00 %"});
    one.why = one.facts.emplace_back(std::string(500, '<'));
    one.reasons.assign(40, std::string(500, '&'));
    one.notices.assign(3, std::string(500, '@'));
    one.reproduce.assign(5, std::string(300, 'c'));
    large.sections.push_back(std::move(one));
  }
  for (const std::size_t bytes : {60'000UL, 20'000UL, 900'000UL})
    for (const bool hidden : {false, true}) {
      const auto text = comment_text(
          large, {.page = comment_page, .bytes = bytes, .rows = 20'000, .hidden = hidden});
      REQUIRE(text);
      CHECK(text->size() <= bytes);
      says(*text, "[FAIL]`**");
    }
  const auto none = comment_text(large, {.page = comment_page, .bytes = 100});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::config);
}

// AC:publish-bad-input
TEST_CASE("a template is checked with the line of what is wrong") {
  const auto refuses = [](std::string_view text, std::string_view words) {
    const auto checked = check_template(text, "pr.md");
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::config);
    says(checked.error().message + checked.error().hint, words);
  };
  CHECK(check_template(comment_page, "config/pr_template.md"));
  refuses("{{verdict}}\n{{verdikt}}", "pr.md:2: there is no place `verdikt`");
  refuses("{{verdict", "pr.md:1");
  refuses("Hello", "no place for the verdict");
  refuses("{{verdict}} <!-- perfgate:v1", "marker");
  refuses("{{verdict}} \xff", "UTF-8");
}

TEST_CASE("a name that looks like a place is no place") {
  const auto text =
      comment_text(comment({1, 1}, 'a', {section("{{history}}", {1, 1}), section("b", {1, 1})}),
                   {.page = "{{verdict}}\n{{next}}\n\n\n{{results}}\n"});
  REQUIRE(text);
  says(*text, "`{{history}}`");
  CHECK_FALSE(text->contains("\n\n\n"));
}

}  // namespace
}  // namespace perfgate::report
