// Every format prints every kind of report, and nothing in a name acts on who reads it.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "config/schema.hpp"
#include "gate/evolution.hpp"
#include "gate/hypothesis.hpp"
#include "gate/matrix.hpp"
#include "gate/results.hpp"
#include "gate/sessions.hpp"
#include "gate/slo.hpp"
#include "gate/trend.hpp"
#include "model/comparison.hpp"
#include "report/report.hpp"
#include "support/factory.hpp"
#include "support/injection.hpp"

namespace perfgate::report {
namespace {

using test::make_run;

template <class Model>
std::shared_ptr<const Model> shared(Model model) {
  return std::make_shared<const Model>(std::move(model));
}

/// A trend of one series per benchmark of the run, over twenty runs.
TrendReport trend_of(const Run& run) {
  TrendReport trend{.branch = run.commit.branch,
                    .host_class = "host",
                    .timestamp = run.started,
                    .session_count = 20};
  for (int i = 0; i < 20; ++i)
    trend.runs.push_back({.run_id = run.id + std::to_string(i),
                          .commit = run.commit.sha,
                          .time = {run.started.unix_ms + i * 86'400'000LL}});
  trend.marks = {{.kind = TrendMarkKind::release,
                  .run = 3,
                  .label = run.commit.branch,
                  .text = run.commit.branch}};
  std::vector<std::string> sections;
  for (const Benchmark& benchmark : run.benchmarks) {
    TrendSeries series{
        .subject = subject_of(benchmark.suite.text(), benchmark.name, *run.find_metric("time"))};
    for (int i = 0; i < 20; ++i) {
      series.positions.push_back(i);
      series.values.push_back(benchmark.samples[0].values.all()[0] * (1 + 0.01 * i));
    }
    series.levels = gate::levels_of(series.values, series.positions, {});
    series.forecast = gate::forecast_of(series.values, 0, {});
    series.marks = {{.kind = TrendMarkKind::incident,
                     .run = 5,
                     .label = benchmark.name,
                     .text = benchmark.name}};
    sections.push_back(series.subject.section);
    trend.series.push_back(std::move(series));
  }
  trend.sections = titled(sections, {});
  return trend;
}

/// One of each kind, of these two runs.
std::vector<Report> every_kind(const Run& base, const Run& head) {
  Policy policy = test::shipped_policy();
  policy.rules = {{.ceiling = test::limit("300 ns", "thresholds.toml:9")}};
  Judgement judgement = test::judged(head, &base, policy);
  Judgement asked = judgement;
  gate::answer_hypothesis(gate::test_hypothesis({}, asked, head, policy), asked, policy, false);
  const Sessions sessions =
      gate::compare_sessions({base, head}, {base.commit.branch, head.id}, &policy);
  gate::EvolutionBuilder builder;
  builder.add_run(base.id, base);
  builder.add_run(head.id, head);
  EvolutionReport evolution = builder.finish({});
  gate::MatrixBuilder matrix("benchmark", "backend", "time", Aggregate::median,
                             {base.commit.branch});
  matrix.add_session(head.started);
  for (std::size_t i = 0; i < head.benchmarks.size() && i < 40; ++i)
    matrix.add(head.benchmarks[i].name, head.benchmarks[i].name, head.metrics[0],
               head.benchmarks[i].samples[0].values.all()[0], {});
  std::vector<Report> reports;
  reports.push_back(tell(shared(gate::slo_report(judgement, &head))));
  reports.push_back(tell(shared(std::move(judgement))));
  reports.push_back(tell_hypothesis(shared(std::move(asked))));
  reports.push_back(tell(shared(gate::comparison_report(sessions, {}))));
  reports.push_back(tell(shared(sessions)));
  reports.push_back(tell(shared(gate::statistics_report(evolution))));
  reports.push_back(tell(shared(std::move(evolution))));
  reports.push_back(tell(shared(gate::results_report(head, {}, 5))));
  reports.push_back(tell(shared(matrix.finish())));
  reports.push_back(tell(shared(trend_of(head))));
  return reports;
}

std::string written(const Report& report, const Format& format, const Style& style = {}) {
  std::string text;
  const auto result = format.write(report, style, [&](std::string_view piece) { text += piece; });
  CHECK(result.has_value());
  return text;
}

/// A commit for each payload, which is what its message says, and a mark at each.
TrendReport hostile_subjects() {
  TrendReport trend = trend_of(make_run());
  trend.runs.clear();
  trend.marks.clear();
  for (const std::string& payload : test::injection_payloads()) {
    const auto at = static_cast<int>(trend.runs.size());
    trend.runs.push_back({.run_id = std::to_string(at),
                          .commit = std::string(40, 'a'),
                          .time = {at * 86'400'000LL},
                          .subject = payload});
    trend.marks.push_back({.kind = TrendMarkKind::release, .run = at, .label = "v", .text = "v"});
  }
  return trend;
}

std::vector<Report> hostile() {
  std::vector<Report> reports =
      every_kind(test::hostile_run(1, "base"), test::hostile_run(1.4, "head"));
  reports.push_back(tell(shared(hostile_subjects())));
  return reports;
}
std::vector<Report> plain() {
  const std::vector<test::Score> before{
      {"A_01__sort", 100}, {"A_02__find", 200}, {"B_01__x", 300}, {"free", 400}};
  std::vector<test::Score> after = before;
  after[1].nanoseconds = 260;
  return every_kind(make_run({.noise = 0.01, .scores = before, .id = "base"}),
                    make_run({.noise = 0.01, .seed = 4, .scores = after, .id = "head"}));
}

// AC:report-formats
TEST_CASE("formats: every kind in every format that it has, the same bytes twice") {
  const std::vector<Report> reports = plain(), again = plain();
  std::set<std::string> pairs;
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (const Format& format : all()) {
      CAPTURE(std::string(to_text(reports[i].kind)));
      CAPTURE(std::string(format.name));
      if (!fits(reports[i], format)) {
        const auto refused = check_fits(reports[i], format, all());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Code::usage);
        CHECK(refused.error().hint.contains("text, md, json, csv"));
        continue;
      }
      const std::string text = written(reports[i], format);
      CHECK(text.size() > 50);
      CHECK(text == written(again[i], format));
      pairs.insert(fmt::format("{} {}", to_text(reports[i].kind), format.name));
    }
  for (const char* pair : {"judgement junit", "slo sarif", "hypothesis badge", "comparison junit",
                           "results prometheus", "trend prometheus", "statistics csv", "matrix md"})
    CHECK_MESSAGE(pairs.contains(pair), pair);
  for (const char* pair : {"matrix junit", "trend sarif", "results badge", "statistics junit"})
    CHECK_FALSE_MESSAGE(pairs.contains(pair), pair);
}

// AC:report-commit-subject
TEST_CASE("formats: what a commit's message says stands beside the commit, cut to a line") {
  Run head = make_run({.multiplier = 1.3, .id = "head"}), base = make_run({.id = "base"});
  head.commit.sha = std::string(40, 'a');
  head.commit.subject = "Read the header once";
  base.commit.subject = std::string(300, 'x');
  const auto judgement = shared(test::judged(head, &base, test::shipped_policy()));
  const Report report = tell(judgement);
  CHECK(report.document.subtitle.ends_with("on main: Read the header once"));
  CHECK(written(report, *find("json")).contains("Read the header once"));
  for (const doc::Block& block : report.document.blocks)
    if (const auto* facts = std::get_if<doc::Facts>(&block))
      for (const auto& [name, spans] : facts->rows)
        if (name == "of commit") CHECK(spans[0].text.ends_with(std::string(99, 'x') + "…"));
  const std::string results =
      written(tell(shared(gate::results_report(head, {}, 5))), *find("text"));
  CHECK(results.contains("Read the header once"));
  TrendReport trend = trend_of(head);
  trend.runs[3].subject = "Read the header once";
  CHECK(written(tell(shared(trend)), *find("text")).contains("Read the header once"));
  CHECK(written(tell(shared(trend)), *find("csv"), {.part = "marks"})
            .contains(",Read the header once,release,"));
}

TEST_CASE("formats: advice points to where the rows stand") {
  const Run base = make_run({.id = "base"}), head = make_run({.multiplier = 1.3, .id = "head"});
  const auto judgement = shared(test::judged(head, &base, test::shipped_policy()));
  std::size_t below = 0;
  for (const doc::Block& block : tell(judgement).document.blocks)
    if (const auto* told = std::get_if<doc::Paragraph>(&block))
      below += told->spans[0].text.contains("Look at the first rows below") ? 1 : 0;
  CHECK(below == 1);
}

TEST_CASE("formats: rows stand below their sections") {
  for (const Report& report : plain()) {
    if (report.kind != ReportKind::results) continue;
    const std::string text = written(report, *find("text"));
    CHECK(text.find("(no section)") < text.find("free"));
    CHECK(text.find("\n  A\n") < text.find("A_01__sort"));
    CHECK(text.find("\n  B\n") > text.find("A_02__find"));
    CHECK(written(report, *find("md")).contains("| **A** |"));
    CHECK(written(report, *find("csv")).contains(",group\r\n"));
  }
}

// AC:report-hostile-names
TEST_CASE("formats: no name acts on a terminal, a log or a reader of lines") {
  for (const Report& report : hostile())
    for (const Format& format : all()) {
      if (!fits(report, format)) continue;
      CAPTURE(std::string(to_text(report.kind)));
      CAPTURE(std::string(format.name));
      const std::string text = written(report, format);
      CHECK(is_utf8(text));
      for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        // In Markdown it keeps an @ from what follows it.
        const bool parted = point.value == 0x200b && format.name == "md" && text[at - 1] == ';';
        const bool good = is_printable(point.value) || parted || point.value == '\n' ||
                          (point.value == '\r' && format.name == "csv");
        // JSON escapes controls, and keeps what is only invisible.
        if (!good && (format.name != "json" || point.value < 0x20))
          FAIL_CHECK("byte " << at << ": U+" << std::hex << std::uint32_t{point.value});
        at += point.length;
      }
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        if (trim(line).starts_with("::")) FAIL_CHECK(line);
      if (format.name != "json") CHECK_FALSE(text.contains("##["));
    }
}

