#include "stats/changepoint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "base/parallel.hpp"
#include "stats/changepoint_evidence.hpp"
#include "stats/changepoint_fit.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t fewest_points = 10;

double level_of(std::span<const double> values) { return median({values.begin(), values.end()}); }

bool all_positive(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return value > 0; });
}

/// What is judged: the values or their logs, with what counts as noise and as small on that scale.
struct Scale {
  bool logarithms;
  double smallest;  ///< the smallest change that matters
  double quietest;  ///< noise below this is taken as this: a tenth of what matters

  Scale(std::span<const double> values, const DetectOptions& options)
      : logarithms(all_positive(values)) {
    double size = 1;
    if (!logarithms) {
      std::vector<double> sizes;
      for (const double value : values) sizes.push_back(std::abs(value));
      size = median(std::move(sizes));
    }
    smallest = logarithms ? std::log1p(options.min_change) : options.min_change * size;
    quietest = std::max(smallest / 10, 1e-9 * size);
    if (!(quietest > 0)) quietest = std::numeric_limits<double>::min();
  }
  double to(double value) const { return logarithms ? std::log(value) : value; }
  double from(double value) const { return logarithms ? std::exp(value) : value; }
};

/// One series (or what lies between two accepted changes) while its changes are being found.
class Search {
 public:
  Search(std::vector<double> values, const Scale& scale, const DetectOptions& options)
      : values_(std::move(values)), scale_(scale), options_(options) {}

  void fit() {
    noise_ = std::max(scale_.quietest, series_noise(values_));
    changes_ = fitted();
    const double noise = long_run_deviation(residuals(), noise_);
    if (noise == noise_) return;  // the second fit would be the first
    noise_ = noise;
    changes_ = fitted();
  }

  /// Takes changes away, the weakest first, until all that are left stand.
  void drop_the_weak() {
    struct Candidate {
      double weakness;
      std::size_t change, judged;  ///< its number, and how often it had been judged by then
      bool operator<(const Candidate& other) const {
        return weakness != other.weakness ? weakness < other.weakness : change > other.change;
      }
    };
    const Wander wander(values_);
    const std::size_t count = changes_.size();
    std::vector<std::size_t> left(count), right(count), judged(count, 0);
    std::vector<bool> gone(count, false);
    std::priority_queue<Candidate> weakest;
    const auto index = [&](std::size_t change) {
      return change == count ? values_.size() : changes_[change];
    };
    const auto judge = [&](std::size_t change) {
      const std::size_t begin = left[change] == count ? 0 : changes_[left[change]];
      weakest.push({.weakness = weakness(begin, changes_[change], index(right[change]), wander),
                    .change = change,
                    .judged = ++judged[change]});
    };
    for (std::size_t i = 0; i < count; ++i) {
      left[i] = i == 0 ? count : i - 1;
      right[i] = i + 1;
    }
    for (std::size_t i = 0; i < count; ++i) judge(i);
    while (!weakest.empty()) {
      const Candidate candidate = weakest.top();
      weakest.pop();
      const std::size_t change = candidate.change;
      if (gone[change] || candidate.judged != judged[change]) continue;
      if (candidate.weakness <= 1) break;
      gone[change] = true;
      if (left[change] != count) {
        right[left[change]] = right[change];
        judge(left[change]);
      }
      if (right[change] != count) {
        left[right[change]] = left[change];
        judge(right[change]);
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i)
      if (!gone[i]) changes_[kept++] = changes_[i];
    changes_.resize(kept);
  }

  /// A short segment between two at the same level is an excursion, not two changes.
  void set_excursions_aside(std::size_t offset, std::vector<Excursion>& excursions) {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const std::size_t before = kept.empty() ? 0 : kept.back();
      const std::size_t end = i + 1 < changes_.size() ? changes_[i + 1] : values_.size();
      const std::size_t after = i + 2 < changes_.size() ? changes_[i + 2] : values_.size();
      if (end < values_.size() && end - changes_[i] <= options_.excursion &&
          std::abs(level_after(end, after) - level_before(changes_[i], before)) < noise_) {
        excursions.push_back({.begin = offset + changes_[i],
                              .end = offset + end,
                              .level = scale_.from(level_of(part(changes_[i], end)))});
        ++i;
      } else {
        kept.push_back(changes_[i]);
      }
    }
    changes_ = std::move(kept);
  }

