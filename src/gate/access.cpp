#include "gate/access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "model/history_fields.hpp"

namespace perfgate::gate {
namespace {

const std::optional<AccessRule>* rule_for(const Access& access, AuditAction action) {
  switch (action) {
    case AuditAction::promote:
    case AuditAction::rollback:
      return &access.promote;
    case AuditAction::accept:
      return &access.accept;
    case AuditAction::prune:
    case AuditAction::erase:
      return &access.prune;
    default:
      return nullptr;
  }
}

/// GitHub's logins are the same in capitals and small letters.
bool same_login(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return ascii_lower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

Permission may(const Policy& policy, AuditAction action, const Asker& asker) {
  const std::optional<AccessRule>* found = rule_for(policy.access, action);
  if (!found || !*found) return {};
  const AccessRule& rule = **found;
  const std::string_view what = to_text(action);
  const auto refused = [&](std::string_view why, std::string_view kept_why) {
    return Permission{.granted = false,
                      .why = fmt::format("{} ({})", why, rule.origin),
                      .kept_why = fmt::format("{} ({})", kept_why, rule.origin)};
  };
  const std::string actor = safe_text(asker.actor, 100), branch = safe_text(asker.branch, 100);
  if (rule.branches && std::ranges::none_of(*rule.branches, [&](const std::string& glob) {
        return glob_matches(glob, asker.branch);
      })) {
    const std::string why =
        fmt::format("`{}` is not a branch that the policy lets anyone {} for ({})", branch, what,
                    fmt::join(*rule.branches, ", "));
    return refused(why, why);
  }
  if (!rule.actors && !rule.roles) return {};
  if (rule.actors && std::ranges::any_of(*rule.actors, [&](const std::string& login) {
        return same_login(login, asker.actor);
      }))
    return {};
  if (rule.roles && std::ranges::any_of(asker.roles, [&](const std::string& role) {
        return std::ranges::find(*rule.roles, role) != rule.roles->end();
      }))
    return {};
  std::string allowed;
  if (rule.actors) allowed = fmt::format("actors {}", fmt::join(*rule.actors, ", "));
  if (rule.roles)
    allowed += fmt::format("{}roles {}", allowed.empty() ? "" : "; ", fmt::join(*rule.roles, ", "));
  const std::string roles = asker.roles.empty()
                                ? ", whose role is not known,"
                                : fmt::format(" ({})", fmt::join(asker.roles, ", "));
  return refused(fmt::format("the policy does not let `{}`{} {}: {}", actor, roles, what, allowed),
                 fmt::format("the policy does not let the actor{} {}", roles, what));
}

}  // namespace perfgate::gate