// AC:report-csv-safe
TEST_CASE("formats: CSV keeps its columns, and no text is a formula") {
  for (const Report& report : hostile()) {
    CAPTURE(std::string(to_text(report.kind)));
    const Format csv = *find("csv");
    for (const std::string& part : csv.parts(report)) {
      const std::string text = written(report, csv, {.part = part});
      std::string_view rest = text;
      std::size_t columns = 0, rows = 0;
      while (!rest.empty()) {
        const auto record = take_csv_record(rest);
        REQUIRE(record);
        if (rows == 0) columns = record->size();
        CHECK(record->size() == columns);
        ++rows;
        for (const std::string& field : *record) {
          if (field.empty() || !std::string_view("=+-@\t\r").contains(field[0])) continue;
          char* end = nullptr;
          std::strtod(field.c_str(), &end);
          CHECK_MESSAGE(*end == '\0', field);  // a plain number
        }
      }
      CHECK(rows > 1);
    }
  }
}

TEST_CASE("formats: a SARIF log has a rule per reason and a place where the limit was set") {
  for (const Report& report : hostile()) {
    if (report.kind != ReportKind::judgement) continue;
    const auto log = nlohmann::json::parse(written(report, *find("sarif")));
    CHECK(log["version"] == "2.1.0");
    const auto& run = log["runs"][0];
    std::set<std::string> rules;
    for (const auto& rule : run["tool"]["driver"]["rules"]) rules.insert(rule["id"]);
    CHECK(rules.contains("regressed"));
    CHECK(rules.contains("limit_violated"));
    std::size_t placed = 0;
    std::set<std::string> prints;
    for (const auto& result : run["results"]) {
      CHECK(rules.contains(result["ruleId"]));
      const auto& rule = run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()];
      CHECK(rule["id"] == result["ruleId"]);
      const std::string level = result["level"];
      CHECK((level == "error" || level == "warning"));
      prints.insert(result["partialFingerprints"]["perfgateOutcome/v1"]);
      const auto& location = result["locations"][0];
      CHECK_FALSE(location["logicalLocations"][0]["name"].get<std::string>().empty());
      if (!location.contains("physicalLocation")) continue;
      ++placed;
      CHECK(location["physicalLocation"]["artifactLocation"]["uri"] == "thresholds.toml");
      CHECK(location["physicalLocation"]["region"]["startLine"] == 9);
    }
    CHECK(placed > 0);
    CHECK(prints.size() == run["results"].size());
  }
}

