#include "measure/own_time.hpp"

namespace perfgate::measure {

harness::Harness own_time() {
  return {.name = own_time_name,
          .summary = "the command itself: its wall and processor time, memory, instructions",
          .reads = nullptr,
          .parse = nullptr};
}

void add_own_time(const Launch& launch, std::string_view benchmark, harness::Collector& collector) {
  using harness::metrics::cpu_time;
  using harness::metrics::time;
  const std::size_t number = collector.benchmark(benchmark);
  collector.add(number, time(), launch.wall_seconds);
  collector.add(number, cpu_time(), launch.user_seconds + launch.system_seconds);
  collector.add(number, {.name = "user_time", .unit = BaseUnit::second, .better = Better::lower},
                launch.user_seconds);
  collector.add(number, {.name = "memory", .unit = BaseUnit::byte, .better = Better::lower},
                static_cast<double>(launch.peak_rss_bytes));
  if (launch.instructions)
    collector.add(number, {.name = "instructions", .unit = BaseUnit::one, .better = Better::lower},
                  static_cast<double>(*launch.instructions));
}

Result<harness::Harness> find_harness(std::string_view name) {
  if (name == own_time_name) return own_time();
  return harness::find(name);
}

}  // namespace perfgate::measure
