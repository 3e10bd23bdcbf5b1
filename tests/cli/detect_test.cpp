#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "support/cli.hpp"
#include "sys/process.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

constexpr std::string_view step = R"("values": [1,1,1,1,1,1,1,1,1,1,1,1,2,2,2,2,2,2,2,2,2,2,2,2])";

std::string line_of(const std::string& id, std::string_view more = "") {
  return "{\"id\": \"" + id + "\", " + std::string(step) + std::string(more) + "}\n";
}

std::vector<nlohmann::json> answers(const std::string& text) {
  std::vector<nlohmann::json> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(nlohmann::json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

// AC:detect-lines
TEST_CASE("detect answers every line in its order with the changes and the commits to look at") {
  Desk perfgate;
  std::string commits, times, many;
  for (int i = 0; i < 24; ++i) {
    commits += (i == 0 ? "\"c" : ",\"c") + std::to_string(i) + "\"";
    times += (i == 0 ? "" : ",") + std::to_string(1000 + i);
  }
  for (int i = 0; i < 1200; ++i) many += line_of(std::to_string(i));
  perfgate.write("series.jsonl",
                 line_of("first", ", \"commits\": [" + commits + "], \"times\": [" + times + "]") +
                     "\n" + many + "{\"id\": \"short\", \"values\": []}");
  REQUIRE(perfgate({"detect", "series.jsonl"}) == 0);
  const auto lines = answers(perfgate.out);
  REQUIRE(lines.size() == 1202);
  CHECK(lines[0]["id"] == "first");
  CHECK(lines[0]["points"] == 24);
  CHECK(lines[0]["relative"] == true);
  REQUIRE(lines[0]["changes"].size() == 1);
  const auto& change = lines[0]["changes"][0];
  CHECK(change["index"] == 12);
  CHECK(change["first"] == 12);
  CHECK(change["last"] == 12);
  CHECK(change["before"] == 1);
  CHECK(change["after"] == 2);
  CHECK(change["change"] == 1);
  CHECK(change["provisional"] == false);
  CHECK(change["commit"] == "c12");
  CHECK(change["good"] == "c11");
  CHECK(change["bad"] == "c12");
  CHECK(change["time"] == 1012);
  for (int i = 0; i < 1200; ++i)
    CHECK(lines[static_cast<std::size_t>(i) + 1]["id"] == std::to_string(i));
  CHECK(lines.back()["changes"].empty());
  const std::string all = perfgate.out;
  REQUIRE(perfgate({"detect", "series.jsonl", "--threads", "1"}) == 0);
  CHECK(perfgate.out == all);
}

TEST_CASE("detect leaves out accepted and small changes and tells excursions") {
  Desk perfgate;
  std::string values;
  for (int i = 0; i < 60; ++i)
    values += (i == 0 ? "" : ",") + std::string(i >= 30 && i < 38 ? "2" : "1");
  perfgate.write("series.jsonl", line_of("cut", ", \"accepted\": [12]") +
                                     "{\"id\": \"back\", \"values\": [" + values + "]}\n" +
                                     line_of("mixed", ", \"times\": null"));
  REQUIRE(perfgate({"detect", "series.jsonl"}) == 0);
  const auto lines = answers(perfgate.out);
  CHECK(lines[0]["changes"].empty());
  CHECK(lines[1]["changes"].empty());
  REQUIRE(lines[1]["excursions"].size() == 1);
  CHECK(lines[1]["excursions"][0]["index"] == 30);
  CHECK(lines[1]["excursions"][0]["end"] == 38);
  CHECK(lines[1]["excursions"][0]["level"] == 2);
  CHECK(lines[2]["changes"].size() == 1);
  REQUIRE(perfgate({"detect", "series.jsonl", "--min-change", "1"}) == 0);
  CHECK(answers(perfgate.out)[2]["changes"].size() == 1);  // from 1 to 2 is a change by 1
}

// AC:detect-bad-lines
TEST_CASE("detect answers a line that it cannot read with its error and goes on") {
  Desk perfgate;
  const std::vector<std::pair<std::string, std::string>> bad{
      {"nonsense", "not valid JSON"},
      {"[1]", "it is no object"},
      {R"({"values": [1]})", "it has no `id`"},
      {R"({"id": 3, "values": [1]})", "`id` is no text"},
      {R"({"id": "a"})", "it has no `values`"},
      {R"({"id": "a", "values": 3})", "`values` is no list"},
      {R"({"id": "a", "values": [1, null]})", "/values/1 is no number"},
      {R"({"id": "a", "id": "b", "values": [1]})", "line 9"},
      {R"({"id": "a", "values": [1e999]})", "line 10"},
      {R"({"id": "a", "values": [1], "times": [1, 2]})", "`times` is no list as long as"},
      {R"({"id": "a", "values": [1], "commits": "c"})", "`commits` is no list as long as"},
      {R"({"id": "a", "values": [1, 2], "accepted": 1})", "`accepted` is no list"},
      {R"({"id": "a", "values": [1, 2], "accepted": [1, 1]})", "/accepted/1 is no index"},
      {R"({"id": "a", "values": [1, 2], "accepted": [2]})", "/accepted/0 is no index"},
      {R"({"id": "a", "values": [1, 2], "accepted": [-1]})", "/accepted/0 is no index"}};
  std::string text = "\n" + line_of("good");
  for (const auto& [line, message] : bad) text += line + "\n";
  perfgate.write("series.jsonl", text.substr(1) + line_of("last"));
  CHECK(perfgate({"detect", "series.jsonl"}) == 3);
  const auto lines = answers(perfgate.out);
  REQUIRE(lines.size() == bad.size() + 2);
  CHECK(lines[0]["id"] == "good");
  CHECK(lines.back()["id"] == "last");
  for (std::size_t i = 0; i < bad.size(); ++i) {
    CHECK(lines[i + 1]["line"] == i + 2);
    CHECK(says(lines[i + 1]["error"].get<std::string>(), bad[i].second));
  }
  CHECK(says(perfgate.err, "CBKB002"));
  CHECK(says(perfgate.err, "15 of 17 lines could not be read; the first: line 2: not valid JSON"));
  CHECK(says(perfgate.err, "hint: a line is {\"id\": \"TEXT\""));

  CHECK(perfgate({"detect", "series.jsonl", "--fail-fast"}) == 3);
  CHECK(answers(perfgate.out).size() == 1);
  CHECK(says(perfgate.err, "line 2: not valid JSON"));
}

TEST_CASE("detect refuses a line beyond its limit without keeping it") {
  Desk perfgate;
  perfgate.write("series.jsonl",
                 "{\"id\": \"" + std::string(65'000'000 + 3'000'000, 'x') + "\"}\n" + line_of("b"));
  CHECK(perfgate({"detect", "series.jsonl"}) == 3);
  CHECK(says(answers(perfgate.out)[0]["error"].get<std::string>(), "longer than 64 MiB"));
  CHECK(answers(perfgate.out)[1]["id"] == "b");
}

TEST_CASE("detect says which series it wants") {
  Desk perfgate;
  CHECK(perfgate({"detect", "--stdin", "series.jsonl"}) == 2);
  CHECK(says(perfgate.err, "--stdin and a file"));
  CHECK(perfgate({"detect", "absent.jsonl"}) == 9);
  CHECK(says(perfgate.err, "absent.jsonl"));
  CHECK(perfgate({"detect", "x", "--min-change", "2"}) == 2);
}

TEST_CASE("detect filters stdin to stdout") {
  Desk perfgate;
  perfgate.write("series.jsonl", line_of("piped"));
  for (const std::string how : {"--stdin", "-"}) {
    const auto outcome = sys::run_process(
        {.argv = {"/bin/sh", "-c", "cat series.jsonl | '" PERFGATE_BINARY "' detect " + how}}, {});
    REQUIRE(outcome);
    CHECK(outcome->exit_code == 0);
    CHECK(answers(outcome->output.text()).at(0)["id"] == "piped");
  }
}

}  // namespace
}  // namespace perfgate::cli
