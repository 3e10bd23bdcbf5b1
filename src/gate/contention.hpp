#pragma once
#include <optional>
#include <string>

#include "model/run.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {

/// The share of the launches' wall time, 0 to 1, in which something that could have run waited for
/// a processor: of one suite, or of all. Nothing where it was not told for every launch.
std::optional<double> wait_share(const Run& run, std::optional<Symbol> suite);

/// Widens the evidence by what contention can explain. Who waited for a share s of the time t would
/// have needed at least (1 - s) t alone. What both sides have in common (a suite that waits for its
/// own threads) is no difference; the excess of one side is: it may make the other look better by a
/// factor of up to 1 / (1 - excess). Says so in a sentence, where it matters; empty: it does not.
std::string allow_for_contention(stats::Evidence& evidence, std::optional<double> base_share,
                                 std::optional<double> head_share);

}  // namespace perfgate::gate
