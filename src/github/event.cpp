#include "github/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "github/fields.hpp"
#include "github/pull_request.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;

constexpr std::size_t largest = std::size_t{32} << 20;  // GitHub sends at most 25 MB

struct Row {
  std::string_view name;
  EventKind kind;
  const char* tells;  ///< the key that only this event has
};
constexpr std::array known{
    Row{"pull_request", EventKind::pull_request, "pull_request"},
    Row{"pull_request_target", EventKind::pull_request, nullptr},
    Row{"workflow_run", EventKind::workflow_run, "workflow_run"},
    Row{"merge_group", EventKind::merge_group, "merge_group"},
    Row{"schedule", EventKind::schedule, "schedule"},
    Row{"workflow_dispatch", EventKind::workflow_dispatch, "inputs"},
    Row{"push", EventKind::push, "pusher"},
};

/// "refs/heads/main" -> "main".
std::string branch_of(std::string_view ref) {
  constexpr std::string_view heads = "refs/heads/";
  return std::string(ref.starts_with(heads) ? ref.substr(heads.size()) : ref);
}

class EventReader {
 public:
  EventReader(const json& document, std::string_view name, const Surroundings& around)
      : document_(document), name_(name), around_(around) {}

  Result<Event> read() {
    TRY(event_.kind, kind());
    event_.repository = around_.repository;
    const std::string told = text_field(document_, {"repository", "full_name"});
    if (event_.repository.empty()) event_.repository = told;
    if (!is_repository(event_.repository))
      return lacks("no repository (owner/name)", "set GITHUB_REPOSITORY, as the runner does");
    if (!told.empty() && told != event_.repository)
      return lacks(fmt::format("an event of {}, and GITHUB_REPOSITORY is {}", safe_text(told, 140),
                               event_.repository),
                   "give the event of this job");
    event_.repository_id = number_field(document_, {"repository", "id"});
    event_.default_branch = text_field(document_, {"repository", "default_branch"});
    switch (event_.kind) {
      case EventKind::local:
        break;
      case EventKind::pull_request:
        return of_pull_request();
      case EventKind::workflow_run:
        return of_workflow_run();
      case EventKind::merge_group:
        return of_merge_group();
      case EventKind::push:
        return of_push();
      case EventKind::schedule:
      case EventKind::workflow_dispatch:
        return of_branch();
    }
    return event_;
  }

 private:
  std::unexpected<Error> lacks(std::string_view what, std::string hint) const {
    return fail(Code::usage, fmt::format("{}: {}", name_, what), std::move(hint));
  }

  Result<EventKind> kind() const {
    if (!document_.is_object())
      return lacks("no event: it is no JSON object", "give the file of GITHUB_EVENT_PATH");
    std::string names;
    for (const Row& row : known) {
      const bool is = around_.event_name.empty() ? row.tells && document_.contains(row.tells)
                                                 : row.name == around_.event_name;
      if (is) return row.kind;
      names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    return lacks(around_.event_name.empty() ? "it is not to be told what event this is"
                                            : fmt::format("there is nothing to publish on `{}`",
                                                          safe_text(around_.event_name, 60)),
                 "events that are known: " + names);
  }

  Result<Event> of_pull_request() {
    const json* pull = field(document_, {"pull_request"});
    event_.pull_request = pull ? read_pull_request(*pull) : std::nullopt;
    if (!event_.pull_request)
      return lacks("a pull_request without number, head.sha, base.sha or base.ref",
                   "give the event as the runner wrote it");
    event_.head_sha = event_.pull_request->head_sha;
    event_.head_branch = event_.pull_request->head_branch;
    event_.base_sha = event_.pull_request->base_sha;
    event_.base_branch = event_.pull_request->base_branch;
    return event_;
  }

  Result<Event> of_workflow_run() {
    const json* in = field(document_, {"workflow_run"});
    MeasuringRun run;
    if (in) {
      run = {.event = text_field(*in, {"event"}),
             .path = text_field(*in, {"path"}),
             .head_sha = sha_field(*in, {"head_sha"}),
             .head_branch = text_field(*in, {"head_branch"}),
             .head_owner = text_field(*in, {"head_repository", "owner", "login"}),
             .head_repository = number_field(*in, {"head_repository", "id"}),
             .id = number_field(*in, {"id"}),
             .number = number_field(*in, {"run_number"}),
             .attempt = static_cast<int>(
                 std::clamp<std::int64_t>(number_field(*in, {"run_attempt"}), 1, 1'000'000)),
             .conclusion = text_field(*in, {"conclusion"})};
      run.path = run.path.substr(0, run.path.find('@'));
    }
    if (run.head_sha.empty() || run.event.empty() || run.number == 0)
      return lacks("a workflow_run without event, head_sha or run_number",
                   "give the event as the runner wrote it");
    event_.head_sha = run.head_sha;
    event_.head_branch = run.head_branch;
    event_.run = std::move(run);
    // GITHUB_SHA is the tip of the default branch, which this workflow was taken from. Of a pull
    // request its base follows, once it is found.
    event_.base_branch = event_.default_branch;
    event_.base_sha = is_sha(around_.sha) ? around_.sha : "";
    return event_;
  }

  Result<Event> of_merge_group() {
    event_.head_sha = sha_field(document_, {"merge_group", "head_sha"});
    event_.head_branch = branch_of(text_field(document_, {"merge_group", "head_ref"}));
    event_.base_sha = sha_field(document_, {"merge_group", "base_sha"});
    event_.base_branch = branch_of(text_field(document_, {"merge_group", "base_ref"}));
    if (event_.head_sha.empty() || event_.base_sha.empty())
      return lacks("a merge_group without head_sha or base_sha",
                   "give the event as the runner wrote it");
    return event_;
  }

  Result<Event> of_push() {
    event_.head_sha = sha_field(document_, {"after"});
    event_.head_branch = branch_of(text_field(document_, {"ref"}));
    if (event_.head_sha.empty() || event_.head_sha.find_first_not_of('0') == std::string::npos)
      return lacks("a push that leaves no commit: the branch was deleted",
                   "there is nothing to tell");
    return of_itself();
  }

  Result<Event> of_branch() {
    event_.head_sha = is_sha(around_.sha) ? around_.sha : "";
    event_.head_branch =
        branch_of(around_.ref_name.empty() ? text_field(document_, {"ref"}) : around_.ref_name);
    if (event_.head_branch.empty()) event_.head_branch = event_.default_branch;
    if (event_.head_sha.empty())
      return lacks("it does not say which commit was measured",
                   "set GITHUB_SHA, as the runner does");
    return of_itself();
  }

  /// Who may push may also say what holds: the policy of the commit itself.
  Result<Event> of_itself() {
    event_.base_sha = event_.head_sha;
    event_.base_branch = event_.head_branch;
    return event_;
  }

  const json& document_;
  std::string_view name_;
  const Surroundings& around_;
  Event event_;
};

}  // namespace

std::string_view to_text(EventKind kind) {
  if (kind == EventKind::local) return "local";
  return std::ranges::find(known, kind, &Row::kind)->name;
}

bool is_repository(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  const std::size_t slash = text.find('/');
  if (slash == text.npos || text.size() > 140) return false;
  const auto is_name = [&](std::string_view name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_not_of(allowed) == name.npos;
  };
  return is_name(text.substr(0, slash)) && is_name(text.substr(slash + 1));
}

Result<Event> read_event(std::string_view text, std::string_view name,
                         const Surroundings& surroundings) {
  TRY(const json document, parse_json(text, name, Code::usage, {.max_bytes = largest}));
  return EventReader(document, name, surroundings).read();
}

}  // namespace perfgate::github
