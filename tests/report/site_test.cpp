#include "report/site.hpp"

#include <doctest/doctest.h>

#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "support/injection.hpp"

namespace perfgate::report {
namespace {

Site site_of(std::string name) {
  SiteBranch branch{.name = name,
                    .folder = "branch/" + file_name_of(name),
                    .promoted = true,
                    .suites = {{.name = name,
                                .verdict = Verdict::fail,
                                .recent = {Verdict::pass},
                                .benchmarks = 3,
                                .cost = {1, 1.1, 1.2}}},
                    .verdicts = {{.key = "k",
                                  .run_id = "run-1",
                                  .verdict = Verdict::fail,
                                  .words = name,
                                  .commit = name,
                                  .subject = name,
                                  .time = {1'800'000'000'000},
                                  .page = "run/x.html"}},
                    .runs = 3,
                    .first = {1'700'000'000'000},
                    .last = {1'800'000'000'000},
                    .latest = "branch/main/latest.html"};
  Incident incident{.id = "i-1", .branch = name, .benchmark = name, .why = name, .run_id = "run-1"};
  incident.opened = {1'800'000'000'000};
  incident.commit = name;
  branch.subjects.emplace(name, name);
  branch.incidents = {incident};
  return {.title = name,
          .tool = "perfgate 0.1.0",
          .url = "",
          .feed_id = urn_of("x"),
          .updated = {1'800'000'000'000},
          .branches = {branch}};
}

std::string feed_of(const Site& site) {
  std::string text;
  write_site_feed(site, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string index_of(const Site& site) {
  const auto html = HtmlTemplate::make(std::string(embedded(site_template)), site_places, "site");
  REQUIRE(html.has_value());
  std::string text;
  write_site_index(site, *html, [&](std::string_view piece) { text += piece; });
  write_site_branch(site, site.branches.front(), *html,
                    [&](std::string_view piece) { text += piece; });
  return text;
}

// AC:site-names
TEST_CASE("site: different branches have different files on every file system") {
  CHECK(file_name_of("main") == "main");
  CHECK(file_name_of("release_1-2") == "release_1-2");
  std::set<std::string> names;
  for (const std::string text :
       {"main", "Main", "MAIN", "", "/", "..", ".", "con", "CON", "com1", "feature/a", "feature-a",
        "feature a", "-main", "main-", "a-0123abcd", "ünï"}) {
    const std::string name = file_name_of(text);
    CHECK_MESSAGE(names.insert(name).second, text);
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
  }
  // A branch may not be named as another's file is.
  CHECK(file_name_of(file_name_of("feature/a")) != file_name_of("feature/a"));
  CHECK(file_name_of("con") != "con");
  CHECK(file_name_of(std::string(500, 'x')).size() < 60);
}

TEST_CASE("site: an id is a UUID of version 8, always the same for the same text") {
  const std::string id = urn_of("perfgate");
  CHECK(id.starts_with("urn:uuid:"));
  CHECK(id.size() == 45);
  CHECK(id[23] == '8');
  CHECK(std::string_view("89ab").contains(id[28]));
  CHECK(id == urn_of("perfgate"));
  CHECK(id != urn_of("perfgate "));
}

// AC:site-feed
TEST_CASE("site: the feed tells each incident with dates of the data and an id that stays") {
  Site site = site_of("main");
  const std::string open = feed_of(site);
  CHECK(open.contains("<updated>2027-01-15T08:00:00Z</updated>"));
  CHECK(open.contains("(open)</title>"));
  CHECK(open.contains("href=\"run/x.html\""));
  Incident& incident = site.branches.front().incidents.front();
  incident.state = IncidentState::resolved;
  incident.closed = Time{1'800'000'600'000};
  const std::string closed = feed_of(site);
  CHECK(
      closed.contains("<published>2027-01-15T08:00:00Z</published>\n    "
                      "<updated>2027-01-15T08:10:00Z</updated>"));
  const auto entry_id = [](const std::string& feed) { return feed.substr(feed.rfind("<id>"), 60); };
  CHECK(entry_id(open) == entry_id(closed));
  site.url = "https://example.org/p/";
  CHECK(feed_of(site).contains("href=\"https://example.org/p/run/x.html\""));
}

// AC:report-commit-subject
TEST_CASE("site: what a commit's message says stands beside it, in the pages and the feed") {
  Site site = site_of("main");
  SiteBranch& branch = site.branches.front();
  branch.verdicts.front().commit = branch.incidents.front().commit = std::string(40, 'a');
  branch.verdicts.front().subject = "Read <all> rows";
  branch.subjects = {{std::string(40, 'a'), "Read <all> rows"}};
  const std::string pages = index_of(site);
  CHECK(
      pages.contains("commit <span class=\"mono\"><bdi>aaaaaaaaaa</bdi></span> <bdi>Read "
                     "&lt;all&gt; rows</bdi>"));
  CHECK(feed_of(site).contains("(since commit aaaaaaaaaa: Read &lt;all&gt; rows)</summary>"));
}

TEST_CASE("site: no payload is markup, in the pages or the feed") {
  const auto tags = [](const std::string& text) { return std::ranges::count(text, '<'); };
  const auto pages = tags(index_of(site_of("main"))), feed = tags(feed_of(site_of("main")));
  for (const std::string& payload : test::injection_payloads()) {
    if (payload.empty()) continue;
    CHECK_MESSAGE(tags(index_of(site_of(payload))) == pages, payload);
    CHECK_MESSAGE(tags(feed_of(site_of(payload))) == feed, payload);
    CHECK_MESSAGE(is_utf8(feed_of(site_of(payload))), payload);
  }
}

}  // namespace
}  // namespace perfgate::report
