#pragma once
// One line of a chart in the chart's rectangle.

#include <vector>

#include "model/document.hpp"
#include "print/canvas.hpp"
#include "print/scale.hpp"

namespace perfgate::print {

/// Where in a page the plot lies, and what it shows.
struct Plot {
  double x, y, width, height;  ///< points
  Axis across, up;

  Point at(double place, double value) const {
    return {x + across.share(place) * width, y + (1 - up.share(value)) * height};
  }
};

/// Colour and dash of the i-th line, and the shape of its points.
Pen pen_of(const doc::Line& line, std::size_t i);

/// The interval around it, drawn before all lines.
void draw_band(Canvas& canvas, const Plot& plot, const doc::Line& line, std::size_t i);
void draw_curve(Canvas& canvas, const Plot& plot, const doc::Line& line, std::size_t i);
void draw_point(Canvas& canvas, Point at, double radius, std::size_t i, Colour colour);

/// Of points that follow each other within half a point of width only the first, lowest, highest
/// and last: what is left out would be drawn over.
std::vector<Point> thinned(const std::vector<Point>& points);

}  // namespace perfgate::print
