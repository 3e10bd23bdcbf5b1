#pragma once
// Runs, baselines and judgements, as the store keeps them.

#include <functional>
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

/// The promotions of all branches and host classes, those of anchors too, oldest first.
Result<std::vector<Baseline>> promotions(const Store& store);
/// The baseline in force: the newest of the branch and host class. With a name, the anchor.
Result<std::optional<Baseline>> active_promotion(const Store& store, std::string_view branch,
                                                 std::string_view host_class,
                                                 std::string_view name = {});
/// The anchors of a branch and host class, by name each the newest; the newest last.
Result<std::vector<Baseline>> anchors(const Store& store, std::string_view branch,
                                      std::string_view host_class);
/// The run of a promotion. Errors: Code::store where it is not there.
Result<Run> run_of(const Store& store, const Baseline& promotion);
/// The run that is the baseline. Errors: Code::store where the promotion names a run that is not
/// there.
Result<std::optional<Run>> baseline(const Store& store, std::string_view branch,
                                    std::string_view host_class);
/// The promotion in force of the branch, of whatever host class it is: the newest. For saying how
/// hosts differ.
Result<std::optional<Baseline>> any_promotion(const Store& store, std::string_view branch);
Result<std::optional<Run>> any_baseline(const Store& store, std::string_view branch);

/// The newest runs of a branch that `fits` takes and that did not fail, newest first, at most
/// `count`: those with an error of their own, or whose judgement says failed or not measured, did.
/// Runs started after `before` are passed over, and the run `without`.
Result<std::vector<Run>> last_good_runs(const Store& store, std::string_view branch,
                                        const std::function<bool(const Run&)>& fits,
                                        std::size_t count, Time before, std::string_view without);

/// The newest runs of a commit on a branch that `fits` takes and that have no error of their own,
/// newest first, at most `count`.
Result<std::vector<Run>> runs_of_commit(const Store& store, std::string_view branch,
                                        std::string_view sha,
                                        const std::function<bool(const Run&)>& fits,
                                        std::size_t count);

/// Makes a promotion, if the one in force is still the one that `expected` names by run id (empty:
/// none), and adds the audit record of it: both or neither. Errors: Code::promotion where another
/// came in between.
Result<void> promote(Store& store, const Baseline& promotion, std::string_view expected,
                     const AuditRecord& audit);
/// Adds an audit record alone: of what was refused, or done elsewhere.
Result<void> save_audit(Store& store, const AuditRecord& record);

/// What a judgement does to the incidents of its branch, of all that there have been.
using IncidentChanges = std::function<std::vector<Incident>(const std::vector<Incident>& known)>;
/// Adds a judgement of a run, the waivers that it names, and the incidents that it opens or closes:
/// all or none of them.
Result<void> save_judgement(Store& store, const Judgement& judgement, Time at,
                            const IncidentChanges& changes = {});
/// The newest judgement on a branch.
Result<std::optional<Judgement>> last_judgement(const Store& store, std::string_view branch);

/// Incidents, oldest first; the selection's terms are those of kinds.cpp (branch, state, ...).
Result<std::vector<Incident>> incidents(const Store& store, Selection selection = {});

struct RunLine {
  std::string id;
  int attempt = 1;
  Time at;
};
/// What runs there are, oldest first, without reading them.
Result<std::vector<RunLine>> runs(const Store& store);

}  // namespace perfgate::store
