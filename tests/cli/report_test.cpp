#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "config/schema.hpp"
#include "model/judgement_json.hpp"
#include "model/reports_json.hpp"
#include "support/cli.hpp"
#include "support/histories.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

constexpr int exit_usage = 2;

/// A history of 30 runs in which `sort` gets slower by 20 % at the twentieth.
void keep_step(std::size_t count = 30) {
  test::keep_history(count, [](std::size_t i, test::RunSpec& spec) {
    spec.noise = 0.005;
    spec.seed = i + 1;
    spec.scores = {{"A_01__sort", i < 20 ? 1000.0 : 1200.0}, {"A_02__find", 500}};
  });
}

std::string judgement_of(Desk& desk) {
  desk.write_run("base/run.json", {.noise = 0.01, .id = "base"});
  desk.write_run("head/run.json", {.multiplier = 1.2, .noise = 0.01, .seed = 3, .id = "head"});
  desk({"check", "--run", "head/run.json", "--baseline", "base/run.json", "--out", "out"});
  return "out/judgement.json";
}

// AC:report-command
TEST_CASE("report: a judgement of a file, of runs, and of the store") {
  Desk desk;
  const std::string file = judgement_of(desk);
  CHECK(desk({"report", "judgement", "--judgement", file}) == 0);
  const std::string of_file = desk.out;
  CHECK(says(of_file, "[FAIL]"));
  CHECK(desk({"report", "judgement", "--run", "base/run.json", "--run", "head/run.json"}) == 0);
  CHECK(says(desk.out, "[FAIL]"));
  CHECK(desk({"report", "judgement", "--judgement", file, "--format", "json"}) == 0);
  CHECK(desk.out == desk.read(file));

  CHECK(desk({"history", "add", "base/run.json", "head/run.json"}) == 0);
  CHECK(desk({"report", "judgement"}) == exit_usage);
  CHECK(says(desk.err, "no run of branch `main` was judged"));
  desk({"check", "--run", "head/run.json", "--baseline", "base/run.json", "--store",
        "dir:.perfgate"});
  CHECK(desk({"report", "judgement", "--store", "dir:.perfgate"}) == 0);
  CHECK(says(desk.out, "[FAIL]"));
}

TEST_CASE("report: several formats make a file each, and of CSV a file per table") {
  Desk desk;
  const std::string file = judgement_of(desk);
  CHECK(desk({"report", "judgement", "--judgement", file, "--out", "reports", "--format",
              "text,md,json,csv,junit,sarif,badge,prometheus"}) == 0);
  for (const char* name :
       {"judgement.txt", "judgement.md", "judgement.json", "judgement.csv", "judgement.junit.xml",
        "judgement.sarif", "judgement.svg", "judgement.prom"})
    CHECK_MESSAGE(desk.exists(std::string("reports/") + name), name);
  CHECK(desk.out.empty());
  CHECK(says(desk.err, "perfgate: wrote reports/judgement.txt, reports/judgement.md"));
  keep_step();
  CHECK(desk({"report", "trend", "--out", "reports", "--format", "csv", "-q"}) == 0);
  CHECK(desk.err.empty());
  CHECK(desk.exists("reports/trend.series.csv"));
  CHECK(desk.exists("reports/trend.marks.csv"));
  const auto files = desk.files("reports");
  CHECK(desk({"report", "trend", "--out", "reports", "--format", "csv", "-q"}) == 0);
  CHECK(desk.files("reports") == files);
}

// AC:report-template
TEST_CASE("report: the page's template is the flag's, else the configuration's") {
  Desk desk;
  const std::string file = judgement_of(desk);
  const std::string page =
      "<title>{{title}}</title><meta content=\"{{csp}}\">{{summary}}"
      "<script type=\"application/json\">{{data}}</script>";
  desk.write("ci/mine.html", "<!-- of the file -->" + page);
  desk.write("other.html", "<!-- of the flag -->" + page);
  desk.write("ci/perfgate.toml", "[report]\nformats = [\"html\"]\ntemplate = \"mine.html\"\n");
  const auto told = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"report", "judgement", "--judgement",
                                       file,     "--format",  "html"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return desk(arguments);
  };
  // What the file names is relative to it, what flags and variables name to where one stands.
  CHECK(told({"--config", "ci/perfgate.toml"}) == 0);
  CHECK(desk.out.starts_with("<!-- of the file -->"));
  CHECK(told({"--config", "ci/perfgate.toml", "--template", "other.html"}) == 0);
  CHECK(desk.out.starts_with("<!-- of the flag -->"));
  desk.environment["PERFGATE_REPORT_TEMPLATE"] = "other.html";
  CHECK(told({"--config", "ci/perfgate.toml"}) == 0);
  CHECK(desk.out.starts_with("<!-- of the flag -->"));
  desk.environment.erase("PERFGATE_REPORT_TEMPLATE");
  CHECK(desk({"config", "--origin", "--config", "ci/perfgate.toml"}) == 0);
  says(desk.out, "report.template");
  says(desk.out, "\"mine.html\"");
  says(desk.out, "perfgate.toml:3");

  desk.write("ci/perfgate.toml", "[report]\ntemplate = \"gone.html\"\n");
  CHECK(told({"--config", "ci/perfgate.toml"}) == exit_usage);
  says(desk.err, "CBKB102: perfgate.toml:2: report.template: ci/gone.html: there is no such file");
  says(desk.err, "a copy of templates/performance_report.html");
  CHECK(told({"--template", "gone.html"}) == exit_usage);
  says(desk.err, "--template: gone.html: there is no such file");
  // Who asks for no page needs no template.
  CHECK(desk({"report", "judgement", "--judgement", file, "--config", "ci/perfgate.toml"}) == 0);
}

