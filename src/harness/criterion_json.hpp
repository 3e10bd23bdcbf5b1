#pragma once
// What Criterion writes as JSON, read into plain structs: two layouts of its own tree, and
// cargo-criterion's messages.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::harness {

/// How much work one iteration does: "Bytes", "Elements" and the like, as written.
struct CriterionThroughput {
  std::string unit;
  double per_iteration = 0;
};

/// benchmark.json
struct CriterionIdentity {
  std::string full_id;
  std::vector<CriterionThroughput> throughput;
};

/// One figure with its confidence interval, in the measurement's unit.
struct CriterionEstimate {
  std::string name;  ///< mean, median, median_abs_dev, slope, std_dev, typical
  double value = 0;
  std::optional<double> low, high;
  std::string unit;  ///< messages only
};

/// sample.json: sample i is times[i] for iterations[i] iterations.
struct CriterionSamples {
  std::vector<double> iterations, times;
};

/// A benchmark-complete message.
struct CriterionMessage {
  CriterionIdentity identity;
  CriterionSamples samples;
  std::string unit;
  std::vector<CriterionEstimate> estimates;
};

/// Errors: Code::parse, saying what is wrong but not where: the caller knows the document.
Result<CriterionIdentity> criterion_identity(std::string_view json);
/// Takes the layout of 2018 (Mean, MedianAbsDev, ...) too; estimates that are null are left out.
Result<std::vector<CriterionEstimate>> criterion_estimates(std::string_view json);
/// Takes the layout of 2018 ([[iterations], [times]]) too.
Result<CriterionSamples> criterion_samples(std::string_view json);
/// Nothing where it is another message, or none of cargo-criterion's.
Result<std::optional<CriterionMessage>> criterion_message(std::string_view json);

}  // namespace perfgate::harness
