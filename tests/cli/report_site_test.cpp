#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/reports/site_folder.hpp"
#include "store/history.hpp"
#include "support/cli.hpp"
#include "support/histories.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

/// Ten runs on main, of which the last is slow, and what was judged of the last two.
void keep_judged_history() {
  test::keep_history(10, [](std::size_t i, test::RunSpec& spec) {
    spec.noise = 0.002;
    spec.seed = i;
    if (i == 9) spec.multiplier = 1.3;
  });
  const auto store = *store::open("dir:.perfgate");
  const Policy policy = test::shipped_policy();
  for (const std::size_t i : {8U, 9U}) {
    test::RunSpec spec = test::spec_of_history(i);
    if (i == 9) spec.multiplier = 1.3;
    const Run base = test::run_of_history(0, test::spec_of_history(0));
    const Run run = test::run_of_history(i, spec);
    const Judgement judgement = test::judged(run, &base, policy);
    Incident incident{.id = "i-1",
                      .branch = "main",
                      .suite = "suite",
                      .benchmark = "sort",
                      .metric = "time",
                      .why = "slower",
                      .run_id = run.id};
    incident.opened = run.started;
    incident.opened_by = "main@" + run.id;
    const auto changes = [&](const std::vector<Incident>&) {
      return i == 9 ? std::vector{incident} : std::vector<Incident>{};
    };
    REQUIRE(store::save_judgement(*store, judgement, run.started, changes).has_value());
  }
}

/// Every file of a site, by its path below the folder.
std::map<std::string, std::string> site_files(const Desk& desk, const std::string& folder) {
  std::map<std::string, std::string> found;
  for (auto& [path, bytes] : desk.files(folder)) found[path.substr(folder.size() + 1)] = bytes;
  return found;
}

// AC:site-index
TEST_CASE(
    "report site: an index leads to every branch, and they to every judgement and benchmark") {
  Desk perfgate;
  keep_judged_history();
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  says(perfgate.err, "pages written, 0 unchanged, 0 removed");
  const std::string index = perfgate.read("site/index.html");
  says(index, "1 regression is open.");
  says(index, "<a href=\"branch/main/index.html\">");
  const std::string branch = perfgate.read("site/branch/main/index.html");
  says(branch, "../../branch/main/latest.html");
  says(branch, "../../run/main-run-9-");
  says(perfgate.read("site/branch/main/latest.html"), "\"schema\":\"perfgate.page/1\"");
  says(perfgate.read("site/feed.xml"), "<title>Regression: suite/sort time on main (open)</title>");
}

// AC:site-incremental
TEST_CASE("report site: what did not change is not written again, and what is stale is removed") {
  Desk perfgate;
  keep_judged_history();
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  const auto before = site_files(perfgate, "site");
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  says(perfgate.err, "0 pages written, ");
  CHECK(site_files(perfgate, "site") == before);
  REQUIRE(perfgate({"report", "site", "--out", "again"}) == 0);
  CHECK(site_files(perfgate, "again") == before);
  perfgate.write("site/mine.txt", "kept");
  perfgate.write("site/branch/main/index.html", "spoilt");
  REQUIRE(perfgate({"report", "site", "--out", "site", "--recent", "1"}) == 0);
  says(perfgate.err, "1 removed");
  CHECK(perfgate.read("site/mine.txt") == "kept");
  says(perfgate.read("site/branch/main/index.html"), "<h1>");
}

// AC:site-fresh
TEST_CASE("report site: another waiver, release, template or forge is another page") {
  Desk perfgate;
  keep_judged_history();
  perfgate.write("waivers.toml", "");
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  const auto again = [&](std::string_view what, bool changes) {
    REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
    CHECK_MESSAGE(perfgate.err.contains("perfgate: site/index.html: 0 pages written") != changes,
                  what);
    REQUIRE(perfgate({"report", "site", "--out", "fresh"}) == 0);
    CHECK_MESSAGE(site_files(perfgate, "site") == site_files(perfgate, "fresh"), what);
  };
  again("nothing", false);
  perfgate.write("waivers.toml",
                 "[[waiver]]\nbenchmark = \"sort\"\nmax_change = 0.5\nreason = \"known\"\n"
                 "owner = \"ann\"\ncreated = 2026-01-05\nexpires = 2036-12-31\n");
  again("a waiver", true);
  CHECK(perfgate.read("site/branch/main/latest.html").contains("known"));
  again("the same waiver", false);
  perfgate.environment["GITHUB_SERVER_URL"] = "https://forge.example";
  perfgate.environment["GITHUB_REPOSITORY"] = "o/r";
  again("a forge", true);
}

