#pragma once
#include "model/document.hpp"

namespace perfgate::report {

/// The document without what is only for machines, each group of a table a table of its own below
/// its title: for who prints plain tables.
doc::Document for_people(const doc::Document& document);

}  // namespace perfgate::report
