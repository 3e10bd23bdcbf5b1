#pragma once
#include <span>

#include "stats/verdict.hpp"

namespace perfgate::stats {

/// The evidence of an interleaved experiment in which round i measured build i modulo `builds` of
/// either side. Rounds of one pair of builds share its luck with code layout, so that the pairs are
/// the independent values: the bounds are never closer than those of Student's t over the pairs'
/// medians. `base` and `head` are the log costs of the rounds. As given where fewer than two pairs
/// were measured. Source: Curtsinger & Berger (2013) for the matter; Kalibera & Jones (2013),
/// section 9, for the levels of an experiment.
Evidence over_builds(Evidence evidence, std::span<const double> base, std::span<const double> head,
                     int builds, const Budget& budget);

}  // namespace perfgate::stats
