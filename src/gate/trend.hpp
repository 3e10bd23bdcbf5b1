#pragma once
// What a series amounts to: its levels, and where it is heading.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/policy.hpp"
#include "model/trend.hpp"

namespace perfgate::gate {

/// The stretches between `borders` (indices of the first value of each but the first, ascending),
/// by their medians, in places of the axis.
std::vector<TrendLevel> levels_of(std::span<const double> values,
                                  std::span<const std::int32_t> positions,
                                  std::span<const std::size_t> borders);

/// A limit that a series is held to.
struct SeriesLimit {
  LimitKind kind = LimitKind::floor;
  Limit limit;
};
/// Those that the policy's rules set for a metric of a benchmark.
std::vector<SeriesLimit> limits_of(const Policy& policy, const ReportedSubject& subject);
/// Those of a headline.
std::vector<SeriesLimit> limits_of(const Policy& policy, std::string_view headline);

/// How the values since the last border go on, as many runs as there are such values (at most 200,
/// and made from the last 200 of them): stats/forecast.hpp. nullopt for fewer than 8. Each limit is
/// reached where the line crosses it; the nearer and the farther bound of the prediction say how
/// soon and how late that may be.
std::optional<Forecast> forecast_of(std::span<const double> values, std::size_t last_border,
                                    std::span<const SeriesLimit> limits);

}  // namespace perfgate::gate
