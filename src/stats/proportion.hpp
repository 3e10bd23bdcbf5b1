#pragma once
#include <cstddef>

namespace perfgate::stats {

struct Proportion {
  double estimate = 0, low = 0, high = 1;
};

/// How many of `trials` succeed, with Wilson's score interval of about 95 % (z = 1.959964): good
/// for few trials and for proportions near 0 and 1. Of no trials nothing is known: 0 to 1. Source:
/// E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
/// (1927); recommended by Brown, Cai and DasGupta, Interval estimation for a binomial proportion,
/// Statistical Science 16 (2001).
Proportion proportion(std::size_t successes, std::size_t trials);

}  // namespace perfgate::stats
