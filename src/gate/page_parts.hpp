#pragma once
// The parts of a page that take more than copying.

#include "gate/page.hpp"
#include "gate/page_builder.hpp"
#include "model/comparison.hpp"
#include "model/evolution.hpp"
#include "model/matrix.hpp"
#include "model/results.hpp"
#include "model/slo.hpp"
#include "model/trend.hpp"

namespace perfgate::gate {

/// Rows, limits, findings, waivers, machines, notes and the verdict itself.
void add_judgement(PageBuilder& builder, const report::Sources& from);

/// Rows of what both runs measured, with samples; without a verdict.
void add_sides(PageBuilder& builder, const Run& head, const Run& base);

/// The samples and the summary of one side of a row: the medians of its launches, or all its
/// values, whichever is `independent` many; percentiles and outliers are of all values.
void fill_side(std::optional<report::PageSummary>& side, std::vector<float>& samples,
               const Values& values, const Summary* compared);
void fill_side(std::optional<report::PageSummary>& side, std::vector<float>& samples,
               const Headline& headline, const Summary* compared);

/// Whether it compares with the baseline, and not with an anchor.
bool is_compared(const Finding& finding);

/// Histories of rows, and the marks of all. `all`: a row for each series; else only for rows that
/// there are.
void add_trend(PageBuilder& builder, const TrendReport& trend, bool all);

}  // namespace perfgate::gate
