#include "report/plot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("sparkline: the lowest, the highest, and gaps") {
  CHECK(sparkline(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}) == "▁▂▃▄▅▆▇█");
  CHECK(sparkline(std::vector<double>{1, gap, 0}) == "█ ▁");
  CHECK(sparkline(std::vector<double>{5, 5}) == "▁▁");
  CHECK(sparkline({}).empty());
  const std::string ascii = sparkline(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}, true);
  CHECK(ascii == "_.:-=+*#");
}

doc::Chart chart() {
  doc::Chart chart{.title = "sort time", .unit = "s"};
  doc::Line line{.name = "measured"};
  for (int i = 0; i < 50; ++i) line.y.push_back(1e-6 * (100 + (i < 25 ? 0 : 20) + i % 3));
  chart.lines.push_back(std::move(line));
  chart.levels = {{.y = 130e-6, .label = "ceiling 130 µs"}, {.y = 1, .label = "ceiling 1 s"}};
  chart.marks = {{.at = 25, .label = "+20.00 %"}};
  chart.ticks = {{0, "2026-01-01"}, {49, "2026-02-20"}};
  return chart;
}

// AC:report-pictures
TEST_CASE("plot: as wide as asked, with labels, levels, marks and ticks") {
  for (const int width : {60, 100}) {
    const std::string text = plot(chart(), {.width = width});
    for (const std::string& line : lines_of(text)) CHECK(display_width(line) <= std::size_t(width));
    for (const char* said : {"sort time", "130 µs ┤", "ceiling 130 µs", "2026-02-20", "┊ +20.00 %",
                             "ceiling 1 s (above the picture)"})
      CHECK_MESSAGE(text.contains(said), text);
  }
}

TEST_CASE("plot: in ASCII where nothing else is shown") {
  const std::string text = plot(chart(), {.width = 60, .ascii = true});
  std::string bare = text;
  for (std::size_t at = 0; (at = bare.find("µ")) != bare.npos;) bare.erase(at, 2);  // of the unit
  for (const char c : bare) CHECK(static_cast<unsigned char>(c) < 0x80);
  CHECK(text.contains("*"));
}

TEST_CASE("plot: a step is seen: the first half lies low, the second high") {
  const std::vector<std::string> lines = lines_of(plot(chart(), {.width = 60, .height = 6}));
  const auto drawn = [](const std::string& line, std::size_t begin, std::size_t end) {
    std::size_t column = 0;
    bool any = false;
    for (std::size_t at = 0; at < line.size();) {
      const CodePoint point = code_point_at(line, at);
      if (column >= begin && column < end) any |= point.value > 0x2800 && point.value < 0x2900;
      at += point.length;
      ++column;
    }
    return any;
  };
  CHECK_FALSE(drawn(lines[2], 12, 32));
  CHECK(drawn(lines[6], 12, 32));
  CHECK(drawn(lines[3], 36, 60));
}

TEST_CASE("plot: nothing to draw, one value, and constant values are no trouble") {
  CHECK(plot(doc::Chart{}, {}).empty());
  CHECK(plot(doc::Chart{.lines = {{.y = {gap, gap}}}}, {}).empty());
  CHECK_FALSE(plot(doc::Chart{.lines = {{.y = {1}}}}, {}).empty());
  CHECK_FALSE(plot(doc::Chart{.lines = {{.y = {0, 0, 0}}}}, {}).empty());
}

Distribution distribution() {
  return {.title = "sort time",
          .unit = BaseUnit::second,
          .rows = {{"base", {1e-6, 1.01e-6, 1.02e-6}, 1.01e-6, 1e-6, 1.02e-6},
                   {"head", {1.2e-6, 1.21e-6, 1.22e-6}, 1.21e-6, 1.2e-6, 1.22e-6}},
          .limits = {{.y = 1.1e-6, .label = "ceiling 1.1 µs"}, {.y = 5, .label = "ceiling 5 s"}}};
}

TEST_CASE("plot: distributions side by side over one axis") {
  for (const int width : {60, 100}) {
    const std::string text = plot(distribution(), {.width = width});
    const std::vector<std::string> lines = lines_of(text);
    for (const std::string& line : lines) CHECK(display_width(line) <= std::size_t(width));
    CHECK(text.contains("1.01 µs  1 µs .. 1.02 µs  n 3"));
    CHECK(text.contains("▲ ceiling 1.1 µs"));
    CHECK(text.contains("▶ ceiling 5 s"));
    CHECK(lines[1].find("█") < lines[3].find("█"));  // base lies to the left
  }
  CHECK(plot(Distribution{}, {}).empty());
}

TEST_CASE("thinned values keep their ends, their lowest and their highest") {
  std::vector<double> values(1000, 5);
  values[333] = 1;
  values[777] = 9;
  const auto places = thinned(values, 50);
  CHECK(places.size() <= 50);
  CHECK(std::ranges::is_sorted(places));
  CHECK(places.front() == 0);
  CHECK(places.back() == 999);
  for (const std::size_t kept : {std::size_t{333}, std::size_t{777}})
    CHECK(std::ranges::find(places, kept) != places.end());
  CHECK(thinned(values, 2000).size() == 1000);
}

}  // namespace
}  // namespace perfgate::report
