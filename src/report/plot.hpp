#pragma once
// Pictures of characters: for terminals, and for whatever else shows nothing but text.

#include <span>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "model/document.hpp"

namespace perfgate::report {

struct Canvas {
  int width = 80;  ///< columns, labels included; at least 30
  int height = 8;  ///< lines of the picture itself
  bool ascii = false;
};

/// A value a character, from ▁ (the lowest) to █; a gap is a space. Constant values stand low.
std::string sparkline(std::span<const double> values, bool ascii = false);

/// A chart: its lines as dots of braille, bands by their edges, levels and marks where there is
/// room, a legend below. Empty where no line has a value.
std::string plot(const doc::Chart& chart, const Canvas& canvas);

/// Samples side by side over one axis of values: how often each stretch was measured, the interval
/// of the middle, and the limits.
struct Distribution {
  struct Row {
    std::string name;  ///< base, head
    std::vector<double> samples;
    double middle = 0, low = 0, high = 0;  ///< the median and its interval
  };
  std::string title;
  BaseUnit unit = BaseUnit::one;
  std::vector<Row> rows;
  std::vector<doc::Level> limits{};
};
std::string plot(const Distribution& distribution, const Canvas& canvas);

}  // namespace perfgate::report
