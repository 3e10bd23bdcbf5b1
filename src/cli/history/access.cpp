#include "cli/history/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/history_fields.hpp"
#include "store/history.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::size_t largest_event = std::size_t{32} << 20;  // GitHub sends at most 25 MB

const nlohmann::json* member(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

/// Whether `object.key.login` is this actor's.
bool is_of(const nlohmann::json& object, const char* key, std::string_view actor) {
  const nlohmann::json* user = member(object, key);
  const nlohmann::json* login = user ? member(*user, "login") : nullptr;
  if (!login || !login->is_string()) return false;
  const auto lower = [](char c) { return ascii_lower(c); };
  return std::ranges::equal(login->get_ref<const std::string&>(), actor, {}, lower, lower);
}

bool is_true(const nlohmann::json& object, const char* key) {
  const nlohmann::json* value = member(object, key);
  return value && value->is_boolean() && value->get<bool>();
}

std::vector<std::string> roles_of(std::string_view actor, Env& env) {
  const std::string path = sys::variable(env.environment, "GITHUB_EVENT_PATH");
  if (path.empty()) return {};
  auto roles = [&]() -> Result<std::vector<std::string>> {
    TRY(const std::string text, sys::read_file(path, largest_event));
    return roles_in_event(text, sys::variable(env.environment, "GITHUB_EVENT_NAME"), actor);
  }();
  if (roles) return *std::move(roles);
  env.err(fmt::format("perfgate: the event could not be read, so no role is known: {}\n",
                      safe_text(roles.error().message, 300)));
  return {};
}

}  // namespace

std::string acting(const Env& env) {
  for (const char* name : {"GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"})
    if (const std::string actor = sys::variable(env.environment, name); !actor.empty())
      return safe_text(actor, 100);
  return "local";
}

Result<std::vector<std::string>> roles_in_event(std::string_view json, std::string_view event,
                                                std::string_view actor) {
  TRY(const nlohmann::json document,
      parse_json(json, "the GitHub event", Code::parse, {.max_bytes = largest_event}));
  std::vector<std::string> roles;
  const auto add = [&](std::string_view role) {
    if (std::ranges::find(roles, role) == roles.end()) roles.emplace_back(role);
  };
  // A job that was started again may be another's than the event.
  if (!is_of(document, "sender", actor)) return roles;
  for (const char* key : {"pull_request", "issue", "comment", "review", "discussion"}) {
    const nlohmann::json* written = member(document, key);
    if (!written || !is_of(*written, "user", actor)) continue;
    const nlohmann::json* association = member(*written, "author_association");
    if (!association || !association->is_string()) continue;
    const auto known = std::ranges::find(access_roles, association->get_ref<const std::string&>());
    if (known != access_roles.end()) add(*known);
  }
  if (const nlohmann::json* repository = member(document, "repository")) {
    if (is_of(*repository, "owner", actor)) add("OWNER");
    if (const nlohmann::json* may = member(*repository, "permissions")) {
      const bool admin = is_true(*may, "admin"), maintain = admin || is_true(*may, "maintain");
      if (admin) add("admin");
      if (maintain) add("maintain");
      if (maintain || is_true(*may, "push")) add("write");
    }
  }
  // GitHub lets nobody else cause these.
  if (event == "push" || event == "workflow_dispatch") add("write");
  return roles;
}

Result<AuditRecord> permitted(const Deed& deed, const Policy& policy, store::Store& store, Env& env,
                              bool dry_run) {
  const std::string actor = acting(env);
  const gate::Asker asker{.actor = actor, .roles = roles_of(actor, env), .branch = deed.branch};
  AuditRecord record{.at = env.now(),
                     .action = deed.action,
                     .actor = actor,
                     .role = fmt::format("{}", fmt::join(asker.roles, ",")),
                     .branch = deed.branch,
                     .subject = deed.subject,
                     .why = deed.why};
  const gate::Permission permission = gate::may(policy, deed.action, asker);
  if (permission.granted) return record;
  if (!dry_run) keep_refusal(record, permission.kept_why, store, env);
  const bool promotion =
      deed.action == AuditAction::promote || deed.action == AuditAction::rollback;
  return fail(
      promotion ? Code::promotion : Code::access,
      fmt::format("{}: {}; the history holds what it held", to_text(deed.action), permission.why),
      "ask one of those who may, or have [access] of the policy changed");
}

void keep_refusal(AuditRecord record, std::string_view why, store::Store& store, Env& env) {
  record.allowed = false;
  record.why = safe_text(sys::private_texts(env.environment).scrub(why), 500);
  if (const auto kept = store::save_audit(store, record); !kept)
    env.err(fmt::format("perfgate: {}: the refusal was not kept in the history: {}\n",
                        to_text(kept.error().code), safe_text(kept.error().message, 500)));
}

}  // namespace perfgate::cli
