#pragma once
// Hypotheses by name: no-regression, improvement=P, within=P.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/hypothesis.hpp"
#include "model/judgement.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// "no-regression", "improvement=5 %", "within=0.05"; 10 % where no share is given. Errors:
/// Code::usage.
Result<Hypothesis> hypothesis_from_text(std::string_view text);
/// "within 10 %".
std::string to_text(const Hypothesis& hypothesis);

/// The answer, from the intervals of the judgement's comparisons with the baseline: passed only
/// where all of an interval lies where the hypothesis says (for `within` the two one-sided tests of
/// Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987), failed only where all of it lies
/// elsewhere; all benchmarks must pass (an intersection-union test, Berger 1982). Fewer samples
/// than the policy asks for show nothing but a failure, and what was missing or could not be
/// compared is inconclusive. Limits, drift and waivers play no part. `head` is the run that was
/// judged.
HypothesisResult test_hypothesis(const Hypothesis& hypothesis, const Judgement& judgement,
                                 const Run& head, const Policy& policy);

/// Puts the answer into the judgement, with the exit code of the two: what the hypothesis answers
/// (the comparisons with the baseline) counts by the answer, all else as before. Failed is
/// Exit::failed, inconclusive is Exit::inconclusive where the policy (on_inconclusive) or
/// `fail_on_warn` makes that fail.
void answer_hypothesis(HypothesisResult result, Judgement& judgement, const Policy& policy,
                       bool fail_on_warn);

/// The findings that the hypothesis does not answer: limits, missing benchmarks, errors, ...
bool is_answered(const Finding& finding);

}  // namespace perfgate::gate
