#pragma once
#include <vector>

#include "model/project.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

/// Computes the headlines that the project declares from the run's samples. One that nothing
/// matches is kept without a value, with an error note: what was asked for was not measured.
/// Errors: Code::config where several benchmarks match and the project does not say how to combine
/// them, or the metric's unit is not of the headline's kind.
Result<void> add_headlines(Run& run, const std::vector<ProjectHeadline>& headlines);

}  // namespace perfgate::gate