  void describe(std::size_t offset, bool at_the_end, std::vector<ChangePoint>& changes) const {
    const std::vector<double> in_noises = scaled();
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const std::size_t index = changes_[i];
      const std::size_t begin = nearest(index, i == 0 ? 0 : changes_[i - 1]);
      const std::size_t end =
          farthest(index, i + 1 < changes_.size() ? changes_[i + 1] : values_.size());
      const double before = level_before(index, begin), after = level_after(index, end);
      const Location location = change_location(in_noises, begin + 1, end, before / noise_,
                                                after / noise_, options_.outlier);
      changes.push_back(
          {.index = offset + index,
           .first = offset + std::min(location.first, index),
           .last = offset + std::max(location.last, index),
           .before = scale_.from(before),
           .after = scale_.from(after),
           .strength = rank_sum_z(part(begin, index), part(index, end)),
           .provisional = at_the_end && values_.size() - index <= options_.excursion});
    }
  }

  double noise() const { return noise_; }

 private:
  std::vector<double> scaled() const {
    std::vector<double> scaled;
    scaled.reserve(values_.size());
    for (const double value : values_) scaled.push_back(value / noise_);
    return scaled;
  }

  std::vector<std::size_t> fitted() const {
    const double penalty = options_.penalty * std::log(static_cast<double>(values_.size()));
    return fit_levels(scaled(), options_.outlier, penalty).changes;
  }

  std::vector<double> residuals() const {
    std::vector<double> residuals;
    residuals.reserve(values_.size());
    for (std::size_t i = 0; i <= changes_.size(); ++i) {
      const std::size_t begin = i == 0 ? 0 : changes_[i - 1];
      const std::size_t end = i < changes_.size() ? changes_[i] : values_.size();
      const double level = level_of(part(begin, end));
      for (const double value : part(begin, end)) residuals.push_back(value - level);
    }
    return residuals;
  }

  /// Above 1: the change at `index` between the segments [begin, index) and [index, end) does not
  /// stand.
  double weakness(std::size_t begin, std::size_t index, std::size_t end,
                  const Wander& wander) const {
    const double size = std::abs(level_after(index, end) - level_before(index, begin));
    const double z =
        std::abs(rank_sum_z(part(nearest(index, begin), index), part(index, farthest(index, end))));
    if (size == 0 || z == 0) return std::numeric_limits<double>::infinity();
    const double wandered = std::max(wander.within(begin, index), wander.within(index, end));
    return std::max(options_.strength / z, std::max({options_.min_noises * noise_, scale_.smallest,
                                                     options_.wander * wandered}) /
                                               size);
  }

  std::span<const double> part(std::size_t begin, std::size_t end) const {
    return std::span(values_).subspan(begin, end - begin);
  }
  std::size_t nearest(std::size_t index, std::size_t begin) const {
    return index - std::min(index - begin, options_.surroundings);
  }
  std::size_t farthest(std::size_t index, std::size_t end) const {
    return index + std::min(end - index, options_.surroundings);
  }
  double level_before(std::size_t index, std::size_t begin) const {
    return level_of(part(nearest(index, begin), index));
  }
  double level_after(std::size_t index, std::size_t end) const {
    return level_of(part(index, farthest(index, end)));
  }

  std::vector<double> values_;
  const Scale& scale_;
  const DetectOptions& options_;
  double noise_ = 0;
  std::vector<std::size_t> changes_;
};

}  // namespace

double ChangePoint::change() const {
  return before > 0 ? after / before - 1 : std::numeric_limits<double>::quiet_NaN();
}

Detection detect_changes(std::span<const double> series, const DetectOptions& options) {
  Detection detection;
  if (series.size() < fewest_points) return detection;
  const Scale scale(series, options);
  detection.logarithms = scale.logarithms;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= options.accepted.size(); ++i) {
    const std::size_t end =
        i < options.accepted.size() ? std::min(options.accepted[i], series.size()) : series.size();
    if (end < begin + fewest_points) {
      begin = std::max(begin, end);
      continue;
    }
    std::vector<double> values;
    values.reserve(end - begin);
    for (const double value : series.subspan(begin, end - begin)) values.push_back(scale.to(value));
    Search search(std::move(values), scale, options);
    search.fit();
    search.drop_the_weak();
    search.set_excursions_aside(begin, detection.excursions);
    search.describe(begin, end == series.size(), detection.changes);
    detection.noise = search.noise();
    begin = end;
  }
  return detection;
}

std::vector<Detection> detect_all(std::span<const std::vector<double>> series,
                                  const DetectOptions& options) {
  std::vector<Detection> detections(series.size());
  const auto done = parallel_for(series.size(), processors(), [&](std::size_t i) -> Result<void> {
    detections[i] = detect_changes(series[i], options);
    return {};
  });
  static_cast<void>(done);  // the work cannot fail
  return detections;
}

}  // namespace perfgate::stats
