#pragma once
#include <cstddef>
#include <vector>

#include "model/document.hpp"

namespace perfgate::report {

/// The columns of a table that people are shown: not those for machines, nor, where there are rows,
/// those that are empty in each.
std::vector<std::size_t> shown_columns(const doc::Table& table);

/// The document without what is only for machines, each group of a table a table of its own below
/// its title: for who prints plain tables.
doc::Document for_people(const doc::Document& document);

}  // namespace perfgate::report
