#pragma once
// What Criterion's three kinds of files have in common: how figures become metrics.

#include <string_view>
#include <unordered_set>

#include "harness/collector.hpp"
#include "harness/criterion_json.hpp"

namespace perfgate::harness {

/// Puts Criterion's benchmarks into a collector. All of it was measured by one launch.
class CriterionValues {
 public:
  explicit CriterionValues(Collector& collector) : collector_(collector) {}

  /// The benchmark's number; nothing, and an error note, where one of this name has been met.
  std::optional<std::size_t> benchmark(std::string_view id);

  /// Sample i is times[i] / iterations[i], in `unit`; throughput is the amount of one iteration
  /// over that. Troubles become notes.
  void samples(std::size_t benchmark, const CriterionSamples& samples, std::string_view unit,
               const std::vector<CriterionThroughput>& throughput);
  /// Estimates become statistics.
  void estimates(std::size_t benchmark, const std::vector<CriterionEstimate>& estimates,
                 std::string_view unit);

  Collector& collector() { return collector_; }
  std::size_t size() const { return met_.size(); }

 private:
  Collector& collector_;
  std::unordered_set<std::size_t> met_;
};

}  // namespace perfgate::harness
