#include "measure/paired.hpp"

#include <doctest/doctest.h>

namespace perfgate::measure {
namespace {

Run launch_of(std::vector<std::pair<std::string, double>> times, std::string note = {}) {
  Run run;
  run.metrics = {{.name = "time", .unit = BaseUnit::second, .better = Better::lower}};
  for (const auto& [name, time] : times) {
    run.benchmarks.push_back({.suite = "s", .name = name, .samples = {}});
    run.benchmarks.back().samples.push_back({.metric = "time", .values = Values({time, time})});
  }
  run.launches.push_back({.suite = "s", .exit_code = 0});
  if (!note.empty()) run.notes.push_back({.text = std::move(note)});
  return run;
}

std::size_t launches(const Run& run, const char* benchmark) {
  const Benchmark* found = run.find("s", benchmark);
  const Sample* sample = found ? found->find("time") : nullptr;
  return sample ? sample->values.launch_count() : 0;
}

TEST_CASE("launch i of either run belongs to round i") {
  PairedRuns runs;
  for (int round = 0; round < 3; ++round)
    runs.add("s", round, launch_of({{"a", 1.0 + round}}, "same"), launch_of({{"a", 2.0 + round}}));
  const auto base = runs.base.find("s", "a")->find("time")->values.launches();
  const auto head = runs.head.find("s", "a")->find("time")->values.launches();
  REQUIRE(base.size() == 3);
  REQUIRE(head.size() == 3);
  CHECK(base[2].size() == 2);
  CHECK(base[2][0] == 3.0);
  CHECK(head[1][0] == 3.0);
  CHECK(runs.base.launches.size() == 3);
  CHECK(runs.base.metrics.size() == 1);
  CHECK(runs.base.notes.size() == 1);  // what is noted every time is noted once
}

// AC:ab-rounds-in-step
TEST_CASE("a benchmark that misses a round on one side ends there on both") {
  PairedRuns runs;
  runs.add("s", 0, launch_of({{"a", 1}, {"b", 1}}), launch_of({{"a", 1}, {"b", 1}}));
  runs.add("s", 1, launch_of({{"a", 1}, {"b", 1}}), launch_of({{"a", 1}}));
  runs.add("s", 2, launch_of({{"a", 1}, {"b", 1}}), launch_of({{"a", 1}, {"b", 1}}));
  CHECK(launches(runs.base, "a") == 3);
  CHECK(launches(runs.head, "a") == 3);
  CHECK(launches(runs.base, "b") == 1);
  CHECK(launches(runs.head, "b") == 1);
  CHECK(runs.complete("s", "a", 3));
  CHECK(runs.complete("s", "b", 1));
  CHECK_FALSE(runs.complete("s", "b", 2));
  CHECK_FALSE(runs.complete("s", "c", 1));
  CHECK_FALSE(runs.complete("t", "a", 1));
}

TEST_CASE("a benchmark that only one side has goes on there") {
  PairedRuns runs;
  for (int round = 0; round < 2; ++round)
    runs.add("s", round, launch_of({{"old", 1}}), launch_of({{"new", 1}, {"late", 1}}));
  runs.add("s", 2, launch_of({{"old", 1}, {"late", 1}}), launch_of({{"new", 1}}));
  CHECK(launches(runs.base, "old") == 3);
  CHECK(launches(runs.head, "new") == 3);
  CHECK(launches(runs.head, "late") == 2);
  CHECK(launches(runs.base, "late") == 0);
}

TEST_CASE("a metric that comes late is not in step and is left out") {
  PairedRuns runs;
  runs.add("s", 0, launch_of({{"a", 1}}), launch_of({{"a", 1}}));
  Run more = launch_of({{"a", 1}});
  more.benchmarks[0].samples.push_back({.metric = "hits", .values = Values({7.0})});
  runs.add("s", 1, more, launch_of({{"a", 1}}));
  CHECK(runs.base.find("s", "a")->samples.size() == 1);
  CHECK(launches(runs.base, "a") == 2);
}

}  // namespace
}  // namespace perfgate::measure
