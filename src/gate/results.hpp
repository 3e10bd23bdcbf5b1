#pragma once
#include <span>
#include <vector>

#include "model/results.hpp"

namespace perfgate::gate {

/// What a run measured, every metric of every benchmark. The score is over the medians of process
/// launches where there are at least `min_launches`. Percentiles interpolate (Hyndman & Fan,
/// American Statistician 50 (1996), type 7).
ResultsReport results_report(const Run& run, const Legend& legend, int min_launches);

/// `ascending` must not be empty; `share` 0.95 is the 95th percentile. It interpolates (type 7).
double percentile(const std::vector<double>& ascending, double share);
/// Which of the samples lie beyond 3 interquartile ranges of the quartiles; none of fewer than 5.
/// Source: Tukey, Exploratory Data Analysis (1977): "far out".
std::vector<int> outliers_of(std::span<const double> samples, const std::vector<double>& ascending);

/// `value` rounded one digit below the first of `half_width`, so that rounding adds at most a
/// twentieth of it; unchanged where there is no width.
double rounded_to(double value, double half_width);

}  // namespace perfgate::gate
