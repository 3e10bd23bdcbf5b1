#include "print/curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace perfgate::print {
namespace {

constexpr double finest = 0.5;  // points of width that are one

/// Runs of values without a gap, as points.
std::vector<std::vector<Point>> runs(const Plot& plot, const doc::Line& line) {
  std::vector<std::vector<Point>> made(1);
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    const double place = place_of(line, i);
    if (std::isfinite(line.y[i]) && std::isfinite(place))
      made.back().push_back(plot.at(place, line.y[i]));
    else if (!made.back().empty())
      made.emplace_back();
  }
  return made;
}

Colour colour_of_line(const doc::Line& line, std::size_t i) {
  return line.tone == doc::Tone::neutral ? line_colours[i % std::size(line_colours)]
                                         : colour_of(line.tone);
}

}  // namespace

std::vector<Point> thinned(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (std::size_t begin = 0; begin < points.size();) {
    const double cell = std::floor(points[begin].x / finest);
    std::size_t end = begin, lowest = begin, highest = begin;
    while (end < points.size() && std::floor(points[end].x / finest) == cell) {
      if (points[end].y < points[lowest].y) lowest = end;
      if (points[end].y > points[highest].y) highest = end;
      ++end;
    }
    std::set<std::size_t> chosen{begin, lowest, highest, end - 1};
    for (const std::size_t i : chosen) kept.push_back(points[i]);
    begin = end;
  }
  return kept;
}

Pen pen_of(const doc::Line& line, std::size_t i) {
  static const std::array<std::vector<double>, 4> dashes{
      std::vector<double>{}, {4, 2}, {1.2, 1.6}, {6, 2, 1.2, 2}};
  return {.colour = colour_of_line(line, i), .width = 1.1, .dash = dashes[i % dashes.size()]};
}

void draw_band(Canvas& canvas, const Plot& plot, const doc::Line& line, std::size_t i) {
  if (!canvas.draws() || line.low.size() != line.y.size() || line.high.size() != line.y.size())
    return;
  const Colour pale = mix(colour_of_line(line, i), white, 0.82);
  std::vector<Point> low, high;
  const auto flush = [&] {
    std::vector<Point> outline = thinned(low);
    const std::vector<Point> back = thinned(high);
    outline.insert(outline.end(), back.rbegin(), back.rend());
    canvas.fill(outline, pale);
    low.clear();
    high.clear();
  };
  for (std::size_t k = 0; k < line.y.size(); ++k) {
    const double place = place_of(line, k);
    if (std::isfinite(place) && std::isfinite(line.low[k]) && std::isfinite(line.high[k])) {
      low.push_back(plot.at(place, line.low[k]));
      high.push_back(plot.at(place, line.high[k]));
    } else {
      flush();
    }
  }
  flush();
}

void draw_point(Canvas& canvas, Point at, double radius, std::size_t i, Colour colour) {
  const double r = radius;
  switch (i % 4) {
    case 0:
      canvas.disc(at, r, colour);
      break;
    case 1: {
      const std::array square{Point{at.x - r, at.y - r}, Point{at.x + r, at.y - r},
                              Point{at.x + r, at.y + r}, Point{at.x - r, at.y + r}};
      canvas.fill(square, colour);
      break;
    }
    case 2: {
      const std::array triangle{Point{at.x, at.y - r * 1.2}, Point{at.x + r * 1.15, at.y + r * 0.9},
                                Point{at.x - r * 1.15, at.y + r * 0.9}};
      canvas.fill(triangle, colour);
      break;
    }
    default: {
      const std::array diamond{Point{at.x, at.y - r * 1.3}, Point{at.x + r * 1.3, at.y},
                               Point{at.x, at.y + r * 1.3}, Point{at.x - r * 1.3, at.y}};
      canvas.fill(diamond, colour);
      break;
    }
  }
}

void draw_curve(Canvas& canvas, const Plot& plot, const doc::Line& line, std::size_t i) {
  if (!canvas.draws()) return;
  const Pen pen = pen_of(line, i);
  if (line.points) {
    const double radius = line.y.size() > 300 ? 1.0 : 1.7;
    std::set<std::pair<long, long>> taken;  // where a point already is
    for (const auto& run : runs(plot, line))
      for (const Point& point : run)
        if (taken.emplace(std::lround(point.x / finest), std::lround(point.y / finest)).second)
          draw_point(canvas, point, radius, i, pen.colour);
    return;
  }
  for (const auto& run : runs(plot, line)) {
    if (run.size() == 1)
      canvas.disc(run[0], 1.3, pen.colour);
    else
      canvas.lines(thinned(run), pen);
  }
}

}  // namespace perfgate::print
