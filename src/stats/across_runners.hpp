#pragma once
#include <span>

#include "stats/verdict.hpp"

namespace perfgate::stats {

/// What log costs of base and head say that were measured on two instances of a runner, in one
/// session each. Within a session same_runner's sequential evidence holds; what differs between the
/// instances is not in these values, however many they are (Hurlbert 1984: pseudo-replication), so
/// `between_runners` enters in quadrature at between_confidence. "Worse" needs both the centre and
/// the fastest value to be beyond that. A suite of 8 and more knows better: family.hpp.
Evidence across_runners(std::span<const double> base, std::span<const double> head,
                        const Budget& budget);

/// The same without what differs between runners, which the family then measures: the bounds are
/// those within the sessions, and the onset, that would be the change of runner, is not looked at.
Evidence within_sessions(std::span<const double> base, std::span<const double> head,
                         const Budget& budget);

}  // namespace perfgate::stats