TEST_CASE("formats: JUnit counts what failed, could not be measured and was not decided") {
  const Run base = make_run({.noise = 0.01, .id = "base"});
  const Run head = make_run({.multiplier = 1.3,
                             .noise = 0.01,
                             .seed = 3,
                             .scores = {{"sort", 1000}, {"search", 500}},
                             .id = "head"});
  const auto judgement = shared(test::judged(head, &base, test::shipped_policy()));
  const std::string text = written(tell(judgement), *find("junit"));
  CHECK(text.contains("failures=\"2\" errors=\"1\""));
  CHECK(text.contains("<testcase classname=\"suite\" name=\"sort time regression\""));
  CHECK(text.contains("<failure message=\"sort time:"));
  CHECK(text.contains("type=\"missing CBKB112\""));
}

// AC:report-prometheus
TEST_CASE("formats: Prometheus: each family once with help and type, no series twice") {
  for (const Report& report : hostile()) {
    if (!fits(report, *find("prometheus"))) continue;
    CAPTURE(std::string(to_text(report.kind)));
    std::istringstream lines(written(report, *find("prometheus")));
    std::set<std::string> families, series;
    std::string family;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# HELP ")) {
        family = line.substr(7, line.find(' ', 7) - 7);
        CHECK_MESSAGE(families.insert(family).second, family);
        REQUIRE(std::getline(lines, line));
        CHECK(line == "# TYPE " + family + " gauge");
        continue;
      }
      const std::size_t value = line.rfind(' ');
      const std::string name = line.substr(0, value);
      CHECK_MESSAGE(series.insert(name).second, name);
      CHECK(name.substr(0, name.find('{')) == family);
      char* end = nullptr;
      std::strtod(line.c_str() + value + 1, &end);
      CHECK(*end == '\0');
      if (!name.contains('{')) continue;
      CHECK(name.ends_with("\"}"));
      bool quoted = false;
      for (std::size_t i = name.find('{'); i < name.size(); ++i) {
        if (quoted && name[i] == '\\') {
          ++i;
        } else if (name[i] == '"') {
          quoted = !quoted;
        }
      }
      CHECK_FALSE_MESSAGE(quoted, name);
    }
    CHECK(series.size() > 1);
  }
}

TEST_CASE("formats: a badge tells the verdict in a word") {
  for (const Report& report : plain())
    if (report.kind == ReportKind::judgement) {
      const std::string badge = written(report, *find("badge"));
      CHECK(badge.starts_with("<svg "));
      CHECK(badge.contains("fail: "));
    }
}

}  // namespace
}  // namespace perfgate::report
