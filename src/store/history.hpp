#pragma once
// Runs, baselines and judgements, as the store keeps them.

#include <optional>
#include <string>
#include <vector>

#include "model/history.hpp"
#include "model/judgement.hpp"
#include "model/run.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// Adds a run, once per id and attempt.
Result<void> save_run(Store& store, const Run& run);
/// The newest attempt of a run. `id` may be the beginning of one, if no other begins so.
/// Errors: Code::usage where several do.
Result<std::optional<Run>> find_run(const Store& store, std::string_view id);

/// The promotions of all branches and host classes, oldest first.
Result<std::vector<Baseline>> promotions(const Store& store);
/// The promotion in force: the newest of the branch and host class.
Result<std::optional<Baseline>> active_promotion(const Store& store, std::string_view branch,
                                                 std::string_view host_class);
/// The run that is the baseline. Errors: Code::store where the promotion names a run that is not
/// there.
Result<std::optional<Run>> baseline(const Store& store, std::string_view branch,
                                    std::string_view host_class);
/// The baseline of the branch, of whatever host class it is: the newest. For saying how hosts
/// differ.
Result<std::optional<Run>> any_baseline(const Store& store, std::string_view branch);

/// Makes a promotion, if the one in force is still the one that `expected` names by run id (empty:
/// none). Errors: Code::promotion where another came in between.
Result<void> promote(Store& store, const Baseline& promotion, std::string_view expected);

/// Adds a judgement of a run.
Result<void> save_judgement(Store& store, const Judgement& judgement, Time at);
/// The newest judgement on a branch.
Result<std::optional<Judgement>> last_judgement(const Store& store, std::string_view branch);

struct RunLine {
  std::string id;
  int attempt = 1;
  Time at;
  std::string place;
};
/// What runs there are, oldest first, without reading them.
Result<std::vector<RunLine>> runs(const Store& store);

}  // namespace perfgate::store
