#include "config/perf.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "config/project.hpp"
#include "config/schema.hpp"
#include "paths.hpp"

using namespace perfgate;
using namespace perfgate::config;

namespace {

std::string shipped_schema() {
  std::ifstream file(PERFGATE_SOURCE_DIR "/config/schema/perf.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<PerfKey> shipped_keys() {
  const auto project = read_project(
      "[[headline]]\nname = \"display\"\nunit = \"GiB/s\"\nbenchmark = \"*\"\n"
      "[[headline]]\nname = \"comp3\"\nunit = \"MiB/s\"\ndecimals = 1\nbenchmark = \"*\"\n",
      "perfgate.toml");
  REQUIRE(project);
  return perf_keys(project->headlines);
}

Result<PerfSummary> read(std::string_view json) {
  return read_perf(json, "perf.json", shipped_schema(), "perf.schema.json");
}

Error refused_perf(std::string_view json) {
  CAPTURE(json);
  const auto summary = read(json);
  REQUIRE_FALSE(summary);
  return summary.error();
}

std::string with(std::string_view display, std::string_view comp3, std::string_view warnings = "[]",
                 std::string_view errors = "[]") {
  std::string text = "{\"display_gibs\": ";
  text.append(display).append(", \"comp3_mibs\": ").append(comp3);
  return text.append(", \"warnings\": ").append(warnings).append(", \"errors\": ").append(errors) +
         "}";
}

std::string list(std::size_t count, const std::string& text) {
  std::string result = "[";
  for (std::size_t i = 0; i < count; ++i) result += (i > 0 ? ",\"" : "\"") + text + "\"";
  return result + "]";
}

}  // namespace

// AC:perf-schema-shipped
TEST_CASE("the shipped schema of perf.json is the one derived from its headlines") {
  CHECK(perf_schema(shipped_keys()) == shipped_schema());
}

// AC:perf-json-bounds
TEST_CASE("perf.json is read with its decimals as printed") {
  const auto summary = read(with("4.20", "571.0", "[\"w\"]", "[\"e\"]"));
  REQUIRE(summary);
  REQUIRE(summary->values.size() == 2);
  const PerfValue& display = summary->values[0];
  CHECK(display.key == "display_gibs");
  CHECK(display.headline == "display");
  CHECK(display.unit == find_unit("GiB/s"));
  CHECK(display.value == *Decimal::parse("4.2"));
  CHECK(display.decimals == 2);
  CHECK(summary->values[1].decimals == 1);
  CHECK(summary->warnings == std::vector<std::string>{"w"});
  CHECK(summary->errors == std::vector<std::string>{"e"});
  CHECK(read(with("0", "0"))->values[0].decimals == 0);
  CHECK(read(with("100", "10000")));
  CHECK(read(with("1.5e1", "1"))->values[0].decimals == 1);
}

// AC:perf-json-bounds
TEST_CASE("a perf.json beyond its schema is refused with place and limit") {
  const auto message = [](std::string_view json) {
    const Error error = refused_perf(json);
    CHECK(error.code == Code::schema);
    CHECK(error.hint.find("perf.schema.json") != std::string::npos);
    return error.message;
  };
  CHECK(message(with("4.225", "1")) == "perf.json: /display_gibs: 4.225 is not a multiple of 0.01");
  CHECK(message(with("4.2200000000000001", "1")).find("is not a multiple of 0.01") !=
        std::string::npos);
  CHECK(message(with("100.01", "1")) ==
        "perf.json: /display_gibs: 100.01 is more than the maximum, 100");
  CHECK(message(with("-0.01", "1")) ==
        "perf.json: /display_gibs: -0.01 is less than the minimum, 0");
  CHECK(message(with("1", "10000.1")) ==
        "perf.json: /comp3_mibs: 10000.1 is more than the maximum, 10000");
  CHECK(message(with("1", "0.15")) == "perf.json: /comp3_mibs: 0.15 is not a multiple of 0.1");
  CHECK(message(with("\"4.22\"", "1")) ==
        "perf.json: /display_gibs: \"4.22\" is string, not number");
  CHECK(message(with("null", "1")) == "perf.json: /display_gibs: null is null, not number");
  CHECK(message(with("1", "1", list(51, "x"))).find("perf.json: /warnings: ") == 0);
  CHECK(message(with("1", "1", list(1, ""))).find("perf.json: /warnings/0: ") == 0);
  CHECK(message(with("1", "1", "[]", list(1, std::string(501, 'x'))))
            .find("perf.json: /errors/0: ") == 0);
  CHECK(read(with("1", "1", list(50, std::string(500, 'x')))));
  CHECK(message("{\"display_gibs\": 1, \"warnings\": [], \"errors\": []}") ==
        "perf.json: the top: required key `comp3_mibs` is missing");
  CHECK(
      message(
          "{\"display_gibs\": 1, \"comp3_mibs\": 1, \"warnings\": [], \"errors\": [], \"x\": 1}") ==
      "perf.json: the top: unknown key `x`");
  CHECK(message("[]").find("perf.json: the top: is array, not object") != std::string::npos);
  CHECK(refused_perf("{").code == Code::parse);
  CHECK(refused_perf(with("1e999", "1")).code == Code::parse);
  CHECK(refused_perf("{\"display_gibs\": 1, \"display_gibs\": 2}").code == Code::parse);
}

TEST_CASE("a headline's own maximum and decimals stand in the schema") {
  const auto project = read_project(
      "[[headline]]\nname = \"a\"\nunit = \"ns\"\ndecimals = 0\nmaximum = 2.5\nbenchmark = \"*\"\n"
      "[[headline]]\nname = \"b\"\nunit = \"ns\"\nbenchmark = \"*\"\n",
      "perfgate.toml");
  const std::string schema = perf_schema(perf_keys(project->headlines));
  const auto judged = [&](std::string_view json) {
    return read_perf(json, "perf.json", schema, "derived").has_value();
  };
  CHECK(judged(R"({"a_ns": 2, "b_ns": 123456.78, "warnings": [], "errors": []})"));
  CHECK_FALSE(judged(R"({"a_ns": 3, "b_ns": 1, "warnings": [], "errors": []})"));
  CHECK_FALSE(judged(R"({"a_ns": 1.5, "b_ns": 1, "warnings": [], "errors": []})"));
}

TEST_CASE("the keys of an unknown perf.json tell its headlines by their suffixes") {
  const auto keys = perf_keys(R"({"a_b_ns": 1.2345, "errors": [], "warnings": []})", "perf.json");
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK(keys->front().key == "a_b_ns");
  CHECK_FALSE(keys->front().decimals);
  const auto summary = read_perf(R"({"a_b_ns": 1.2345, "errors": [], "warnings": []})", "perf.json",
                                 perf_schema(*keys), "derived");
  REQUIRE(summary);
  CHECK(summary->values[0].headline == "a_b");
  CHECK(summary->values[0].decimals == 4);
  const auto unknown = perf_keys(R"({"speed": 1})", "perf.json");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::schema);
  CHECK(unknown.error().message ==
        "perf.json: the key `speed` does not end in `_` and a unit's suffix");
  CHECK_FALSE(perf_keys(R"({"_ns": 1})", "perf.json"));
  CHECK_FALSE(perf_keys(R"({"a_parsecs": 1})", "perf.json"));
  CHECK(perf_keys("[]", "perf.json").error().code == Code::parse);
  CHECK(perf_keys("{", "perf.json").error().code == Code::parse);
}

