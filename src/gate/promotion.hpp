#pragma once
#include <optional>
#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// What has to hold before a run becomes a baseline, and whether it does.
struct Criterion {
  std::string name;
  bool met = false;
  std::string outcome;  ///< why, as a sentence
};

/// What the caller knows and the run does not.
struct PromotionFacts {
  std::string branch;                ///< to promote for
  std::optional<bool> merged;        ///< the commit is on that branch; absent: no repository
  std::optional<bool> tests_passed;  ///< absent: the caller did not say
  int runs_at_commit = 1;            ///< runs of this commit that the store holds
  bool other_host_class = false;     ///< the branch has baselines, all of other host classes
  bool new_host_class_allowed = false;
  const Run* in_force = nullptr;        ///< what it would supersede; nullptr: nothing
  std::optional<bool> is_ancestor{};    ///< the run's commit is one of the baseline's commit
  std::optional<bool> is_descendant{};  ///< and the other way; absent: git does not know both
};

/// All criteria, in a fixed order. `judgement` is of the run against the baseline in force.
std::vector<Criterion> promotion_criteria(const Run& run, const Judgement& judgement,
                                          const Policy& policy, const PromotionFacts& facts);
bool all_met(const std::vector<Criterion>& criteria);

}  // namespace perfgate::gate
