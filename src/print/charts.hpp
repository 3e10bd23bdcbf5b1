#pragma once
// Charts as lines on paper: told apart by colour, dash and shape, labelled where they are.

#include "model/document.hpp"
#include "print/flow.hpp"

namespace perfgate::print {

/// Charts are never torn, but lower where that saves a page.
double least_height(Flow& flow, const doc::Chart& chart);
void put_chart(Flow& flow, const doc::Chart& chart);

}  // namespace perfgate::print
