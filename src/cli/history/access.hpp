#pragma once
// Who asks for what, held against the policy and written down.

#include <string>
#include <string_view>
#include <vector>

#include "cli/shared.hpp"
#include "gate/access.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// GITHUB_TRIGGERING_ACTOR, else GITHUB_ACTOR, else `local`: no name of this machine is given away.
std::string acting(const Env& env);

/// The roles that a GitHub event gives this actor: the association of what they wrote, `OWNER` of
/// what is theirs, and `write` for what takes that permission (push, workflow_dispatch). Nothing
/// where the event is another's. Errors: Code::parse.
Result<std::vector<std::string>> roles_in_event(std::string_view json, std::string_view event,
                                                std::string_view actor);

/// What is to be done.
struct Deed {
  AuditAction action = AuditAction::promote;
  std::string branch;
  std::string subject;  ///< the run, waiver or month that it is about
  std::string why;      ///< as given
};

/// The audit record of a deed that the policy lets the caller do: to be kept with it. One that is
/// refused is kept here (unless nothing is to be changed, with `dry_run`). Errors: Code::promotion
/// for promotions and rollbacks, Code::access for all else.
Result<AuditRecord> permitted(const Deed& deed, const Policy& policy, store::Store& store, Env& env,
                              bool dry_run = false);

/// Keeps the record of something that was refused for another reason.
void keep_refusal(AuditRecord record, std::string_view why, store::Store& store, Env& env);

}  // namespace perfgate::cli
