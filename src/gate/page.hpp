#pragma once
// What the HTML page shows of a report: every row with its samples, summaries, budget and history.

#include "report/page.hpp"
#include "report/report.hpp"

namespace perfgate::gate {

/// Of any kind of report, from what it was made from. Deterministic: times come from the data.
report::Page page_of(const report::Report& report);

/// The verdict in one sentence: "Slower: 2 of 43 benchmarks got worse by more than the policy
/// allows."
std::string verdict_words(const Judgement& judgement, const Run* head);

}  // namespace perfgate::gate
