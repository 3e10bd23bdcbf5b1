#include "base/percent.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/decimal.hpp"

namespace perfgate {
namespace {

std::string sized(double ratio, int more) {
  const double shown = 100 * ratio;
  return fmt::format("{:.{}f} %", shown, (shown < 1 ? 2 : shown < 10 ? 1 : 0) + more);
}

}  // namespace

std::string percent(double change) {
  // What rounds to nothing has no sign of its own.
  return fmt::format("{:+.2f} %", std::abs(change) < 0.00005 ? 0.0 : 100 * change);
}

std::string percent_of(double ratio) { return sized(ratio, 0); }

std::pair<std::string, std::string> percents_apart(double a, double b) {
  int more = 0;
  while (more < 3 && sized(a, more) == sized(b, more)) ++more;
  return {sized(a, more), sized(b, more)};
}

std::string percent_as_written(double ratio) {
  return (Decimal::nearest(ratio) * Decimal(100)).text() + " %";
}

}  // namespace perfgate