// AC:report-errors
TEST_CASE("report: what is wrong is said with what to do") {
  Desk desk;
  const std::string file = judgement_of(desk);
  struct Wrong {
    std::vector<std::string> arguments;
    const char* message;
    const char* hint;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{"report", "judgment"},
            "perfgate report: `judgment` is none of judgement, ",
            "did you mean `perfgate report judgement`?"},
           {{"report", "judgement", "--judgement", file, "--format", "jsom"},
            "CBKB101",
            "did you mean `json`?"},
           {{"report", "judgement", "--judgement", file, "--format", "xls"},
            "is not known",
            "formats: text, md, json, csv"},
           {{"report", "judgement", "--judgement", file, "--format", "json,md"},
            "stdout takes one format",
            "--out DIR"},
           {{"report", "judgement", "--judgement", "base/run.json"}, "CBKB003", ""},
           {{"report", "judgement", "--judgement", "nowhere.json"}, "CBKB103", ""},
           {{"report", "results", "--run", file}, "CBKB003", ""},
           {{"report", "results"}, "the store holds no run", "history import"},
           {{"report", "results", "--run", "base/run.json", "--format", "junit"},
            "holds no verdict",
            "text, md, json, csv, prometheus"},
           {{"report", "results", "--run", "base/run.json", "--run", "head/run.json"},
            "results are those of one run",
            "evolution"},
           {{"report", "comparison", "--run", "base/run.json"}, "", ""},
           {{"report", "hypothesis", "--judgement", file},
            "answers no hypothesis",
            "--hypothesis no-regression"},
           {{"report", "hypothesis", "--run", "base/run.json", "--run", "head/run.json",
             "--hypothesis", "better"},
            "CBKB101",
            ""},
           {{"report", "matrix", "--run", "base/run.json", "--rows", "suite", "--cols", "suite",
             "--value", "time"},
            "both `suite`",
            "two dimensions"},
           {{"report", "matrix", "--run", "base/run.json", "--rows", "suit", "--cols", "benchmark",
             "--value", "time"},
            "--rows suit",
            "did you mean `suite`?"},
           {{"report", "matrix", "--run", "base/run.json", "--rows", "suite", "--cols", "benchmark",
             "--value", "tyme"},
            "--value tyme",
            "did you mean `time`?"},
           {{"report", "evolution", "--run", "base"}, "", ""}}) {
    CAPTURE(wrong.arguments);
    CHECK(desk(wrong.arguments) == exit_usage + (std::string(wrong.message) == "CBKB003"   ? 1
                                                 : std::string(wrong.message) == "CBKB103" ? 7
                                                                                           : 0));
    CHECK(says(desk.err + desk.out, wrong.message));
    CHECK(says(desk.err + desk.out, wrong.hint));
  }
  keep_step(3);
  CHECK(desk({"report", "trend", "--branch", "mian"}) == exit_usage);
  CHECK(says(desk.err, "main (3)"));
  CHECK(desk({"report", "evolution", "--where", "bakend=x"}) == exit_usage);
  CHECK(desk({"report", "trend", "--host-class", "nothing*"}) == exit_usage);
  CHECK(says(desk.err, "host classes: "));
  CHECK(desk({"report", "results", "--head", "nothing"}) == exit_usage);
  CHECK(says(desk.err, "holds no such run"));
}

