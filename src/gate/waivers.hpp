#pragma once
// Accepted changes: what a waiver covers passes, and says so.

#include <string_view>
#include <vector>

#include "model/judgement.hpp"
#include "model/run.hpp"
#include "model/waiver.hpp"

namespace perfgate::gate {

/// Whether the waiver's globs match the finding's benchmark metric. A headline is matched by its
/// name as the benchmark, with `*` or `headline` as the metric and `*` as the suite.
bool matches(const Waiver& waiver, const Finding& finding);
/// Whether they match anything that the run measured.
bool matches_any(const Waiver& waiver, const Run& run);

/// Regressions and drift within a waiver become Reason::accepted and pass; beyond it they stay, and
/// say what the waiver covers. A waiver that matches nothing measured, or is past its date, is a
/// finding that fails. Floors and ceilings are never waived. `branch`: of the run; `partial`: not
/// all suites were measured, so that what matches nothing may be dead or not.
void apply_waivers(Judgement& judgement, const Run& run, const std::vector<Waiver>& waivers,
                   std::string_view branch, Time now, bool partial);

}  // namespace perfgate::gate
