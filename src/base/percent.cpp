#include "base/percent.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/decimal.hpp"

namespace perfgate {

std::string percent(double change) {
  // What rounds to nothing has no sign of its own.
  return fmt::format("{:+.2f} %", std::abs(change) < 0.00005 ? 0.0 : 100 * change);
}

std::string percent_of(double ratio, int more) {
  const double shown = 100 * ratio;
  return fmt::format("{:.{}f} %", shown, (shown < 1 ? 2 : shown < 10 ? 1 : 0) + more);
}

std::string percent_as_written(double ratio) {
  return (Decimal::nearest(ratio) * Decimal(100)).text() + " %";
}

}  // namespace perfgate
