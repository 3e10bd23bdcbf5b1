#pragma once
// Tables: rows that are never torn, heads that are repeated.

#include "model/document.hpp"
#include "print/flow.hpp"
#include "print/table_plan.hpp"

namespace perfgate::print {

/// What has to stand on one page at its beginning: caption, head and two rows.
double least_height(Flow& flow, const doc::Table& table, TablePlan& plan);
void put_table(Flow& flow, const doc::Table& table, TablePlan& plan);

}  // namespace perfgate::print
