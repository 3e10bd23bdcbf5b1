#include "gate/page.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "model/trend.hpp"
#include "support/factory.hpp"
#include "support/injection.hpp"

namespace perfgate::gate {
namespace {

using nlohmann::json;

/// The bands alone: these runs have no headlines.
Policy bands() {
  Policy policy = test::shipped_policy();
  policy.headlines.clear();
  return policy;
}

report::Report report_of(const Judgement& judgement, const Run& head, const Run* base) {
  report::Report report;
  report.sources.judgement = std::make_shared<const Judgement>(judgement);
  report.sources.head = std::make_shared<const Run>(head);
  if (base) report.sources.base = std::make_shared<const Run>(*base);
  report.sources.policy = std::make_shared<const Policy>(test::shipped_policy());
  return report;
}

json data_of(const report::Page& page, report::Omission omission = report::Omission::nothing) {
  std::string text;
  report::write_page_data(page, omission, [&](std::string_view piece) { text += piece; });
  return json::parse(text);
}

json judged_page(const test::RunSpec& spec) {
  const Run base = test::make_run();
  const Run head = test::make_run(spec);
  return data_of(page_of(report_of(test::judged(head, &base, bands()), head, &base)));
}

const json& entry_of(const json& page, std::string_view name) {
  for (const json& entry : page["entries"])
    if (entry["name"] == name) return entry;
  FAIL("no row ", name);
  return page;
}

// AC:page-rows
TEST_CASE(
    "page: a row has the samples, summaries, interval and budget that its verdict is made of") {
  const json page = judged_page({.multiplier = 1.2, .noise = 0.001, .seed = 2, .id = "run-2"});
  CHECK(page["schema"] == "perfgate.page/1");
  CHECK(page["title"] == "suite: performance of main");
  CHECK(page["verdict"]["verdict"] == "fail");
  CHECK(page["verdict"]["words"] ==
        "Slower: 3 of 3 benchmarks got worse by more than the policy allows.");
  REQUIRE(page["entries"].size() == 3);
  const json& row = entry_of(page, "decode");
  CHECK(row["id"] == "suite.decode.time");
  CHECK(page["metrics"][row["metric"].get<int>()]["unit"] == "s");
  CHECK(row["verdict"] == "fail");
  CHECK(row["reason"] == "regressed");
  CHECK(row["change"].get<double>() == doctest::Approx(0.2).epsilon(0.02));
  CHECK(row["low"].get<double>() <= row["change"].get<double>());
  CHECK(row["budget"] == json({{"warn", 0.05}, {"fail", 0.1}}));
  CHECK(row["base"]["n"] == 8);
  CHECK(row["head"]["median"].get<double>() == doctest::Approx(2.4e-6).epsilon(0.02));
  CHECK(row["samples"]["head"].get<std::string>().size() == 44);  // 8 floats
}

TEST_CASE("page: without a baseline every benchmark is shown as it was measured") {
  const Run head = test::make_run();
  const json page =
      data_of(page_of(report_of(test::judged(head, nullptr, bands()), head, nullptr)));
  CHECK_FALSE(page.contains("base"));
  CHECK(page["verdict"]["words"] == "Nothing was compared: there is no baseline yet.");
  REQUIRE(page["entries"].size() == 3);
  CHECK_FALSE(page["entries"][0].contains("verdict"));
  CHECK(page["entries"][0]["head"]["n"] == 8);
  CHECK(page["findings"][0]["reason"] == "no_baseline");
}

TEST_CASE("page: a benchmark that is missing is a row that says so") {
  const json page = judged_page({.scores = {{"sort", 1000}, {"search", 500}}, .id = "run-2"});
  const json& row = entry_of(page, "decode");
  CHECK(row["verdict"] == "not_measured");
  CHECK(row["code"] == "CBKB112");
  CHECK_FALSE(row.contains("head"));
}

TEST_CASE("page: headlines come with their limits, which are told among the service levels") {
  const Run head = test::make_run({.headlines = test::headlines(0.01)});
  Policy policy = test::shipped_policy();
  const json page = data_of(page_of(report_of(test::judged(head, nullptr, policy), head, nullptr)));
  const json& limits = page["limits"];
  REQUIRE(limits.size() > 0);
  const json& of = page["entries"][limits[0]["entry"].get<int>()];
  CHECK(of["headline"].is_string());
  CHECK(limits[0]["verdict"] == "fail");
  CHECK(page["verdict"]["words"].get<std::string>().starts_with("Out of bounds: "));
}

TEST_CASE("page: what must be left out for its size goes in order and is said") {
  const Run base = test::make_run();
  const Run head = test::make_run({.multiplier = 1.001, .id = "run-2"});
  report::Page page = page_of(report_of(test::judged(head, &base, bands()), head, &base));
  page.runs.time.assign(40, Time{1'800'000'000'000});
  page.runs.commit.assign(40, "0123456789abcdef");
  for (report::PageEntry& entry : page.entries)
    entry.history = report::PageHistory{.start = 10,
                                        .values = std::vector<float>(30, 1.0F),
                                        .levels = {{.first = 10, .last = 39, .value = 1}},
                                        .marks = {}};
  std::size_t size = data_of(page).dump().size();
  for (int level = 1; level <= 5; ++level) {
    const json data = data_of(page, static_cast<report::Omission>(level));
    CHECK_MESSAGE(data["entries"].size() == 3, level);
    CHECK_MESSAGE(data["omitted"].size() == static_cast<std::size_t>(level), level);
    json told = data;
    told.erase("omitted");
    CHECK_MESSAGE(told.dump().size() < size, level);
    size = told.dump().size();
  }
  const json halved = data_of(page, report::Omission::older_histories);
  CHECK(halved["entries"][0]["history"]["start"] == 20);
  CHECK(halved["entries"][0]["history"]["levels"][0][0] == 20);
}

// AC:advice-reasons
TEST_CASE("page: a baseline that lies too far back is not said to be of another host") {
  const Run base = test::make_run({.id = "base"});
  const Run head = test::make_run({.id = "run-2", .cpu = "Other"});
  const auto judgement = judge(head,
                               {.run = &base,
                                .state = BaselineState::active,
                                .distance = "60 commits before",
                                .too_far = true},
                               bands());
  REQUIRE(judgement);
  const json page = data_of(page_of(report_of(*judgement, head, &base)));
  CHECK(page["base"]["state"] == "too far back");
  CHECK(page["verdict"]["words"].get<std::string>().contains("lies 60 commits before"));
  CHECK(page.dump().contains("max_distance"));
  CHECK_FALSE(page.dump().contains("--new-host-class"));
}

// AC:report-commit-subject
TEST_CASE("page: what commits' messages say stands in the history, cut to a line") {
  TrendReport trend{.branch = "main", .session_count = 3};
  for (const std::string& payload : test::injection_payloads())
    trend.runs.push_back({.run_id = "r", .commit = "c", .time = {1000}, .subject = payload});
  trend.runs.push_back({.run_id = "r", .commit = "c", .time = {1000}, .subject = ""});
  report::Report report;
  report.sources.trend = std::make_shared<const TrendReport>(trend);
  const json subjects = data_of(page_of(report))["runs"]["subject"];
  REQUIRE(subjects.size() == trend.runs.size());
  for (std::size_t i = 0; i < trend.runs.size(); ++i)
    CHECK(subjects[i] == safe_text(trend.runs[i].subject, 80));
  for (TrendRun& run : trend.runs) run.subject.clear();
  report.sources.trend = std::make_shared<const TrendReport>(trend);
  CHECK_FALSE(data_of(page_of(report))["runs"].contains("subject"));
  Run head = test::make_run();
  head.commit.subject = "Read the header once";
  const json page = data_of(
      page_of(report_of(test::judged(head, nullptr, test::shipped_policy()), head, nullptr)));
  CHECK(page["head"]["commit"]["subject"] == "Read the header once");
}

// AC:page-window
TEST_CASE("page: past runs of a window are shown from the history of the branch that it is of") {
  const Run base = test::make_run(), head = test::make_run({.multiplier = 1.2, .id = "head"});
  Judgement judgement = test::judged(head, &base, bands());
  judgement.baseline_commit.branch = "main";
  for (Finding& finding : judgement.findings)
    if (finding.comparison) finding.comparison->design = Design::window;
  report::Report report = report_of(judgement, head, nullptr);
  TrendReport trend{.branch = "main"};
  double base_median = 0;
  for (const Finding& finding : judgement.findings)
    if (finding.comparison && finding.benchmark == "decode")
      base_median = finding.comparison->base.median;
  TrendSeries series{.subject = subject_of("suite", "decode", *head.find_metric("time"))};
  for (int i = 0; i < 20; ++i) {
    trend.runs.push_back({.run_id = "r", .commit = std::to_string(i), .time = {1000}});
    series.positions.push_back(i);
    // The last but one failed: no window holds it.
    series.values.push_back(i == 18 ? 3e-6 : base_median);
  }
  trend.series = {series};
  report.sources.trend = std::make_shared<const TrendReport>(trend);
  const report::Page page = page_of(report);
  for (const report::PageEntry& entry : page.entries) {
    if (entry.name != "decode") continue;
    CHECK(entry.base_samples.size() == entry.base->summary.count);
    for (const float value : entry.base_samples) CHECK(value == static_cast<float>(base_median));
  }
  CHECK(entry_of(data_of(page), "decode")["samples"].contains("base"));
  // What is at hand of another branch is not what was compared.
  trend.branch = "feature";
  report.sources.trend = std::make_shared<const TrendReport>(trend);
  const json other = entry_of(data_of(page_of(report)), "decode");
  CHECK(other.contains("history"));
  CHECK_FALSE(other["samples"].contains("base"));
}

TEST_CASE("page: hostile names stand in the data as texts, each in a row of its own") {
  const Run run = test::hostile_run(), slower = test::hostile_run(1.3, "run-2");
  const report::Page page =
      page_of(report_of(test::judged(slower, &run, test::shipped_policy()), slower, &run));
  const json data = data_of(page);
  CHECK(data["entries"].size() >= test::injection_payloads().size());
  std::set<std::string> ids;
  for (const json& entry : data["entries"])
    CHECK(ids.insert(entry["id"].get<std::string>()).second);
}

}  // namespace
}  // namespace perfgate::gate
