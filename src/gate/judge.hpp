#pragma once
// The policy applied to a run and, where there is one, its baseline.

#include <span>
#include <string>
#include <vector>

#include "gate/drift.hpp"
#include "gate/level.hpp"
#include "model/judgement.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// What head is compared with.
struct Reference {
  const Run* run = nullptr;                   ///< nullptr: there is none
  BaselineState state = BaselineState::none;  ///< given (a file) or active (from the store)
  bool printed = false;                       ///< it is a perf.json alone
  std::string key{};                          ///< of the baseline's record in the store
  std::string distance{};  ///< how it lies to the commit that head was made from; empty: not known
  bool too_far = false;    ///< further back than the policy compares
  /// Of a rolling baseline: the ids of the runs that were pooled, newest first, and how many runs
  /// were asked for.
  std::vector<std::string> pooled{};
  int rolling = 0;
  Anchor anchor{};  ///< what drift is measured from
  /// Good past runs of the branch and host class, oldest first, where the baseline comes from the
  /// store; and other runs of the commit that is judged, on instances of their own.
  std::span<const Run> window{}, confirmations{};
  std::vector<Accepted> accepted{};  ///< changes of level that the window is cut at
};

/// All findings and the verdict over them. `printed`: head is a perf.json alone, of which only the
/// printed decimals are known. Errors: Code::config, where a limit is finer than those can tell.
Result<Judgement> judge(const Run& head, const Reference& base, const Policy& policy,
                        bool printed = false);

/// The fields that the policy holds equal and in which the two differ, as sentences:
/// `cpu_model: "A" here, "B" there`. A field that only one side knows differs.
std::vector<std::string> host_differences(const Fingerprint& here, const Fingerprint& there,
                                          const std::vector<std::string>& fields);
/// The host class as one text: the values of those fields.
std::string host_class(const Fingerprint& fingerprint, const std::vector<std::string>& fields);

/// What a verdict does to the exit code, as the policy maps it.
Exit exit_of(const Finding& finding, const Policy& policy, bool fail_on_warn);
/// Worst first: fail, not measured, not comparable, inconclusive, warn, improved, pass.
int severity(Verdict verdict);
/// Sorts findings, sets verdict, exit code and summary. `fail_on_warn`: warnings fail too.
void conclude(Judgement& judgement, const Policy& policy, bool fail_on_warn = false);

/// "Performance Report: DISPLAY: 4.22 GiB/s, COMP-3: 571 MiB/s [PASS]".
std::string one_line(const Judgement& judgement);

}  // namespace perfgate::gate
