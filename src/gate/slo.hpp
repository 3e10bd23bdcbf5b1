#pragma once
#include "model/slo.hpp"

namespace perfgate::gate {

/// The limits that a judgement held values to. `run`: what was judged, where it is known; units and
/// times come from there.
SloReport slo_report(const Judgement& judgement, const Run* run);

}  // namespace perfgate::gate
