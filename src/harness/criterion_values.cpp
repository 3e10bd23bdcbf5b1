#include "harness/criterion_values.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "base/units.hpp"

namespace perfgate::harness {
namespace {

/// What a measurement's unit makes of its values. Criterion takes less as better whatever is
/// measured: cycles, bytes, joules.
struct Measure {
  Metric metric;
  const Unit* unit = nullptr;  // nullptr: its own

  double to_base(double value) const { return unit != nullptr ? unit->to_base(value) : value; }
};

Measure measure_of(std::string_view unit) {
  if (unit.empty()) unit = "ns";  // Criterion's own clock
  const Unit* const known = find_unit(unit);
  if (known != nullptr && known->base == BaseUnit::second) return {metrics::time(), known};
  const BaseUnit base = known != nullptr ? known->base : BaseUnit::one;
  return {{.name = safe_text(unit, 100), .unit = base, .better = Better::lower}, known};
}

struct Rate {
  Metric metric;
  double amount = 0;
};

std::optional<Rate> rate_of(const CriterionThroughput& throughput) {
  const std::string_view unit = throughput.unit;
  const double amount = throughput.per_iteration;
  if (unit == "Bytes" || unit == "bytes" || unit == "BytesDecimal")
    return Rate{metrics::throughput(), amount};
  if (unit == "Bits" || unit == "bits") return Rate{metrics::throughput(), amount / 8};
  if (unit == "Elements" || unit == "elements") return Rate{metrics::items(), amount};
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> CriterionValues::benchmark(std::string_view id) {
  const std::size_t number = collector_.benchmark(id);
  if (met_.insert(number).second) return number;
  collector_.note(Severity::error, Code::parse, number,
                  "duplicate: another benchmark of this id was reported too, and only the first is "
                  "taken");
  return std::nullopt;
}

void CriterionValues::samples(std::size_t benchmark, const CriterionSamples& samples,
                              std::string_view unit,
                              const std::vector<CriterionThroughput>& throughput) {
  const auto trouble = [&](std::string_view text) {
    collector_.note(Severity::error, Code::parse, benchmark, text);
  };
  if (samples.times.size() != samples.iterations.size())
    return trouble(fmt::format("{} times for {} iteration counts", samples.times.size(),
                               samples.iterations.size()));
  if (samples.times.empty()) return trouble("no samples");
  for (const double iterations : samples.iterations)
    if (!(iterations > 0)) return trouble(fmt::format("a sample of {} iterations", iterations));

  const Measure measure = measure_of(unit);
  std::vector<Rate> rates;
  for (const CriterionThroughput& one : throughput) {
    if (const auto rate = rate_of(one)) {
      rates.push_back(*rate);
    } else {
      collector_.note(Severity::warning, std::nullopt, benchmark,
                      fmt::format("throughput in `{}` is not known, and left out", one.unit));
    }
  }
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    const double value = measure.to_base(samples.times[i] / samples.iterations[i]);
    collector_.add(benchmark, measure.metric, value);
    if (measure.metric.unit != BaseUnit::second || !(value > 0)) continue;
    for (const Rate& rate : rates) collector_.add(benchmark, rate.metric, rate.amount / value);
  }
}

void CriterionValues::estimates(std::size_t benchmark,
                                const std::vector<CriterionEstimate>& estimates,
                                std::string_view unit) {
  for (const CriterionEstimate& estimate : estimates) {
    const Measure measure = measure_of(estimate.unit.empty() ? unit : estimate.unit);
    const auto in_base = [&](std::optional<double> value) {
      return value ? std::optional(measure.to_base(*value)) : std::nullopt;
    };
    collector_.statistic(benchmark, measure.metric.name, estimate.name,
                         measure.to_base(estimate.value), in_base(estimate.low),
                         in_base(estimate.high));
  }
}

}  // namespace perfgate::harness
