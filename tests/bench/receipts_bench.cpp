// What perfgate does with a large suite's results, step by step: 10 000 benchmarks of 30 samples.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gate/judge.hpp"
#include "harness/harness.hpp"
#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "report/report.hpp"
#include "stats/summary.hpp"

namespace perfgate {
namespace {

constexpr int benchmarks = 10'000;
constexpr int repetitions = 30;

/// What Google Benchmark writes of the suite. Every hundredth benchmark is `factor` as slow.
std::string google_benchmark_json(unsigned seed, double factor) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(1, 0.01);
  std::string text = "{\n  \"context\": {\"num_cpus\": 2},\n  \"benchmarks\": [\n";
  for (int b = 0; b < benchmarks; ++b) {
    const double time = (100.0 + b) * (b % 100 == 0 ? factor : 1);
    for (int r = 0; r < repetitions; ++r) {
      const double real = time * noise(random);
      fmt::format_to(std::back_inserter(text),
                     R"(    {{
      "name": "BM_Decode/records:{0}",
      "family_index": 0,
      "per_family_instance_index": {0},
      "run_name": "BM_Decode/records:{0}",
      "run_type": "iteration",
      "repetitions": {1},
      "repetition_index": {2},
      "threads": 1,
      "iterations": 1000,
      "real_time": {3:.16e},
      "cpu_time": {4:.16e},
      "time_unit": "ns"
    }}{5}
)",
                     b, repetitions, r, real, real * 0.99,
                     b + 1 == benchmarks && r + 1 == repetitions ? "" : ",");
    }
  }
  return text + "  ]\n}\n";
}

Run parsed(std::string_view text) {
  harness::Collector collector("suite");
  std::vector<harness::Document> documents{harness::document_of("bench.json", text)};
  const Result<harness::Harness> harness = harness::find("google-benchmark");
  if (!harness || !harness->parse(documents, collector)) std::abort();
  Run run{.schema = std::string(run_schema_name),
          .tool = "perfgate",
          .id = "bench",
          .suites = {"suite"},
          .harnesses = {"google-benchmark"}};
  std::move(collector).move_into(run);
  return run;
}

Run summarized(unsigned seed, double factor) {
  Run run = parsed(google_benchmark_json(seed, factor));
  stats::summarize(run);
  return run;
}

// Made once, by the first benchmark that needs them.
const Run& base() {
  static const Run run = summarized(1, 1);
  return run;
}
const Run& head() {
  static const Run run = summarized(2, 1.2);
  return run;
}
Judgement judged() {
  Result<Judgement> judgement =
      gate::judge(head(), {.run = &base(), .state = BaselineState::given}, Policy{});
  if (!judgement) std::abort();
  return *std::move(judgement);
}
const Judgement& judgement() {
  static const Judgement made = judged();
  return made;
}

/// Where a receipt goes: counted and dropped.
JsonWriter::Sink count_into(std::size_t& size) {
  return [&size](std::string_view piece) { size += piece.size(); };
}

void parse(benchmark::State& state) {
  const std::string text = google_benchmark_json(1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(parsed(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void summarize(benchmark::State& state) {
  Run run = base();
  for (auto _ : state) {
    stats::summarize(run);
    benchmark::DoNotOptimize(run);
  }
}

void judge(benchmark::State& state) {
  base();
  head();
  for (auto _ : state) benchmark::DoNotOptimize(judged());
}

void write_run_json(benchmark::State& state) {
  head();
  std::size_t size = 0;
  for (auto _ : state) write_run(head(), count_into(size));
  state.SetBytesProcessed(static_cast<std::int64_t>(size));
}

void read_run_json(benchmark::State& state) {
  std::string text;
  write_run(head(), [&](std::string_view piece) { text += piece; });
  for (auto _ : state) {
    const Result<Run> run = read_run(text, "run.json");
    if (!run || run->benchmarks.size() != benchmarks) {
      state.SkipWithError("run.json was not read back");
      return;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void write_judgement_json(benchmark::State& state) {
  judgement();
  std::size_t size = 0;
  for (auto _ : state) write_judgement(judgement(), count_into(size));
  state.SetBytesProcessed(static_cast<std::int64_t>(size));
}

void report_text(benchmark::State& state) {
  const Result<report::Format> format = report::find("text");
  const report::Style style{.verbose = state.range(0) != 0};
  judgement();
  for (auto _ : state) benchmark::DoNotOptimize(format->judgement(judgement(), style));
}

BENCHMARK(parse)->Unit(benchmark::kMillisecond);
BENCHMARK(summarize)->Unit(benchmark::kMillisecond);
BENCHMARK(judge)->Unit(benchmark::kMillisecond);
BENCHMARK(write_run_json)->Unit(benchmark::kMillisecond);
BENCHMARK(read_run_json)->Unit(benchmark::kMillisecond);
BENCHMARK(write_judgement_json)->Unit(benchmark::kMillisecond);
BENCHMARK(report_text)->Arg(0)->Arg(1)->ArgName("verbose")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace perfgate
