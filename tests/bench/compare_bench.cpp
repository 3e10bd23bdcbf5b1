// How long it takes to judge a run of 10 000 benchmarks against another, 20 samples a side, or
// against 30 past runs: the whole of gate::judge, by each design of the experiment.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "gate/judge.hpp"
#include "stats/bootstrap.hpp"

namespace {

using namespace perfgate;

constexpr std::size_t benchmarks = 10'000;
constexpr int samples = 20;

/// 2 % of noise, one benchmark in four with two modes.
Run measured(std::uint64_t seed, int count, std::string instance) {
  stats::Random random(seed);
  Run run{.id = "run-" + std::to_string(seed),
          .fingerprint = {.instance = std::move(instance)},
          .suites = {"suite"},
          .metrics = {{.name = "time", .unit = BaseUnit::second, .better = Better::lower}}};
  for (std::size_t i = 0; i < benchmarks; ++i) {
    Values values;
    for (int k = 0; k < count; ++k) {
      double noise = -6;
      for (int part = 0; part < 12; ++part) noise += random.uniform();
      const double mode = i % 4 == 0 && random.uniform() < 0.3 ? 1.2 : 1;
      values.next_launch();
      values.add(1e-6 * (1 + 0.02 * noise) * mode);
    }
    run.benchmarks.push_back({.suite = "suite",
                              .name = "benchmark/" + std::to_string(i),
                              .samples = {{"time", std::move(values)}}});
  }
  return run;
}

void judge(benchmark::State& state, const Run& head, const gate::Reference& reference,
           Design design) {
  for (auto _ : state) {
    const auto judgement = gate::judge(head, reference, {});
    if (!judgement || judgement->design != design) state.SkipWithError("another design");
  }
}

void one_runner_10000(benchmark::State& state) {
  const Run base = measured(1, samples, "one"), head = measured(2, samples, "one");
  judge(state, head, {.run = &base, .state = BaselineState::given}, Design::one_runner);
}
BENCHMARK(one_runner_10000)->Unit(benchmark::kMillisecond);

void interleaved_10000(benchmark::State& state) {
  Run base = measured(1, samples, "one"), head = measured(2, samples, "one");
  base.experiment = Experiment{.id = "e", .side = Side::base, .looks = {5, 8, 12, 20}};
  head.experiment = base.experiment;
  head.experiment->side = Side::head;
  judge(state, head, {.run = &base, .state = BaselineState::given}, Design::interleaved);
}
BENCHMARK(interleaved_10000)->Unit(benchmark::kMillisecond);

void two_runners_10000(benchmark::State& state) {
  const Run base = measured(1, samples, "one"), head = measured(2, samples, "two");
  judge(state, head, {.run = &base, .state = BaselineState::given}, Design::two_runners);
}
BENCHMARK(two_runners_10000)->Unit(benchmark::kMillisecond);

void window_10000(benchmark::State& state) {
  std::vector<Run> window;
  for (std::uint64_t i = 0; i < 30; ++i) window.push_back(measured(10 + i, 1, "past"));
  const Run head = measured(2, 1, "head");
  judge(state, head, {.run = &window.back(), .state = BaselineState::active, .window = window},
        Design::window);
}
BENCHMARK(window_10000)->Unit(benchmark::kMillisecond);

}  // namespace
