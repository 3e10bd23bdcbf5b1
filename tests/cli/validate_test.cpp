#include <doctest/doctest.h>

#include "model/judgement_json.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

void write_judgement_of(Desk& desk, const Run& run) {
  std::string text;
  const Judgement judgement = test::judged(run, nullptr, test::shipped_policy());
  write_judgement(judgement, [&](std::string_view piece) { text += piece; });
  desk.write("judgement.json", text);
}

/// The file with one text in it replaced.
void spoil(Desk& desk, const std::string& path, const std::string& what, const std::string& by) {
  std::string text = desk.read(path);
  const std::size_t at = text.find(what);
  REQUIRE_MESSAGE(at != text.npos, what);
  desk.write(path, text.replace(at, what.size(), by));
}

// AC:validate
TEST_CASE("validate says that good files are good") {
  Desk perfgate;
  const Run run = test::make_run({.headlines = test::headlines()});
  perfgate.write_receipt("run.json", run);
  write_judgement_of(perfgate, run);
  perfgate.write("perf.json",
                 R"({"display_gibs": 4.22, "comp3_mibs": 571.0, "warnings": [], "errors": []})");
  perfgate.write("thresholds.toml", "[performance_floors]\ndisplay_min_mibs = 80\n");
  perfgate.write("perfgate.toml",
                 "[[suite]]\nname = \"a\"\nharness = \"criterion\"\ncommand = [\"x\"]\n");
  perfgate.write("perf.jsonl", "{\"backend\": \"polars\", \"compute_seconds\": 1.5}\n");
  for (const auto& [kind, file] :
       std::map<std::string, std::string>{{"run", "run.json"},
                                          {"records", "perf.jsonl"},
                                          {"judgement", "judgement.json"},
                                          {"perf", "perf.json"},
                                          {"policy", "thresholds.toml"},
                                          {"project", "perfgate.toml"}}) {
    CHECK(perfgate({"validate", kind, file}) == 0);
    CHECK(perfgate.out == file + ": valid " + kind + "\n");
    CHECK(perfgate.err.empty());
    CHECK(perfgate({"validate", kind, file, "--quiet"}) == 0);
    CHECK(perfgate.out.empty());
  }
}

// AC:validate
TEST_CASE("validate names what is wrong with a run and where") {
  Desk perfgate;
  const auto refuses = [&](const std::string& what, const std::string& by,
                           const std::string& place) {
    perfgate.write_run("run.json");
    spoil(perfgate, "run.json", what, by);
    CHECK(perfgate({"validate", "run", "run.json"}) == 3);
    CHECK(perfgate.out.empty());
    says(perfgate.err, "CBKB003");
    says(perfgate.err, place);
  };
  refuses("\"attempt\"", "\"atempt\"", "atempt");
  refuses("\"started\": \"", "\"started\": \"never", "/started");
  refuses("perfgate.run/1", "perfgate.run/2", "perfgate.run/2");
  refuses("\"unit\":\"s\"", "\"unit\":\"parsec\"", "/metrics/0/unit");
}

// AC:validate
TEST_CASE("validate names what is wrong with a judgement") {
  Desk perfgate;
  write_judgement_of(perfgate, test::make_run());
  spoil(perfgate, "judgement.json", "\"verdict\": \"", "\"verdict\": \"un");
  CHECK(perfgate({"validate", "judgement", "judgement.json"}) == 3);
  says(perfgate.err, "CBKB003");
  says(perfgate.err, "/verdict");
  perfgate.write("judgement.json", "{}");
  CHECK(perfgate({"validate", "judgement", "judgement.json"}) == 3);
  perfgate.write("judgement.json", "{\"a\": 1, \"a\": 2}");
  CHECK(perfgate({"validate", "judgement", "judgement.json"}) == 3);
}

