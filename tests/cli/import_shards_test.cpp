#include <doctest/doctest.h>

#include "model/run_json.hpp"
#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::RunSpec;
using test::says;

Run joined(const Desk& desk) {
  auto run = read_run(std::string_view(desk.read("out/run.json")), "out/run.json");
  REQUIRE_MESSAGE(run.has_value(), run.error().message);
  return *run;
}

const std::vector<std::string> both{"import",  "--shards",       "2",     "--shard", "1=one",
                                    "--shard", "2=two/run.json", "--out", "out"};

// AC:shards
TEST_CASE("import --shard: what each measured is there, and judged as one run") {
  Desk perfgate;
  perfgate.write_run("one/run.json", {.scores = {{"sort", 1000}}, .id = "a"});
  perfgate.write_run("two/run.json", {.scores = {{"search", 500}, {"decode", 2000}}, .id = "b"});
  CHECK_MESSAGE(perfgate(both) == 0, perfgate.err);
  const Run run = joined(perfgate);
  CHECK(run.benchmarks.size() == 3);
  CHECK(run.suites == std::vector<Symbol>{"suite"});
  CHECK(run.commit.sha == RunSpec{}.sha);
  CHECK(run.fingerprint.cpu_model == "Example CPU 3000");
  CHECK(run.fingerprint.instance == "instance-1");
  perfgate.write_run("base/run.json", {.id = "base"});
  CHECK(perfgate({"check", "--run", "out/run.json", "--baseline", "base/run.json"}) == 0);
  says(perfgate.out, "3 of 3 compared");
}

// AC:shards-pooled
TEST_CASE("import --shard: values that two shards measured are pooled, launch by launch") {
  Desk perfgate;
  perfgate.write_run("one/run.json", {.noise = 0.01, .seed = 1, .launches = 3, .id = "a"});
  perfgate.write_run(
      "two/run.json",
      {.noise = 0.01, .seed = 2, .launches = 4, .id = "b", .instance = "instance-2"});
  CHECK(perfgate(both) == 0);
  const Run run = joined(perfgate);
  CHECK(run.benchmarks.size() == 3);
  for (const Benchmark& benchmark : run.benchmarks)
    CHECK(benchmark.find("time")->values.launch_count() == 7);
  CHECK_FALSE(run.fingerprint.instance.has_value());
  says(perfgate.read("out/run.json"), "their values are pooled");
}

// AC:shards-missing
TEST_CASE("import --shard: a shard that is missing is not measured, and the others are kept") {
  Desk perfgate;
  perfgate.write_run("one/run.json", {.id = "a"});
  CHECK(perfgate(both) == 3);
  says(perfgate.err, "shard 2 of 2 is not measured: there is no two/run.json");
  CHECK(joined(perfgate).benchmarks.size() == 3);
  CHECK(perfgate({"check", "--run", "out/run.json"}) == 3);
  says(perfgate.out, "[NOT MEASURED]");
  says(perfgate.out, "shard 2 of 2");
  // Declared by the count alone.
  CHECK(perfgate({"import", "--shards", "3", "--shard", "1=one", "--out", "out"}) == 3);
  says(perfgate.err, "shard 3 of 3");
  CHECK(perfgate({"import", "--shards", "2", "--shard", "1=none", "--out", "new"}) == 3);
  says(perfgate.err, "CBKB113");
  CHECK_FALSE(perfgate.exists("new/run.json"));
}

// AC:shards-refused
TEST_CASE("import --shard: what are no parts of one run is refused") {
  Desk perfgate;
  const auto refused = [&](const RunSpec& other, const std::string& why) {
    perfgate.write_run("one/run.json", {.id = "a"});
    perfgate.write_run("two/run.json", other);
    CHECK(perfgate(both) == 2);
    says(perfgate.err, "CBKB101");
    says(perfgate.err, why);
    CHECK_FALSE(perfgate.exists("out/run.json"));
  };
  refused({.id = "b", .sha = "ffff456789abcdef0123456789abcdef01234567"},
          "shard 1 measured 0123456789, shard 2 ffff456789");
  refused({.id = "a"}, "are the same run");

  const auto change = [&](auto&& apply, const std::string& why) {
    Run run = test::make_run({.id = "b"});
    apply(run);
    perfgate.write_receipt("two/run.json", run);
    CHECK(perfgate(both) == 2);
    says(perfgate.err, why);
  };
  change([](Run& run) { run.tool = "perfgate 9.0.0"; }, "was measured by");
  change([](Run& run) { run.commit.dirty = true; }, "with changes");
  change([](Run& run) { run.harnesses = {"criterion"}; }, "measured the suite suite by criterion");
  change([](Run& run) { run.metrics[0].better = Better::higher; }, "describes the metric");

  for (const auto& [arguments, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--shard", "1=one", "--shard", "1=two"}, "shard 1 is given twice"},
           {{"--shards", "2", "--shard", "3=one"}, "shard 3 was not declared"},
           {{"--shard", "one"}, "not ID=PATH"},
           {{"--shard", "=one"}, "not ID=PATH"},
           {{"--shard", "a b=one"}, "not ID=PATH"},
           {{"--shard", "1=one", "--harness", "google-benchmark"}, "tell all by themselves"},
           {{}, "what is imported"}}) {
    std::vector<std::string> all{"import"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    CHECK(perfgate(all) == 2);
    says(perfgate.err, why);
  }
}

// AC:shards-machines
TEST_CASE("import --shard: machines that differ are named, and compared with no one machine") {
  Desk perfgate;
  perfgate.write_run("one/run.json", {.scores = {{"sort", 1000}}, .id = "a"});
  perfgate.write_run("two/run.json",
                     {.scores = {{"search", 500}, {"decode", 2000}}, .id = "b", .cpu = "Other"});
  CHECK(perfgate(both) == 0);
  CHECK(joined(perfgate).fingerprint.cpu_model == "Example CPU 3000 + Other");
  perfgate.write_run("base/run.json", {.id = "base"});
  CHECK(perfgate({"check", "--run", "out/run.json", "--baseline", "base/run.json", "--set",
                  "gate.on_not_comparable=fail"}) == 5);
}

}  // namespace
}  // namespace perfgate::cli
