#include "support/injection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include "paths.hpp"

namespace perfgate::test {

const std::vector<std::string>& injection_payloads() {
  static const std::vector<std::string> payloads = [] {
    std::vector<std::string> texts;
    std::ifstream file(PERFGATE_SOURCE_DIR "/tests/data/injection/payloads.jsonl");
    for (std::string line; std::getline(file, line);)
      texts.push_back(nlohmann::json::parse(line).get<std::string>());
    REQUIRE(texts.size() >= 300);
    return texts;
  }();
  return payloads;
}

Run hostile_run(double multiplier, std::string id) {
  const std::vector<std::string>& payloads = injection_payloads();
  std::vector<Score> scores;
  for (std::size_t i = 0; i < payloads.size(); ++i)
    scores.push_back({payloads[i], 100.0 + static_cast<double>(i)});
  Run run = make_run({.multiplier = multiplier, .noise = 0.01, .scores = scores});
  run.id = std::move(id);
  run.commit.branch = payloads[0];
  run.commit.subject = payloads[3];
  for (std::size_t i = 0; i < run.benchmarks.size(); ++i) {
    if (i % 10 == 0) run.benchmarks[i].suite = Symbol(payloads[(i / 10) % payloads.size()]);
    run.benchmarks[i].dimensions.set(Symbol("backend"), payloads[i]);
  }
  run.suites.clear();
  run.harnesses.clear();
  for (const Benchmark& benchmark : run.benchmarks)
    if (std::ranges::find(run.suites, benchmark.suite) == run.suites.end()) {
      run.suites.push_back(benchmark.suite);
      run.harnesses.emplace_back("records");
    }
  run.notes = {{.severity = Severity::warning, .benchmark = payloads[1], .text = payloads[2]}};
  return run;
}

}  // namespace perfgate::test
