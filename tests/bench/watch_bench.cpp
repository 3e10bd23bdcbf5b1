// What perfgate itself costs while a suite runs: its share of CPU time, how long after the child's
// end it returns, and its memory (design section 7: 0.1 %, 5 ms, 32 MiB).

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>

#include "sys/process.hpp"

namespace perfgate::sys {
namespace {

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double own_peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Runs a script whose last act is to print the time, so that the delay holds that act's own end
/// too.
void watch(benchmark::State& state, const std::string& script) {
  const Command command{.argv = {"/bin/sh", "-c", script + "; exec date +%s%N"},
                        .environment = {{"PATH", "/usr/bin:/bin"}}};
  double cpu = 0, wall = 0, longest_delay_ms = 0;
  for (auto _ : state) {
    const double before = own_cpu_seconds();
    const auto outcome = run_process(command, {});
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    cpu += own_cpu_seconds() - before;
    if (!outcome || outcome->exit_code != 0) {
      state.SkipWithError("the child failed");
      return;
    }
    wall += static_cast<double>(outcome->wall_ns) * 1e-9;
    const std::int64_t printed = std::atoll(outcome->output.end(20).c_str());
    longest_delay_ms =
        std::max(longest_delay_ms,
                 static_cast<double>(std::chrono::nanoseconds(now).count() - printed) * 1e-6);
  }
  state.counters["own_cpu_percent"] = 100 * cpu / wall;
  state.counters["return_delay_ms"] = longest_delay_ms;
  state.counters["own_peak_mib"] = own_peak_mib();
}

void watch_quiet(benchmark::State& state) { watch(state, "sleep 2"); }
void watch_busy(benchmark::State& state) {
  watch(state, "end=$(($(date +%s)+2)); while [ $(date +%s) -lt $end ]; do :; done");
}
/// A line every few milliseconds on stderr.
void watch_chatter(benchmark::State& state) {
  watch(state,
        "i=0; while [ $i -lt 400 ]; do echo a line of chatter >&2; sleep 0.005; i=$((i+1)); done");
}

BENCHMARK(watch_quiet)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(3);
BENCHMARK(watch_busy)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(3);
BENCHMARK(watch_chatter)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(3);

/// The whole round: start, watch, collect.
void run_true(benchmark::State& state) {
  const Command command{.argv = {"/bin/true"}};
  for (auto _ : state) benchmark::DoNotOptimize(run_process(command, {}));
}
BENCHMARK(run_true)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace perfgate::sys
