#pragma once
// A judgement's figures held against the samples that it was made from.

#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

struct Recheck {
  int figures = 0;  ///< how many were held against samples
  /// Of figures that those contradict, each a sentence with the samples in it.
  std::vector<std::string> contradictions;
};

/// `base`: the run of its baseline; nullptr: it is not there. What depends on the policy of the
/// time (bands, estimates of change) is only held to what any policy would demand.
Recheck recheck(const Judgement& judgement, const Run& head, const Run* base);

}  // namespace perfgate::gate
