#pragma once
// One cell of a table: how wide it would be, how high it is, how it is drawn.

#include <string>
#include <string_view>

#include "model/document.hpp"
#include "print/flow.hpp"

namespace perfgate::print {

constexpr double cell_side = 4.5;  ///< free on both sides, points
constexpr double cell_above = 2.6;

Style cell_style(const doc::Column& column, const doc::Cell& cell, double size);
/// On one line, points, with what stands free.
double cell_width(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size);
/// Of its longest word, the same.
double cell_least(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size);
/// "12.5 ms" -> ".5 ms": what stands right of where points stand under each other; all of a text
/// without one from where its digits end.
std::string_view from_point(std::string_view number);

double cell_height(Fonts& fonts, const doc::Column& column, const doc::Cell& cell, double size,
                   double width);
struct Box {
  double x, y, width, height;
};
/// `fraction` < 0: numbers are aligned right.
void draw_cell(Flow& flow, const doc::Column& column, const doc::Cell& cell, double size,
               const Box& box, double fraction);

}  // namespace perfgate::print
