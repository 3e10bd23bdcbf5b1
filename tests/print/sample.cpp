#include "print/sample.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace perfgate::test {
namespace {

constexpr Time made{1'795'865'100'000};  // 2026-11-28T10:45:00Z

/// Looks like noise and is the same everywhere.
double noise(std::size_t i) {
  const double x = std::sin(static_cast<double>(i + 1) * 12.9898) * 43758.5453;
  return 2 * (x - std::floor(x)) - 1;
}

const std::vector<std::string> names{
    "decode/display/packed_decimal",
    "decode/comp3/zoned",
    "encode/record<std::vector<std::pair<unsigned long, std::string>>>/with_a_very_long_template_"
    "argument_list/1048576/threads:16",
    "parse::copybook::nested_occurs_depending_on",
    "روائز/فك_الترميز/عشري",
    "מדד/פענוח/ארוך",
    "基准测试/解码/十进制压缩",
    "बेंचमार्क/विसंकेतन",
    "Ωμέγα/декодирование/ñandú",
    "sort/\u202Egnp.exe/\x1B[31mred\x07"};

doc::Chart trend() {
  doc::Chart chart{
      .title = "Decode time of display/packed_decimal over 120 runs",
      .unit = "s",
      .alternative =
          "Rose by 6 % at run 62 (commit 3fa9c1e), was accepted, and is forecast to reach the "
          "ceiling of 1.9 ms between run 131 and run 148."};
  doc::Line line{.name = "median of a run"};
  for (std::size_t i = 0; i < 120; ++i) {
    const double level = i < 62 ? 1.52e-3 : 1.62e-3 + static_cast<double>(i - 62) * 1.2e-6;
    line.y.push_back(i == 40 || i == 41 ? NAN : level * (1 + 0.012 * noise(i)));
  }
  doc::Line forecast{.name = "forecast with its 95 % interval", .tone = doc::Tone::caution};
  for (std::size_t i = 0; i < 30; ++i) {
    const double ahead = static_cast<double>(i);
    const double y = 1.69e-3 + ahead * 4e-6;
    forecast.x.push_back(119 + ahead);
    forecast.y.push_back(y);
    forecast.low.push_back(y - 2e-5 - ahead * 2e-6);
    forecast.high.push_back(y + 2e-5 + ahead * 2e-6);
  }
  chart.lines = {line, forecast};
  chart.levels = {{.y = 1.9e-3, .label = "ceiling 1.9 ms", .tone = doc::Tone::bad},
                  {.y = 1.53e-3, .label = "baseline v1.4"},
                  {.y = 1.55e-3, .label = "target 1.55 ms", .tone = doc::Tone::good}};
  chart.marks = {{.at = 62, .label = "+6.1 % at 3fa9c1e", .tone = doc::Tone::bad},
                 {.at = 66, .to = 92, .label = "waiver W-12"},
                 {.at = 20, .label = "v1.3"},
                 {.at = 95, .label = "v1.4"}};
  for (int i = 0; i <= 140; i += 20) chart.ticks.emplace_back(i, fmt::format("run {}", i));
  return chart;
}

doc::Chart samples() {
  doc::Chart chart{.title = "Samples of base and head",
                   .unit = "B/s",
                   .alternative = "Head lies below base in 28 of 30 rounds."};
  doc::Line base{.name = "base", .points = true}, head{.name = "head", .points = true};
  for (std::size_t i = 0; i < 30; ++i) {
    base.y.push_back(560e6 * (1 + 0.01 * noise(i)));
    head.y.push_back(541e6 * (1 + 0.012 * noise(i + 500)));
  }
  chart.lines = {base, head};
  chart.levels = {{.y = 550e6, .label = "floor 524.5 MiB/s", .tone = doc::Tone::bad}};
  return chart;
}

doc::Chart crowded() {
  doc::Chart chart{.title = "Six series with many marks", .unit = "1", .alternative = {}};
  for (std::size_t s = 0; s < 6; ++s) {
    doc::Line line{.name = names[s]};
    for (std::size_t i = 0; i < 200; ++i)
      line.y.push_back(1 + 0.2 * static_cast<double>(s) +
                       0.1 * std::sin(static_cast<double>(i) / 15 + static_cast<double>(s)) +
                       0.02 * noise(i * 7 + s));
    chart.lines.push_back(std::move(line));
  }
  for (int i = 0; i < 24; ++i)
    chart.marks.push_back({.at = i * 8.0 + 4, .label = fmt::format("release {}.{}", i / 6, i % 6)});
  return chart;
}

doc::Table comparisons(std::size_t rows) {
  doc::Table table{.name = "comparisons",
                   .caption = "Comparisons with the baseline",
                   .columns = {{.title = "Verdict"},
                               {.title = "Benchmark", .code = true, .shrink = 2},
                               {.title = "Metric"},
                               {.title = "Base", .number = true},
                               {.title = "Head", .number = true},
                               {.title = "Change", .number = true},
                               {.title = "95 % interval", .number = true},
                               {.title = "History"}},
                   .left_out = "312 unchanged benchmarks are not listed."};
  if (rows > 0)
    table.groups = {{.first = 0, .title = "Decode"}, {.first = 11, .title = "Encode and others"}};
  for (std::size_t i = 0; i < rows; ++i) {
    const bool bad = i % 9 == 0, caution = i % 9 == 4, good = i % 9 == 7;
    const double base = 1e-6 * std::pow(10, static_cast<double>(i % 7) / 2);
    const double change = (bad ? 0.12 : caution ? 0.04 : good ? -0.08 : 0.0) + 0.008 * noise(i);
    const doc::Tone tone = bad       ? doc::Tone::bad
                           : caution ? doc::Tone::caution
                           : good    ? doc::Tone::good
                                     : doc::Tone::neutral;
    std::vector<double> history;
    for (std::size_t k = 0; k < 24; ++k)
      history.push_back(1 + 0.05 * noise(i * 31 + k) + (bad && k > 18 ? 0.3 : 0));
    table.rows.push_back(
        {{.text = bad       ? "FAIL"
                  : caution ? "WARN"
                  : good    ? "improved"
                            : "pass",
          .tone = tone},
         {.text = names[i % names.size()] + (i < names.size() ? "" : fmt::format("/{}", i)),
          .target = i == 1 ? "https://example.com/suite?a=(1)&b='x'" : ""},
         {.text = i % 3 == 0 ? "time" : "throughput"},
         {.text = fmt::format("{:.3f} µs", base * 1e6)},
         {.text = fmt::format("{:.3f} µs", base * (1 + change) * 1e6)},
         {.text = fmt::format("{:+.2f} %", change * 100)},
         {.text = fmt::format("{:+.2f} .. {:+.2f} %", change * 100 - 1, change * 100 + 1)},
         {.sparkline = history}});
  }
  return table;
}

doc::Table heat(std::size_t columns) {
  doc::Table table{.name = "matrix", .caption = "Change of time, frontend × backend"};
  table.columns.push_back({.title = "Frontend", .code = true});
  const char* backends[] = {"x86_64", "aarch64", "riscv64", "wasm32", "s390x", "ppc64le"};
  for (std::size_t c = 0; c < columns; ++c)
    table.columns.push_back(
        {.title = fmt::format("{}{}", backends[c % 6], c < 6 ? "" : fmt::format("-{}", c)),
         .number = true});
  for (const char* frontend : {"cobol", "fortran", "pl1", "rpg", "assembler"}) {
    std::vector<doc::Cell> row{{.text = frontend}};
    for (std::size_t c = 0; c < columns; ++c) {
      const double heat = noise(c * 17 + row.size() + static_cast<std::size_t>(frontend[0]));
      row.push_back({.text = fmt::format("{:+.1f} %", heat * 20), .heat = heat});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

doc::Document sample_document() {
  doc::Document document{
      .title = "Performance of nightly-suite at 3fa9c1e",
      .subtitle =
          "main, run 4f2c0d, compared with the baseline of v1.4.2 (run 1b9a77), measured by "
          "turns on one machine",
      .verdict =
          "FAIL: 3 of 412 benchmarks got slower than the policy allows, one is below its "
          "floor",
      .tone = doc::Tone::bad,
      .tool = "perfgate 0.1.0",
      .made = made,
      .keywords = {"performance", "nightly-suite", "main", "FAIL"}};
  auto& blocks = document.blocks;
  blocks = {
      doc::Heading{.text = "What happened", .anchor = "what"},
      doc::Paragraph{
          .spans = {{.text = "decode/display/packed_decimal", .code = true},
                    {.text = " takes "},
                    {.text = "12.3 % longer", .strong = true},
                    {.text = " than the baseline (interval +11.2 .. +13.4 %). The change "
                             "came with commit "},
                    {.text = "3fa9c1e",
                     .target = "https://example.com/commit/3fa9c1e",
                     .code = true},
                    {.text = " and stands clear of the noise; this run could see 1.2 % "
                             "in half of the benchmarks and 3.1 % in each. See "},
                    {.text = "the table of comparisons", .target = "#comparisons"},
                    {.text = ", and "},
                    {.text = "nothing here", .target = "javascript:alert(1)"},
                    {.text = "."}}},
      doc::Paragraph{.spans = {{.text = "The headline COMP-3 is at 38.2 MiB/s, below its floor of "
                                        "40 MiB/s: shortfall 4.5 %."}},
                     .tone = doc::Tone::bad},
      doc::Paragraph{.spans = {{.text = "One waiver ends within a week: W-12, for "},
                               {.text = "روائز/فك", .code = true},
                               {.text = ", 3.2 %, until 2026-12-04, by Dana."}},
                     .tone = doc::Tone::caution},
      doc::Paragraph{.spans = {{.text = "The drift since v1.4 has used 7.8 of 10 %."}},
                     .tone = doc::Tone::good},
      doc::Heading{.level = 3, .text = "What to do"},
      doc::Bullets{
          .items = {{{.text = "Look at the commit: "}, {.text = "git show 3fa9c1e", .code = true}},
                    {{.text = "Find the culprit where there is more than one commit: "},
                     {.text = "perfgate bisect --good v1.4.2 --bad 3fa9c1e", .code = true},
                     {.text = ". It measures both ends first, and asks for half of the "
                              "change that is looked for, so that an error to either side "
                              "is equally far."}},
                    {{.text = "Accept it with a reason if it is meant."}}},
          .numbered = true},
      doc::Code{"$ perfgate ab --base v1.4.2 --head 3fa9c1e\n"
                "base 1.523 ms  head 1.711 ms  +12.3 % (+11.2 .. +13.4 %)  FAIL\n"
                "exit 1"},
      doc::Heading{.level = 3, .text = "The experiment"},
      doc::Facts{
          .rows = {{"Commit",
                    {{.text = "3fa9c1e0b7a44d21", .code = true},
                     {.text = " Decode nibbles two at a time"}}},
                   {"Baseline", {{.text = "run 1b9a77 of v1.4.2, promoted 2026-11-02 by Dana"}}},
                   {"Machine", {{.text = "AMD EPYC 7763, 2 cores, Debian 12, g++ 12.2.0 -O2"}}},
                   {"Design",
                    {{.text = "by turns on one machine, 30 rounds of 3 launches; "
                              "contention was below 0.4 % of each launch and no "
                              "value was taken out"}}}}},
      doc::Heading{.text = "Trend", .anchor = "trend"},
      trend(),
      samples(),
      doc::Heading{.text = "Comparisons", .anchor = "comparisons"},
      comparisons(64),
      doc::Heading{.text = "Matrix"},
      doc::Paragraph{.spans = {{.text = "Warm is slower, cool is quicker than the baseline."}}},
      heat(6),
      heat(26),
      doc::Heading{.text = "Many series"},
      crowded(),
  };
  doc::Table evidence{.name = "evidence",
                      .caption = "What was checked",
                      .columns = {{.title = "Control"},
                                  {.title = "Evidence", .shrink = 1},
                                  {.title = "SHA-256", .code = true, .shrink = 2},
                                  {.title = "State"}}};
  for (int i = 0; i < 18; ++i)
    evidence.rows.push_back(
        {{.text = fmt::format("PC-{:02}", i + 1)},
         {.text =
              "The record of this run is the one that the store's chain holds, the baseline was "
              "promoted by somebody whom the policy lets, and no value is missing between the "
              "first of the month and the last."},
         {.text = fmt::format("{:016x}{:016x}{:016x}{:016x}", 0x9e3779b97f4a7c15u * (i + 1ull),
                              0xc2b2ae3d27d4eb4fu * (i + 3ull), 0x165667b19e3779f9u * (i + 7ull),
                              0x27d4eb2f165667c5u * (i + 9ull))},
         {.text = i == 7 ? "FAILED" : "holds", .tone = i == 7 ? doc::Tone::bad : doc::Tone::good}});
  blocks.emplace_back(doc::Heading{.text = "Audit"});
  blocks.emplace_back(std::move(evidence));
  std::string prose;
  for (int i = 0; i < 60; ++i)
    prose += fmt::format(
        "Sentence {} of a paragraph that is long enough to need more than a page "
        "of paper, so that its lines have to be broken well. ",
        i + 1);
  blocks.emplace_back(doc::Heading{.text = "Prose"});
  for (int i = 0; i < 3; ++i) blocks.emplace_back(doc::Paragraph{.spans = {{.text = prose}}});
  blocks.emplace_back(doc::Paragraph{
      .spans = {
          {.text =
               "هذا تقرير عن أداء البرنامج: الاختبار decode استغرق 12.3 % أطول من خط الأساس."}}});
  return document;
}

doc::Document many_rows(std::size_t rows) {
  doc::Document document{
      .title = fmt::format("{} benchmarks", rows), .tool = "perfgate 0.1.0", .made = made};
  doc::Table table = comparisons(0);
  for (std::size_t i = 0; i < rows; ++i)
    table.rows.push_back({{.text = i % 9 == 0 ? "FAIL" : "pass",
                           .tone = i % 9 == 0 ? doc::Tone::bad : doc::Tone::neutral},
                          {.text = fmt::format("suite_{}/benchmark_{}/size:{}", i % 13, i, i * 64)},
                          {.text = "time"},
                          {.text = fmt::format("{:.3f} µs", 1 + 0.1 * noise(i))},
                          {.text = fmt::format("{:.3f} µs", 1 + 0.1 * noise(i + 1))},
                          {.text = fmt::format("{:+.2f} %", 5 * noise(i + 2))},
                          {.text = fmt::format("{:+.2f} .. {:+.2f} %", noise(i), noise(i) + 1)},
                          {}});
  document.blocks.emplace_back(std::move(table));
  return document;
}

doc::Document many_charts(std::size_t charts, std::size_t points) {
  doc::Document document{
      .title = fmt::format("{} histories", charts), .tool = "perfgate 0.1.0", .made = made};
  for (std::size_t c = 0; c < charts; ++c) {
    doc::Line line{.name = "median"};
    line.y.reserve(points);
    for (std::size_t i = 0; i < points; ++i)
      line.y.push_back(1e-3 * (1 + 0.02 * noise(i * 3 + c) + (i > points / 2 ? 0.05 : 0)));
    document.blocks.emplace_back(doc::Heading{.level = 3, .text = fmt::format("benchmark_{}", c)});
    document.blocks.emplace_back(doc::Chart{
        .title = {},
        .unit = "s",
        .alternative = "Rose once, in the middle.",
        .lines = {std::move(line)},
        .marks = {
            {.at = static_cast<double>(points / 2), .label = "+5 %", .tone = doc::Tone::bad}}});
  }
  return document;
}

}  // namespace perfgate::test
