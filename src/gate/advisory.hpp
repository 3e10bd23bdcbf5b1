#pragma once
// A gate that is not trusted yet: its verdict is shown, and its exit is 0.

#include <string>

#include "model/judgement.hpp"
#include "model/policy.hpp"
#include "model/qualification.hpp"

namespace perfgate::gate {

struct Standing {
  bool advisory = false;
  std::string why;  ///< a sentence; empty where the policy does not ask
};

/// Whether the gate is advisory for this run. `qualification`: nullptr where there is none. It
/// counts where it passed, by this version of the method, on this class of host, within the days
/// that the policy allows, and for every benchmark of the run that can fail, whose band is now no
/// finer than what was seen then.
Standing standing(const Run& run, const Policy& policy, const Qualification* qualification,
                  Time now);

/// Says it in the judgement, and takes the sting out of its exit: 0, unless something was not
/// measured, which is never green.
void stand_back(Judgement& judgement, const Standing& standing);

}  // namespace perfgate::gate
