#pragma once
#include <span>
#include <vector>

namespace perfgate::stats {

/// Adjusted p-values, in the order given: rejecting those up to q keeps the false discovery rate at
/// q where the tests are independent or positively dependent. Source: Benjamini & Hochberg (1995);
/// Benjamini & Yekutieli (2001), theorem 1.2, for the dependence.
std::vector<double> benjamini_hochberg(std::span<const double> p);

/// Adjusted p-values, in the order given: rejecting those up to alpha keeps the chance of even one
/// false rejection at alpha, whatever the dependence. Source: Holm (1979).
std::vector<double> holm(std::span<const double> p);

}  // namespace perfgate::stats