// AC:site-refuses
TEST_CASE("report site: a folder of something else, an empty store and a bad address are refused") {
  Desk perfgate;
  CHECK(perfgate({"report", "site", "--out", "site"}) == 2);
  says(perfgate.err, "holds no run");
  keep_judged_history();
  CHECK(perfgate({"report", "site"}) == 2);
  says(perfgate.err, "--out");
  CHECK(perfgate({"report", "site", "--out", "site", "--url", "javascript:alert(1)"}) == 2);
  perfgate.write("home/index.html", "mine");
  CHECK(perfgate({"report", "site", "--out", "home"}) == 2);
  says(perfgate.err, "not a site of perfgate's");
  CHECK(perfgate.read("home/index.html") == "mine");
  perfgate.write("bad/site.json", "{\"schema\": 7}");
  CHECK(perfgate({"report", "site", "--out", "bad"}) != 0);
  says(perfgate.err, "bad/site.json");
  perfgate.write("page.html", "<html>{{csp}}</html>");
  CHECK(perfgate({"report", "site", "--out", "site", "--template", "page.html"}) == 2);
  says(perfgate.err, "page.html: the place {{title}} is missing");
}

TEST_CASE("report site: a state that names other people's files removes none of them") {
  Desk perfgate;
  keep_judged_history();
  perfgate.write("precious.html", "precious");
  perfgate.write("site/run/old-0123abcd.html", "old");
  const SiteState state{.schema = "perfgate.site/1",
                        .feed_id = "urn:uuid:1",
                        .files = {{.path = "../precious.html", .from = "", .sha256 = ""},
                                  {.path = "run/../../precious.html", .from = "", .sha256 = ""},
                                  {.path = "run/old-0123abcd.html", .from = "", .sha256 = ""}}};
  perfgate.write("site/site.json", to_json(state));
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  CHECK(perfgate.read("precious.html") == "precious");
  CHECK_FALSE(perfgate.exists("site/run/old-0123abcd.html"));
  says(perfgate.read("site/feed.xml"), "urn:uuid:1");
}

// AC:site-interrupted
TEST_CASE("report site: writing that ended half-way leaves what was there, and is made good") {
  Desk perfgate;
  keep_judged_history();
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  const auto before = site_files(perfgate, "site");
  {
    auto folder = SiteFolder::open("site");
    REQUIRE(folder.has_value());
    REQUIRE(folder->plan({"index.html", "run/new-0123abcd.html"}, folder->feed_id()).has_value());
    const auto half =
        folder->put("run/new-0123abcd.html", "x", [](const auto& sink) -> Result<void> {
          sink("a page");
          return {};
        });
    REQUIRE(half.has_value());
  }
  CHECK(perfgate.read("site/run/new-0123abcd.html") == "a page");
  for (const auto& [path, bytes] : before)
    if (!path.ends_with("site.json")) CHECK_MESSAGE(perfgate.read("site/" + path) == bytes, path);
  REQUIRE(perfgate({"report", "site", "--out", "site"}) == 0);
  says(perfgate.err, "0 pages written");
  says(perfgate.err, "1 removed");
  CHECK(site_files(perfgate, "site") == before);
}

TEST_CASE("report site: only paths that sites have are the site's") {
  for (const std::string_view path : {"index.html", "feed.xml", "branch/main/index.html",
                                      "branch/a-1/latest.html", "run/x_1.html"})
    CHECK_MESSAGE(is_site_path(path), path);
  for (const std::string_view path :
       {"", "/index.html", "site.json", "branch/../index.html", "branch/main/x.html", "run/.html",
        "run/../x.html", "run/a/b.html", "branch/main/", "branch//index.html", "run/X.html"})
    CHECK_FALSE_MESSAGE(is_site_path(path), path);
}

}  // namespace
}  // namespace perfgate::cli
