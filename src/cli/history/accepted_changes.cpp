#include "cli/history/accepted_changes.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/history.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {

Result<AcceptedChanges> accepted_changes(const std::string& branch, const Settings& settings,
                                         store::Store& store) {
  AcceptedChanges accepted{.waiver_days = settings.policy.baseline.max_age_days};
  if (!branch.empty()) {
    TRY(accepted.incidents,
        store::incidents(store, {.terms = {{"branch", branch}, {"state", "accepted"}}}));
  }
  accepted.waivers = settings.waivers;
  TRY(const std::vector<Waiver> kept, store::Repository<Waiver>(store).find_all());
  for (const Waiver& waiver : kept)
    if (std::ranges::find(accepted.waivers, waiver.id, &Waiver::id) == accepted.waivers.end())
      accepted.waivers.push_back(waiver);
  std::erase_if(accepted.waivers,
                [&](const Waiver& waiver) { return !glob_matches(waiver.branch, branch); });
  return accepted;
}

}  // namespace perfgate::cli
