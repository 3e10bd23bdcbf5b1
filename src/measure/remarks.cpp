#include "measure/remarks.hpp"

#include <algorithm>
#include <cmath>

#include "stats/multiple_testing.hpp"
#include "stats/rank_sum.hpp"
#include "stats/summary.hpp"

namespace perfgate::measure {
namespace {

constexpr std::size_t fewest_rounds_for_position = 6;

double middle(std::span<const double> values) {
  return stats::median({values.begin(), values.end()});
}

}  // namespace

std::vector<PositionEffect> position_effects(const Run& base, const Run& head) {
  std::vector<PositionEffect> effects;
  if (!head.experiment) return effects;
  const std::string& order = head.experiment->order;
  std::vector<double> p;
  for (const Benchmark& benchmark : head.benchmarks) {
    const Benchmark* before = base.find(benchmark.suite, benchmark.name);
    const Sample* now = benchmark.find("time");
    const Sample* then = before ? before->find("time") : nullptr;
    if (!now || !then) continue;
    const auto heads = now->values.launches(), bases = then->values.launches();
    const std::size_t rounds = std::min({heads.size(), bases.size(), order.size() / 2});
    if (rounds < fewest_rounds_for_position) continue;
    std::vector<double> base_first, head_first;
    for (std::size_t round = 0; round < rounds; ++round) {
      const double over = middle(heads[round]), under = middle(bases[round]);
      if (over <= 0 || under <= 0) continue;
      (order[2 * round] == 'B' ? base_first : head_first).push_back(std::log(over / under));
    }
    if (base_first.empty() || head_first.empty()) continue;
    const double twice = stats::rank_sum_shift(head_first, base_first, 0.95).estimate;
    effects.push_back({.suite = benchmark.suite,
                       .benchmark = benchmark.name,
                       .rounds = rounds,
                       .second = std::expm1(twice / 2)});
    p.push_back(stats::rank_sum_p(head_first, base_first));
  }
  const std::vector<double> adjusted = stats::holm(p);
  for (std::size_t i = 0; i < effects.size(); ++i) effects[i].p = adjusted[i];
  return effects;
}

std::optional<double> instruction_change(const Run& base, const Run& head, Symbol suite) {
  const auto counted = [&](const Run& run) {
    std::vector<double> counts;
    for (const Launch& launch : run.launches)
      if (launch.suite == suite)
        counts.push_back(static_cast<double>(launch.instructions.value_or(0)));
    return counts;
  };
  const std::vector<double> under = counted(base), over = counted(head);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(under.size(), over.size()); ++i)
    if (under[i] > 0 && over[i] > 0) ratios.push_back(over[i] / under[i]);
  if (ratios.empty()) return std::nullopt;
  return stats::median(ratios) - 1;
}

std::string why_no_instructions(const Run& run) {
  for (const Launch& launch : run.launches)
    if (!launch.instructions)
      return launch.counters_absent.empty() ? "they were not counted" : launch.counters_absent;
  return "";
}

}  // namespace perfgate::measure
