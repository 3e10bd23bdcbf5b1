#include "report/report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/text.hpp"
#include "gate/sessions.hpp"
#include "paths.hpp"
#include "support/factory.hpp"

namespace perfgate::report {
namespace {

using test::make_run;

/// Compares with tests/golden/NAME; PERFGATE_ACCEPT=1 approves what there is.
void golden(const std::string& name, const std::string& text) {
  const std::string path = PERFGATE_SOURCE_DIR "/tests/golden/" + name;
  if (std::getenv("PERFGATE_ACCEPT")) std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  const std::string approved{std::istreambuf_iterator<char>(file), {}};
  CHECK_MESSAGE(text == approved, "differs from tests/golden/"
                                      << name << "; approve with PERFGATE_ACCEPT=1:\n"
                                      << text);
}

std::string extension(const Format& format) { return std::string(format.suffix); }

Judgement failing() {
  const Run base = make_run({.noise = 0.01, .id = "base", .headlines = test::headlines()});
  Run head = make_run({.multiplier = 1.2,
                       .noise = 0.01,
                       .seed = 9,
                       .scores = {{"sort", 1000}, {"search", 500}, {"new/100", 5}},
                       .id = "head",
                       .headlines = test::headlines(0.015)});
  head.notes = {{.severity = Severity::warning, .benchmark = "sort", .text = "the host was busy"}};
  Judgement judgement = test::judged(head, &base, test::shipped_policy());
  judgement.tool = "perfgate 0.1.0";
  return judgement;
}

Judgement passing() {
  const Run base = make_run({.id = "base", .headlines = test::headlines()});
  Judgement judgement =
      test::judged(make_run({.headlines = test::headlines()}), &base, test::shipped_policy());
  judgement.tool = "perfgate 0.1.0";
  return judgement;
}

Sessions sessions() {
  return gate::compare_sessions(
      {make_run({.noise = 0.01}),
       make_run({.noise = 0.01, .seed = 7, .scores = {{"sort", 1250}, {"search", 430}}})},
      {"main", "feature"});
}

Sessions judged_sessions() {
  const Policy policy;
  return gate::compare_sessions(
      {make_run({.noise = 0.02}),
       make_run({.noise = 0.02, .seed = 7, .scores = {{"sort", 1250}, {"search", 502}}})},
      {"main", "feature"}, &policy);
}

/// All is slower on another instance, one benchmark more so.
Judgement slow_suite() {
  std::vector<test::Score> before, after;
  for (int i = 0; i < 9; ++i) {
    before.push_back({"part/" + std::to_string(i), 100.0 + i});
    after.push_back({before.back().name, before.back().nanoseconds * (i == 4 ? 1.6 : 1.18)});
  }
  const Run base = make_run({.noise = 0.01, .scores = before, .id = "base"});
  const Run head =
      make_run({.noise = 0.01, .seed = 3, .scores = after, .id = "head", .instance = "instance-2"});
  Judgement judgement = test::judged(head, &base, {});
  judgement.tool = "perfgate 0.1.0";
  return judgement;
}

// AC:report-golden
TEST_CASE("every format says what was approved") {
  for (const Format& format : all()) {
    CAPTURE(std::string(format.name));
    golden("fail." + extension(format), format.judgement(failing(), {}));
    golden("pass." + extension(format), format.judgement(passing(), {}));
    for (const auto& [name, side_by_side] :
         {std::pair("sessions.", sessions()), std::pair("judged-sessions.", judged_sessions())})
      if (fits(tell(std::make_shared<const Sessions>(side_by_side)), format))
        golden(name + extension(format), format.sessions(side_by_side, {}));
    golden("suite." + extension(format), format.judgement(slow_suite(), {}));
    if (format.needs == Needs::document)
      golden("no-sessions." + extension(format),
             format.sessions(gate::compare_sessions({}, {}), {}));
  }
}

TEST_CASE("every other verdict says what to do next") {
  const Run base = make_run({.noise = 0.2, .id = "base"});
  const Run quiet = make_run({.id = "base"});
  Policy bands;
  bands.regression_threshold = test::dec("0.05");
  bands.regression_fail_threshold = test::dec("0.1");
  std::string text;
  for (const Judgement& judgement : {test::judged(make_run(), nullptr, {}),
                                     test::judged(make_run({.noise = 0.2, .seed = 8}), &base, {}),
                                     test::judged(make_run({.cpu = "Other"}), &base, {}),
                                     test::judged(make_run({.multiplier = 1.07}), &quiet, bands)})
    text += all()[0].judgement(judgement, {}) + "----\n";
  golden("advice.txt", text);
}

TEST_CASE("a format that is not known names the nearest") {
  CHECK(find("md")->name == "md");
  const auto unknown = find("jsom");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::usage);
  CHECK(unknown.error().message == "format `jsom` is not known");
  CHECK(unknown.error().hint == "did you mean `json`?");
  CHECK(find("spreadsheet").error().hint ==
        "formats: text, md, json, csv, junit, sarif, badge, prometheus");
}

TEST_CASE("nothing but the bold verdict depends on colour") {
  const std::string plain = all()[0].judgement(failing(), {});
  std::string colored = all()[0].judgement(failing(), {.color = true});
  CHECK(colored.starts_with("\x1b[1;31m"));
  for (const std::string code : {"\x1b[1;31m", "\x1b[0m"})
    colored.erase(colored.find(code), code.size());
  CHECK(colored == plain);
}

// AC:hostile-names
TEST_CASE("names that attack a terminal or a log or a comment are harmless") {
  const std::string hostile =
      "| a `b` <script>alert(1)</script> @everyone \x1b[31m\n::error::x ##[set]\xe2\x80\xae "
      "[l](http://x) #1 \xff";
  Run base =
      make_run({.scores = {{hostile, 1000}, {"gone" + hostile, 5}}, .id = hostile, .sha = hostile});
  Run head =
      make_run({.multiplier = 2, .scores = {{hostile, 1000}}, .suite = hostile, .id = hostile});
  base.benchmarks[0].suite = head.benchmarks[0].suite;
  head.headlines = base.headlines = test::headlines();
  head.headlines[0].name = base.headlines[0].name = hostile;
  head.headlines[0].label = base.headlines[0].label = {};
  head.notes = {{.severity = Severity::warning, .benchmark = hostile, .text = hostile}};
  Policy policy;
  policy.rules = {{.ceiling = test::limit("1 ns", hostile)}};
  const Judgement judgement = test::judged(head, &base, policy);
  const Sessions side_by_side = gate::compare_sessions({base, head}, {hostile, hostile});
  for (const Format& format : {all()[0], all()[1]}) {
    CAPTURE(std::string(format.name));
    for (const std::string& text :
         {format.judgement(judgement, {.verbose = true}), format.sessions(side_by_side, {})}) {
      CHECK(is_utf8(text));
      CHECK_FALSE(text.contains('\x1b'));
      CHECK_FALSE(text.contains("\xe2\x80\xae"));
      CHECK_FALSE(text.contains("##["));
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = line.find_first_not_of(" |*-");
        CHECK(line.compare(begin == line.npos ? 0 : begin, 2, "::") != 0);
        if (format.name != "md") continue;
        std::string outside;  // of code spans
        bool code = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
          if (line[i] == '`' && (i == 0 || line[i - 1] != '\\')) code = !code;
          if (!code) outside += line[i];
        }
        CHECK_FALSE(code);
        CHECK_FALSE(outside.contains('<'));
        CHECK_FALSE(outside.contains("@everyone"));
        CHECK_FALSE(outside.contains("http:"));
      }
    }
  }
}