TEST_CASE("a user's schema may allow what perfgate cannot read and that is an error") {
  const auto read_any = [](std::string_view json) { return read_perf(json, "p", "true", "any"); };
  CHECK(read_any(R"({"speed": 1})").error().code == Code::schema);
  CHECK(read_any(R"({"a_ns": 1e-500})").error().code == Code::parse);
  CHECK(read_any(R"({"a_ns": [1], "warnings": "x", "errors": [1, null, {"x": true}]})")
            ->values.empty());
  CHECK(read_any(R"({"a_ns": -3})")->values[0].value == -3);
}

// AC:perf-json-texts
TEST_CASE("perf.json is written with fixed decimals and bounded texts") {
  PerfSummary summary = *read(with("4.2", "571"));
  summary.values[0].decimals = 2;
  summary.values[1].decimals = 1;
  CHECK(perf_json(summary) ==
        "{\n  \"display_gibs\": 4.20,\n  \"comp3_mibs\": 571.0,\n  \"warnings\": [],\n  "
        "\"errors\": []\n}\n");
  summary.warnings = std::vector<std::string>(60, "w\x1b" + std::string(600, 'x'));
  summary.errors = {"", "a\xff\"b\""};
  const auto again = read(perf_json(summary));
  REQUIRE(again);
  CHECK(again->warnings.size() == 50);
  CHECK(again->warnings.back() == "and 11 more");
  CHECK(again->warnings.front().find("w\\x1Bxxx") == 0);
  CHECK(again->errors == std::vector<std::string>{"(no text)", "a\uFFFD\"b\""});
  CHECK(again->values == summary.values);
}
