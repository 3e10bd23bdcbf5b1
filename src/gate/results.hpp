#pragma once
#include "model/results.hpp"

namespace perfgate::gate {

/// What a run measured, every metric of every benchmark. The score is over the medians of process
/// launches where there are at least `min_launches`. Percentiles interpolate (Hyndman & Fan,
/// American Statistician 50 (1996), type 7).
ResultsReport results_report(const Run& run, const Legend& legend, int min_launches);

/// `value` rounded one digit below the first of `half_width`, so that rounding adds at most a
/// twentieth of it; unchanged where there is no width.
double rounded_to(double value, double half_width);

}  // namespace perfgate::gate