TEST_CASE("a cell of a Markdown table never becomes two") {
  Run base = make_run({.scores = {{"a|b", 1000}}, .id = "base"}), head = base;
  const std::string text = all()[1].judgement(test::judged(head, &base, {}), {});
  std::istringstream lines(text);
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      if (line[i] == '|' && line[i - (i > 0)] != '\\') ++bars;
    CHECK(bars == 10);
    ++rows;
  }
  CHECK(rows == 2);
}

// AC:table-widths
TEST_CASE("tables hold their columns at every width and with wide characters") {
  const std::string wide = "測試基準/解碼/大きな入力/日本語の名前/とても長い名前のベンチマーク";
  Run base =
      make_run({.scores = {{"a", 1000},
                           {wide, 500},
                           {"a_rather_long_name_of_a_benchmark/with/parameters/4096/threads:8", 5}},
                .id = "base"});
  for (const int width : {0, 40, 80, 100, 200}) {
    CAPTURE(width);
    const std::string text = all()[0].judgement(test::judged(base, &base, {}), {.width = width});
    std::istringstream lines(text);
    std::size_t columns = 0, rows = 0;
    for (std::string line; std::getline(lines, line);) {
      if (!line.ends_with("8/8")) continue;
      ++rows;
      if (columns == 0) columns = display_width(line);
      CHECK(display_width(line) == columns);
    }
    CHECK(rows == 3);
    if (width == 200) {
      CHECK(text.contains(wide));
    }
    if (width == 40) CHECK(text.contains("…"));
  }
  const std::string narrow = all()[0].sessions(
      gate::compare_sessions({make_run(), make_run()}, {"a", "b"}), {.width = 40});
  CHECK(narrow.contains("sort"));
}

TEST_CASE("of many that are unsure only some are told unless all are asked for") {
  std::vector<test::Score> many;
  for (int i = 0; i < 30; ++i) many.push_back({"b" + std::to_string(i), 100.0 + i});
  const Run base = make_run({.noise = 0.1, .scores = many, .id = "base"});
  const Run head = make_run({.noise = 0.1, .seed = 2, .scores = many, .id = "head"});
  const Judgement judgement = test::judged(head, &base, {});
  const auto unsure =
      std::ranges::count(judgement.findings, Verdict::inconclusive, &Finding::verdict);
  REQUIRE(unsure > 10);
  const std::string left = "and " + std::to_string(unsure - 10) + " more that are unsure";
  for (const Format& format : {all()[0], all()[1]}) {
    CHECK(format.judgement(judgement, {}).contains(left));
    CHECK_FALSE(format.judgement(judgement, {.verbose = true}).contains("more that are unsure"));
  }
}

TEST_CASE("long lists show what passed only where that is asked for") {
  std::vector<test::Score> many;
  for (int i = 0; i < 50; ++i) many.push_back({"b" + std::to_string(i), 100.0 + i});
  const Run run = make_run({.scores = many});
  Policy policy;
  policy.rules = {{.ceiling = test::limit("1 s")}};
  const Judgement judgement = test::judged(run, &run, policy);
  CHECK_FALSE(all()[0].judgement(judgement, {}).contains("suite/b7"));
  CHECK(all()[0].judgement(judgement, {.verbose = true}).contains("suite/b7"));
}

}  // namespace
}  // namespace perfgate::report