// AC:validate-perf
TEST_CASE("validate holds perf.json to units and bounds and decimals and texts") {
  Desk perfgate;
  perfgate.write("perfgate.toml",
                 "[[headline]]\nname = \"display\"\nunit = \"GiB/s\"\nbenchmark = \"d\"\n"
                 "[[headline]]\nname = \"comp3\"\nunit = \"MiB/s\"\nbenchmark = \"c\"\n"
                 "decimals = 1\n");
  const auto perf = [&](const std::string& text) {
    perfgate.write("perf.json", text);
    return perfgate({"validate", "perf", "perf.json"});
  };
  // 4.22 is a multiple of 0.01, whatever doubles say.
  CHECK(perf(R"({"display_gibs": 4.22, "comp3_mibs": 571, "warnings": [], "errors": []})") == 0);
  for (const auto& [text, phrase] : std::vector<std::pair<std::string, std::string>>{
           {R"({"display_gibs": 4.225, "comp3_mibs": 571, "warnings": [], "errors": []})",
            "/display_gibs"},
           {R"({"display_gibs": 101, "comp3_mibs": 571, "warnings": [], "errors": []})",
            "/display_gibs"},
           {R"({"display_gibs": -1, "comp3_mibs": 571, "warnings": [], "errors": []})",
            "/display_gibs"},
           {R"({"display_gibs": 4.22, "comp3_mibs": 10000.1, "warnings": [], "errors": []})",
            "/comp3_mibs"},
           {R"({"display_gibs": 4.22, "warnings": [], "errors": []})", "comp3_mibs"},
           {R"({"display_gibs": 4.22, "comp3_mibs": 571, "errors": []})", "warnings"},
           {R"({"display_gibs": 4.22, "comp3_mibs": 571, "warnings": [""], "errors": []})",
            "/warnings/0"},
           {R"({"display_gibs": 4.22, "comp3_mibs": 571, "warnings": [], "errors": [], "x": 1})",
            "x"},
           {R"({"display_gibs": "4.22", "comp3_mibs": 571, "warnings": [], "errors": []})",
            "/display_gibs"}}) {
    CHECK(perf(text) == 3);
    says(perfgate.err, "CBKB003");
    says(perfgate.err, phrase);
  }
  CHECK(perf(R"({"display_gibs": 1, "display_gibs": 4.22, "comp3_mibs": 1, "warnings": []})") == 3);
  CHECK(perf("{\"display_gibs\": 1e999}") == 3);
  CHECK(perf("") == 3);
}

// AC:own-schema
TEST_CASE("the schema of the user's own replaces ours on reading") {
  Desk perfgate;
  const std::string good = R"({"a_ns": 3, "warnings": [], "errors": []})";
  perfgate.write("perf.json", good);
  perfgate.write("own.json", R"({"type": "object", "properties": {"a_ns": {"maximum": 2}}})");
  CHECK(perfgate({"validate", "perf", "perf.json"}) == 0);
  CHECK(perfgate({"validate", "perf", "perf.json", "--schema", "own.json"}) == 3);
  says(perfgate.err, "CBKB003");
  says(perfgate.err, "/a_ns");
  says(perfgate.err, "own.json");
  // As the project says, too.
  perfgate.write("perfgate.toml", "[schema]\nperf = \"own.json\"\n");
  CHECK(perfgate({"validate", "perf", "perf.json"}) == 3);
  CHECK(perfgate({"validate", "perf", "--print-schema"}) == 0);
  CHECK(perfgate.out == perfgate.read("own.json"));
  // A keyword that is not known is no silence.
  perfgate.write("own.json", R"({"type": "object", "maximun": 2})");
  CHECK(perfgate({"validate", "perf", "perf.json"}) == 3);
  says(perfgate.err, "maximun");
  CHECK(perfgate({"validate", "perf", "perf.json", "--schema", "none.json"}) == 9);
  says(perfgate.err, "CBKB103");
}

