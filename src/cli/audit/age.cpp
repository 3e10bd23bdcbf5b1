#include "cli/audit/age.hpp"

#include <fmt/format.h>

namespace perfgate::cli {
namespace {

constexpr std::int64_t day_ms = 86'400'000, most_days = 35;

}  // namespace

void warn_of_old_audit(const store::Store& store, const Policy& policy, Env& env) {
  if (!policy.automation.audit_generation_enabled ||
      sys::variable(env.environment, "GITHUB_EVENT_NAME") != "push")
    return;
  const auto heads = store.list({.kind = Kind::checkpoint, .newest_first = true, .limit = 1});
  if (!heads || heads->empty()) return;
  const std::int64_t days = (env.now().unix_ms - heads->front().at.unix_ms) / day_ms;
  if (days > most_days)
    env.err(
        fmt::format("perfgate: warning: the newest audit report, of {}, was made {} days ago: "
                    "perfgate audit generate --missing\n",
                    heads->front().key, days));
}

}  // namespace perfgate::cli