TEST_CASE("report: comparison of two files, and of the newest run with the one before") {
  Desk desk;
  judgement_of(desk);
  CHECK(desk({"report", "comparison", "--run", "base/run.json", "--run", "head/run.json",
              "--format", "json"}) == 0);
  const auto report = nlohmann::json::parse(desk.out);
  CHECK(report["schema"] == "perfgate.comparison/1");
  CHECK(report["status"] == "SUCCESS");
  CHECK(report["title_a"] == "base/run.json");
  CHECK(report["comparisons"].size() == 3);
  CHECK(report["comparisons"][0]["trend"] == "strong_regression");
  CHECK(report["comparisons"][0]["verdict"] == "fail");
  CHECK(config::require_valid(*report_json_schema("comparison"), "schema", desk.out, "report"));
  keep_step(21);
  CHECK(desk({"report", "comparison", "--format", "json"}) == 0);
  const auto of_store = nlohmann::json::parse(desk.out);
  CHECK(of_store["title_a"] == "run-19");
  CHECK(of_store["title_b"] == "run-20");
  CHECK(desk({"report", "comparison", "--base", "run-3", "--head", "run-5", "--format", "json"}) ==
        0);
  CHECK(nlohmann::json::parse(desk.out)["title_a"] == "run-3");
}

TEST_CASE("report: evolution and statistics of files and of the store are the same") {
  Desk desk;
  keep_step(12);
  for (int i = 0; i < 12; ++i) {
    test::RunSpec spec = test::spec_of_history(static_cast<std::size_t>(i));
    spec.noise = 0.005;
    spec.seed = static_cast<std::uint64_t>(i) + 1;
    spec.scores = {{"A_01__sort", 1000.0}, {"A_02__find", 500}};
    desk.write_receipt("runs/" + std::to_string(i) + ".json",
                       test::run_of_history(static_cast<std::size_t>(i), spec));
  }
  for (const char* kind : {"evolution", "statistics"}) {
    CAPTURE(kind);
    CHECK(desk({"report", kind, "--format", "json"}) == 0);
    auto of_store = nlohmann::json::parse(desk.out);
    CHECK(desk({"report", kind, "--run", "runs", "--format", "json"}) == 0);
    auto of_files = nlohmann::json::parse(desk.out);
    CHECK(of_store["session_count"] == 12);
    for (const char* title : {"titles", "first_title", "last_title"}) {
      of_store.erase(title);
      of_files.erase(title);
    }
    CHECK(of_store == of_files);
  }
  CHECK(desk({"report", "evolution", "--where", "benchmark=A_02__find"}) == 0);
  CHECK_FALSE(desk.out.contains("A_01__sort"));
}

TEST_CASE("report: results group by section, with the legend's titles") {
  Desk desk;
  keep_step(3);
  desk.write("perfgate.toml", "[legend]\nA = \"Python baselines\"\n");
  CHECK(desk({"report", "results"}) == 0);
  CHECK(says(desk.out, "A: Python baselines"));
  CHECK(desk({"report", "results", "--format", "prometheus"}) == 0);
  CHECK(says(desk.out,
             "perfgate_value_seconds{suite=\"suite\",benchmark=\"A_02__find\",metric=\"time\"}"));
}

TEST_CASE("report: a matrix of files and of the store") {
  Desk desk;
  keep_step(4);
  CHECK(desk({"report", "matrix", "--rows", "benchmark", "--cols", "date", "--value", "time",
              "--format", "csv"}) == 0);
  CHECK(says(desk.out, "benchmark,2026-01-01 [s],2026-01-02 [s],2026-01-03 [s],2026-01-04 [s]"));
  CHECK(desk({"report", "matrix", "--rows", "index", "--cols", "section", "--value", "time",
              "--aggregate", "max", "--where", "since=2026-01-02", "--format", "json"}) == 0);
  const auto matrix = nlohmann::json::parse(desk.out);
  CHECK(matrix["rows"] == nlohmann::json{"01", "02"});
  CHECK(matrix["columns"] == nlohmann::json{"A"});
  CHECK(matrix["counts"] == nlohmann::json{{3}, {3}});
  CHECK(matrix["session_count"] == 3);
}

