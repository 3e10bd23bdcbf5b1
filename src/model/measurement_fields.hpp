#pragma once
// The description of a measurement.

#include "model/measurement.hpp"
#include "model/run_fields.hpp"

namespace perfgate {

inline std::span<const double> measurement_values(const Measurement& measurement) {
  return measurement.values.all();
}
// NOLINTNEXTLINE(performance-unnecessary-value-param): `made` hands over what it read
inline void set_measurement_values(Measurement& measurement, std::vector<double> values) {
  measurement.values = Values(values);
}

template <>
struct Describe<Measurement> {
  static constexpr std::string_view name = "Measurement";
  static constexpr std::string_view doc =
      "One metric of one benchmark in one run, with its samples: a flat view of the run.";
  static constexpr auto fields = std::tuple(
      field("run", &Measurement::run, "its run's key",
            {.key = true, .refers = "Run", .back = "measurements"}),
      field("suite", &Measurement::suite, "the suite's name", {.key = true}),
      field("benchmark", &Measurement::benchmark, "the benchmark's name", {.key = true}),
      field("metric", &Measurement::metric, "the metric's name", {.key = true}),
      field("unit", &Measurement::unit, "the base unit that its values are held in"),
      field("better", &Measurement::better, "which way is better"),
      field("exact", &Measurement::exact, "a count that needs no statistics"),
      field("time", &Measurement::time, "when the run began"),
      field("commit", &Measurement::commit, "full commit id; empty: not in a repository"),
      field("branch", &Measurement::branch, "the branch's name; empty: none"),
      field("dimensions", &Measurement::dimensions,
            "what it is a measurement of: name to null, truth, integer, number or text",
            {.sparse = true}),
      made("values", &measurement_values, &set_measurement_values,
           "in the base unit, in the order measured"));
};

}  // namespace perfgate
