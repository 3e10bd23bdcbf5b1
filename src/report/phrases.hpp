#pragma once
// What every format says in the same words.

#include <string>
#include <vector>

#include "base/percent.hpp"
#include "model/judgement.hpp"
#include "model/sessions.hpp"

namespace perfgate::report {

/// The word for a verdict in tables: "FAIL", "pass", "not measured". Bad ones are capitals, so that
/// they are seen without colour.
std::string_view word(Verdict verdict);

/// "suite/benchmark", or the headline's label, or "(run)".
std::string subject(const Finding& finding, const Judgement& judgement);

/// A table row of a finding; cells that do not apply are empty.
struct Row {
  std::string verdict, name, metric, base, head, change, interval, sees, detail;
};
/// Comparisons, each with its change and interval; and floors, with limit and margin.
std::vector<Row> comparison_rows(const Judgement& judgement, bool verbose);
std::vector<Row> limit_rows(const Judgement& judgement, bool verbose);

/// The findings that are neither: missing benchmarks, errors, other hosts, no baseline.
std::vector<const Finding*> other_findings(const Judgement& judgement);

/// "6 of 6 benchmarks compared with run 4f2c (commit 1a2b3c4)".
std::string coverage(const Judgement& judgement);

/// "This run could see 1.2 % in half of them, 3.1 % in each (measured by turns on one machine)":
/// how sharp the experiment was. Empty where nothing noisy was compared.
std::string sharpness(const Judgement& judgement);

/// What limits the answers that are no pass, each once with what it is about.
std::vector<std::string> doubts(const Judgement& judgement);

/// The judgement's warnings, with the benchmark that they are about; of many, the first ones and
/// how many there are.
std::vector<std::string> warnings(const Judgement& judgement);

/// The findings whose sentences are told: all that are bad, but of the inconclusive ones no more
/// than a reader can take in; `left` counts the others.
struct Told {
  std::vector<const Finding*> findings;
  std::size_t left = 0;
};
Told told_findings(const Judgement& judgement, bool verbose);

/// The report of each violation: limit, value, shortfall, margin, since when.
std::string violation(const Finding& finding, const Judgement& judgement);

using perfgate::percent;

/// "since v1.4: +7.80 % of 10 % (decode time)": the worst; empty where there is no anchor.
std::string drift_text(const Judgement& judgement);

/// What each waiver that findings name accepts, until when, by whom and why.
std::vector<std::string> waiver_texts(const Judgement& judgement);

/// Of two sessions: the sentences of what is neither better nor within the budget.
std::vector<std::string> session_reasons(const Sessions& sessions);
/// "+1.20 % .. +3.40 %", or "exact".
std::string interval_text(const Comparison& comparison);

std::string geometric_mean_text(const Sessions& sessions);

}  // namespace perfgate::report
