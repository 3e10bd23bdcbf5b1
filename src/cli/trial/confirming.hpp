#pragma once
// What fails against a baseline, or may have to, is measured again by turns: gate's second look.

#include <string>

#include "cli/gating/judging.hpp"
#include "cli/gating/measuring.hpp"

namespace perfgate::cli {

/// What was measured and judged first, and how; a second look replaces it.
struct FirstLook {
  Given& given;
  Judged& judged;
  JudgeOptions& judging;
};

/// Whether measuring by turns could clear it, or show what it only suspects.
bool is_suspected(const FirstLook& first, const Policy& policy);

/// Measures the baseline's commit and the one checked out by turns, as `perfgate ab` does, each
/// with its own perfgate.toml, and puts that in place of the first look: the run is head's of the
/// rounds, the baseline base's. They lie where ab's do, in `directory`/head and `directory`/base,
/// beside the run that was measured first. Errors: what keeps it from being measured so; the first
/// look is then as it was.
Result<void> look_again_by_turns(const FirstLook& first, const MeasureOptions& measuring,
                                 const Shared& shared, const Settings& settings,
                                 const std::string& directory, Env& env);

/// Takes away what the rounds of an earlier gate left there: it is not of this one.
Result<void> forget_rounds(const std::string& directory);

/// What to tell where that was not possible.
Note not_looked_again(const Error& error);

}  // namespace perfgate::cli
