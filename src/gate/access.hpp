#pragma once
// Who may promote, accept and prune, as the policy says.

#include <string>
#include <vector>

#include "model/history.hpp"
#include "model/policy.hpp"

namespace perfgate::gate {

/// Who asks, and for which branch.
struct Asker {
  std::string actor;               ///< a GitHub login, or `local`
  std::vector<std::string> roles;  ///< of access_roles, as far as they are known
  std::string branch;
};

struct Permission {
  bool granted = true;
  std::string why;       ///< why not, as a sentence; empty where it is granted
  std::string kept_why;  ///< the same for the history: it names nobody
};

/// A rollback is a promotion. What has no rule of its own everybody may do.
Permission may(const Policy& policy, AuditAction action, const Asker& asker);

}  // namespace perfgate::gate