// AC:validate
TEST_CASE("validate names line and key of a wrong policy or project") {
  Desk perfgate;
  perfgate.write("t.toml", "[performance_floors]\ndisplay_min_parsecs = 80\n");
  CHECK(perfgate({"validate", "policy", "t.toml"}) == 2);
  says(perfgate.err, "CBKB102");
  says(perfgate.err, "t.toml:2");
  for (const char* limit : {"nan", "inf", "-inf"}) {
    perfgate.write("t.toml",
                   "[performance_floors]\ndisplay_min_mibs = " + std::string(limit) + "\n");
    CHECK(perfgate({"validate", "policy", "t.toml"}) == 2);
    says(perfgate.err, "t.toml:2");
  }
  perfgate.write("p.toml", "[[suite]]\nname = \"a\"\ncommand = \"./bench --x\"\nharness = \"b\"\n");
  CHECK(perfgate({"validate", "project", "p.toml"}) == 2);
  says(perfgate.err, "p.toml:3");
  says(perfgate.err, "[\"./bench\", \"--x\"]");
  perfgate.write("p.toml", "[[suit]]\n");
  CHECK(perfgate({"validate", "project", "p.toml"}) == 2);
  says(perfgate.err, "suite");
}

TEST_CASE("print-schema prints JSON Schema draft 7 of what has one") {
  Desk perfgate;
  for (const char* kind : {"perf", "run", "judgement", "records"}) {
    CHECK(perfgate({"validate", kind, "--print-schema"}) == 0);
    says(perfgate.out, "http://json-schema.org/draft-07/schema#");
  }
  CHECK(perfgate({"validate", "policy", "--print-schema"}) == 2);
  says(perfgate.err, "policy is TOML, and has no JSON Schema");
  perfgate.write("perfgate.toml", "[[headline]]\nname = \"x\"\nunit = \"ns\"\nbenchmark = \"d\"\n");
  CHECK(perfgate({"validate", "perf", "--print-schema"}) == 0);
  says(perfgate.out, "\"x_ns\"");
}

TEST_CASE("validate names the line and member of a record that does not fit") {
  Desk perfgate;
  perfgate.write("perf.jsonl", "{\"backend\": \"x\", \"a_seconds\": 1}\n{\"backend\": 5}\n");
  CHECK(perfgate({"validate", "records", "perf.jsonl"}) == 3);
  says(perfgate.err, "CBKB002: perf.jsonl:2: /backend: expected a text, found number 5");
}

TEST_CASE("the schema of run.json and of records knows the dimensions of fixed meaning") {
  Desk perfgate;
  Run run = test::make_run();
  const auto valid = [&](const char* name, Scalar value) {
    run.benchmarks[0].dimensions.set(name, std::move(value));
    perfgate.write_receipt("run.json", run);
    return perfgate({"validate", "run", "run.json"});
  };
  CHECK(valid("used_cores", Scalar()) == 0);
  CHECK(valid("dataset_rows", Scalar(std::int64_t{1})) == 0);
  CHECK(valid("own", Scalar(0.5)) == 0);
  CHECK(valid("ok", Scalar("yes")) == 3);
  says(perfgate.err, "/benchmarks/0/dimensions/ok");
  CHECK(perfgate({"validate", "records", "--print-schema"}) == 0);
  perfgate.write("own.json", perfgate.out);
  says(perfgate.out, "\"compute_seconds\"");
  says(perfgate.out, "_(seconds|bytes|per_second)$");
}

TEST_CASE("validate needs a known kind and a file that can be read") {
  Desk perfgate;
  CHECK(perfgate({"validate", "perff", "x"}) == 2);
  says(perfgate.err, "perff");
  CHECK(perfgate({"validate", "run"}) == 2);
  says(perfgate.err, "which file?");
  for (const char* kind : {"perf", "run", "judgement", "policy", "project"}) {
    CHECK(perfgate({"validate", kind, "no-such-file"}) == 9);
    says(perfgate.err, "CBKB103");
    says(perfgate.err, "no-such-file");
  }
}

}  // namespace
}  // namespace perfgate::cli
