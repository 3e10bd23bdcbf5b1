#pragma once
// The axes of a chart: a range that holds all, ticks at round numbers, in the unit that reads best.

#include <string>
#include <vector>

#include "model/document.hpp"

namespace perfgate::print {

struct Tick {
  double at;  ///< base unit
  std::string label;
};

struct Axis {
  double low = 0, high = 1;  ///< low < high
  std::vector<Tick> ticks;
  std::string unit;  ///< of the labels: "ms"; empty: none

  /// 0 at low, 1 at high.
  double share(double value) const { return (value - low) / (high - low); }
};

/// Of y: holds what is finite of lines, intervals and levels, with some space; zero too where the
/// values reach near it. Ticks at 1, 2 or 5 times a power of ten of the unit.
Axis value_axis(const doc::Chart& chart);
/// Of x: without ticks.
Axis place_axis(const doc::Chart& chart);

/// The place of a line's i-th value.
inline double place_of(const doc::Line& line, std::size_t i) {
  return i < line.x.size() ? line.x[i] : static_cast<double>(i);
}

}  // namespace perfgate::print
