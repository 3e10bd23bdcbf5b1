#pragma once
#include <span>

namespace perfgate::stats {

/// Two-sided p-value that the values, in the order measured, have no trend. Normal approximation
/// with correction for ties and continuity; 1 for fewer than 4 values. Source: Mann (1945); Kendall
/// (1975), chapter 4.
double trend_p(std::span<const double> values);

/// How well the border between what was measured first and what was measured next explains a rise:
/// the rank statistic of a change there, over its largest value anywhere; 1 where no other place
/// does better, 0 or below where there is no rise. A rise that the code made begins where the code
/// changes, one that the machine made begins anywhere. Both sides must hold values. Source: Pettitt
/// (1979), statistic K+, whose argument of the maximum estimates the place.
double onset_share(std::span<const double> first, std::span<const double> next);

/// How much `next` differs from `first` close to the border between them: the median of the first
/// quarter of `next` (at least two values) less that of the last quarter of `first`. Drift hardly
/// moves that, and a change of code is there in full. Both sides must hold two values. Source: the
/// means beside a break of regression discontinuity designs (Thistlethwaite & Campbell 1960).
double step_at_border(std::span<const double> first, std::span<const double> next);

/// The step in which a timer counts, as far as the values show one: the smallest distance of two
/// different values of one side, where on average each different value comes up at least twice; 0
/// otherwise.
double timer_step(std::span<const double> x, std::span<const double> y);

}  // namespace perfgate::stats
