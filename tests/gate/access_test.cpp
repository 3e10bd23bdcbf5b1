#include "gate/access.hpp"

#include <doctest/doctest.h>

namespace perfgate::gate {
namespace {

Policy with(std::optional<AccessRule> promote) {
  Policy policy;
  if (promote) promote->origin = "thresholds.toml:7";
  policy.access.promote = std::move(promote);
  return policy;
}

const Asker ann{.actor = "Ann", .roles = {"MEMBER", "write"}, .branch = "main"};

// AC:access
TEST_CASE("who is named or has a role that is named may and nobody else") {
  const auto granted = [](const AccessRule& rule, const Asker& asker = ann) {
    return may(with(rule), AuditAction::promote, asker).granted;
  };
  CHECK(may(with({}), AuditAction::promote, ann).granted);
  CHECK(granted({}));
  CHECK(granted({.actors = {{"ann"}}}));  // logins are the same in capitals
  CHECK_FALSE(granted({.actors = {{"bob"}}}));
  CHECK_FALSE(granted({.actors = std::vector<std::string>{}}));
  CHECK(granted({.roles = {{"OWNER", "write"}}}));
  CHECK_FALSE(granted({.roles = {{"OWNER", "admin"}}}));
  CHECK(granted({.actors = {{"bob"}}, .roles = {{"MEMBER"}}}));
  CHECK(granted({.actors = {{"ann"}}, .roles = {{"OWNER"}}}));
  CHECK(granted({.branches = {{"ma*"}}}));
  CHECK_FALSE(granted({.branches = {{"release/*"}}}));
  CHECK_FALSE(granted({.actors = {{"ann"}}, .branches = {{"release/*"}}}));
  CHECK_FALSE(granted({.roles = {{"OWNER"}}}, {.actor = "local"}));
}

TEST_CASE("a refusal says who asked and who may and where that stands") {
  const auto why = [](const AccessRule& rule, AuditAction action, const Asker& asker = ann) {
    return may(with(rule), action, asker).why;
  };
  CHECK(why({.actors = {{"bob"}}, .roles = {{"OWNER"}}}, AuditAction::promote) ==
        "the policy does not let `Ann` (MEMBER, write) promote: actors bob; roles OWNER "
        "(thresholds.toml:7)");
  CHECK(why({.roles = {{"OWNER"}}}, AuditAction::rollback, {.actor = "local"}) ==
        "the policy does not let `local`, whose role is not known, rollback: roles OWNER "
        "(thresholds.toml:7)");
  CHECK(why({.branches = {{"release/*"}}}, AuditAction::promote) ==
        "`main` is not a branch that the policy lets anyone promote for (release/*) "
        "(thresholds.toml:7)");
}

TEST_CASE("each action has a rule of its own") {
  Policy policy;
  const AccessRule nobody{.actors = std::vector<std::string>{}};
  policy.access.accept = nobody;
  CHECK(may(policy, AuditAction::promote, ann).granted);
  CHECK_FALSE(may(policy, AuditAction::accept, ann).granted);
  CHECK(may(policy, AuditAction::prune, ann).granted);
  policy.access.prune = nobody;
  CHECK_FALSE(may(policy, AuditAction::prune, ann).granted);
  CHECK(may(policy, AuditAction::compact, ann).granted);
}

}  // namespace
}  // namespace perfgate::gate
