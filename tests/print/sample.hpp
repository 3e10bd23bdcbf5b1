#pragma once
// Documents to print: a rich one to look at, and large ones to measure.

#include "model/document.hpp"

namespace perfgate::test {

/// A judgement with everything that a document can hold.
doc::Document sample_document();
/// A table of so many benchmarks.
doc::Document many_rows(std::size_t rows);
/// A chart of so many points for each of so many benchmarks.
doc::Document many_charts(std::size_t charts, std::size_t points);

}  // namespace perfgate::test