// AC:report-trend
TEST_CASE("report: a trend finds the change, marks baselines and anchors, and looks ahead") {
  Desk desk;
  keep_step(40);
  desk.write("thresholds.toml", "[[rule]]\nbenchmark = \"A_02__find\"\nceiling = \"600 ns\"\n");
  CHECK(desk({"baseline", "promote", "--run", "run-30", "--tests-passed", "--why", "level"}) == 0);
  CHECK(desk({"baseline", "promote", "--run", "run-10", "--anchor", "v1.4", "--tests-passed"}) ==
        0);
  CHECK(desk({"report", "trend", "--format", "json"}) == 0);
  const auto trend = nlohmann::json::parse(desk.out);
  CHECK(config::require_valid(*report_json_schema("trend"), "schema", desk.out, "report"));
  CHECK(trend["session_count"] == 40);
  CHECK(trend["runs"].size() == 40);
  const auto& sort = trend["series"][0];
  CHECK(sort["name"] == "A_01__sort");
  CHECK(sort["marks"][0]["kind"] == "change_point");
  CHECK(sort["marks"][0]["run"] == 20);
  CHECK(sort["marks"][0]["change"].get<double>() == doctest::Approx(0.2).epsilon(0.05));
  CHECK(sort["levels"].size() == 2);
  CHECK(sort["forecast"]["points"] == 20);
  const auto& find = trend["series"][1];
  CHECK(find["forecast"]["crossings"][0]["written"] == "600 ns");
  CHECK(find["forecast"]["crossings"][0]["violated"] == false);
  std::vector<std::string> kinds;
  for (const auto& mark : trend["marks"]) kinds.push_back(mark["kind"]);
  CHECK(std::ranges::find(kinds, "baseline") != kinds.end());
  CHECK(std::ranges::find(kinds, "anchor") != kinds.end());
  CHECK(desk({"report", "trend"}) == 0);
  CHECK(says(desk.out, "change point"));
  CHECK(says(desk.out, "ceiling not in 40 runs"));
  CHECK(says(desk.out, "ceiling of 600 ns is not reached within 40 runs"));
}

TEST_CASE("report: slo tells each limit, and a headline's trend is held to its floor") {
  Desk desk;
  desk.write("thresholds.toml", "[performance_floors]\nspeed_max_ns = 2000\n");
  desk.write("perfgate.toml",
             "[[headline]]\nname = \"speed\"\nunit = \"ns\"\nbenchmark = \"A_01__sort\"\n");
  keep_step(20);
  CHECK(desk({"report", "trend", "--format", "json"}) == 0);
  const auto trend = nlohmann::json::parse(desk.out);
  const auto& headline = trend["series"][0];
  CHECK(headline["name"] == "speed");
  CHECK(headline["metric"] == "headline");
  CHECK(headline["forecast"]["crossings"][0]["kind"] == "ceiling");
  Run run = test::run_of_history(0, test::spec_of_history(0));
  run.headlines = {test::headline("speed", "Speed", "ns", 2500)};
  run.headlines[0].better = Better::lower;
  desk.write_receipt("run.json", run);
  CHECK(desk({"report", "slo", "--run", "run.json", "--format", "json"}) == 0);
  const auto slo = nlohmann::json::parse(desk.out);
  CHECK(slo["violated_count"] == 1);
  CHECK(slo["levels"][0]["code"] == "CBKB005");
  CHECK(desk({"report", "slo", "--run", "run.json"}) == 0);
  CHECK(says(desk.out, "thresholds.toml:2"));
}

TEST_CASE("report: a hypothesis is answered, benchmark by benchmark") {
  Desk desk;
  judgement_of(desk);
  CHECK(desk({"report", "hypothesis", "--run", "base/run.json", "--run", "head/run.json",
              "--hypothesis", "no-regression"}) == 0);
  CHECK(says(desk.out, "no-regression (10 %): FAILED"));
}

// AC:report-pictures-commands
TEST_CASE("--plot draws distributions of two runs, and series of a history") {
  Desk desk;
  judgement_of(desk);
  CHECK(desk({"compare", "base/run.json", "head/run.json", "--plot"}) == 0);
  CHECK(says(desk.out, "  base │"));
  CHECK(says(desk.out, "█"));
  desk.environment["LC_ALL"] = "C";
  CHECK(desk({"compare", "base/run.json", "head/run.json", "--plot"}) == 0);
  CHECK(says(desk.out, "  base |"));
  desk.environment.erase("LC_ALL");
  CHECK(desk({"compare", "base/run.json", "head/run.json", "--plot", "--format", "json"}) ==
        exit_usage);
  keep_step(25);
  CHECK(desk({"history", "query", "benchmark=A_01__sort", "--plot"}) == 0);
  CHECK(says(desk.out, "suite/A_01__sort time, 25 runs"));
  CHECK(says(desk.out, "2026-01-25"));
  CHECK(desk({"history", "query", "--plot", "--format", "csv"}) == exit_usage);
}

TEST_CASE("validate: the schemas of reports can be printed, and files held to them") {
  Desk desk;
  judgement_of(desk);
  for (const std::string_view kind : report_schema_kinds()) {
    CHECK(desk({"validate", std::string(kind), "--print-schema"}) == 0);
    CHECK(says(desk.out, "draft-07"));
  }
  desk({"report", "comparison", "--run", "base/run.json", "--run", "head/run.json", "--format",
        "json", "--out", "out"});
  CHECK(desk({"validate", "comparison", "out/comparison.json"}) == 0);
  CHECK(desk({"validate", "matrix", "out/comparison.json"}) == 3);
}

}  // namespace
}  // namespace perfgate::cli
