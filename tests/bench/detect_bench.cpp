// Change points in series of 100, 1 000 and 10 000 points, without a change and with one every 50
// points, and in many series at once. detect_peer.py times Otava on the same series.
#include <benchmark/benchmark.h>

#include <random>

#include "stats/changepoint.hpp"

namespace perfgate::stats {
namespace {

/// Noise of 2 %; with changes, the level moves by 10 % back and forth.
std::vector<double> series_of(std::size_t n, bool changes, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    double noise = -6;  // twelve uniform values: nearly normal, the same on every machine
    for (int k = 0; k < 12; ++k) noise += static_cast<double>(random()) / 4294967296.0;
    values.push_back(100 + 2 * noise + (changes && i / 50 % 2 == 1 ? 10 : 0));
  }
  return values;
}

/// One series after the other of 100 000 points in all: the processor must not learn one by heart.
void one_series(benchmark::State& state, bool changes) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<std::vector<double>> all;
  for (std::uint32_t seed = 1; all.size() * n < 100'000; ++seed)
    all.push_back(series_of(n, changes, seed));
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(detect_changes(all[next++ % all.size()]));
}

void many_series(benchmark::State& state) {
  std::vector<std::vector<double>> all;
  for (std::uint32_t i = 0; i < state.range(0); ++i)
    all.push_back(series_of(static_cast<std::size_t>(state.range(1)), i % 2 == 1, i + 1));
  for (auto _ : state) benchmark::DoNotOptimize(detect_all(all));
}

BENCHMARK_CAPTURE(one_series, without_changes, false)->RangeMultiplier(10)->Range(100, 10'000);
BENCHMARK_CAPTURE(one_series, with_changes, true)->RangeMultiplier(10)->Range(100, 10'000);
BENCHMARK(many_series)
    ->ArgsProduct({{100}, {100, 1'000, 10'000}})
    ->Args({10'000, 100})
    ->Args({10'000, 1'000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace perfgate::stats
