// How long it takes to find a suite's own error from 40 launches of 500 benchmarks: 1 000
// experiments without a change, and the search for what can be seen.

#include <benchmark/benchmark.h>

#include <vector>

#include "base/parallel.hpp"
#include "stats/bootstrap.hpp"
#include "stats/qualification.hpp"

namespace {

using namespace perfgate::stats;

void qualify_500(benchmark::State& state) {
  const double noise = static_cast<double>(state.range(0)) / 1000;
  Random random(1);
  std::vector<Course> courses(500);
  for (Course& course : courses)
    for (int launch = 0; launch < 40; ++launch) {
      double normal = -6;
      for (int part = 0; part < 12; ++part) normal += random.uniform();
      course.costs.push_back(7 + noise * normal);
    }
  for (auto _ : state)
    benchmark::DoNotOptimize(
        qualify(courses, {.looks = {5, 8, 12, 18, 24, 30}, .workers = perfgate::processors()}));
}
BENCHMARK(qualify_500)
    ->Name("qualify_500/permille_of_noise")
    ->Arg(5)
    ->Arg(20)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
