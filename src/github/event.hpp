#pragma once
// The event that started a job: what was measured, whose policy holds, and what it belongs to.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate::github {

enum class EventKind {
  local,  ///< no job at all
  pull_request,
  push,
  merge_group,
  workflow_run,
  schedule,
  workflow_dispatch
};
std::string_view to_text(EventKind kind);

struct PullRequest {
  std::int64_t number = 0;
  std::string head_sha, head_branch, head_owner;
  std::int64_t head_repository = 0;  ///< its id; 0: the fork is gone
  std::string base_sha, base_branch;
  std::int64_t base_repository = 0;
  bool open = true;

  bool from_fork() const { return head_repository != base_repository; }
  bool operator==(const PullRequest&) const = default;
};

/// The run that a workflow_run is about: the one that measured.
struct MeasuringRun {
  std::string event;  ///< what started it: pull_request, push, ...
  std::string path;   ///< .github/workflows/perf.yml
  std::string head_sha, head_branch, head_owner;
  std::int64_t head_repository = 0;
  std::int64_t id = 0, number = 0;
  int attempt = 1;
  std::string conclusion;
  bool operator==(const MeasuringRun&) const = default;
};

struct Event {
  EventKind kind = EventKind::local;
  std::string repository;  ///< owner/name
  std::int64_t repository_id = 0;
  std::string default_branch;
  std::optional<PullRequest> pull_request;  ///< of a pull_request
  std::optional<MeasuringRun> run;          ///< of a workflow_run
  std::string head_sha, head_branch;        ///< what was measured
  std::string base_sha, base_branch;        ///< whose policy, templates and baseline hold
};

/// What the runner says beside the event.
struct Surroundings {
  std::string event_name;  ///< GITHUB_EVENT_NAME; empty: told from what the event holds
  std::string repository;  ///< GITHUB_REPOSITORY
  std::string sha;         ///< GITHUB_SHA
  std::string ref_name;    ///< GITHUB_REF_NAME
};

/// Of the JSON in GITHUB_EVENT_PATH. Errors: Code::usage, where it is of no event that is known, of
/// another repository, or lacks what that event has; with `name` and what to do.
Result<Event> read_event(std::string_view json, std::string_view name,
                         const Surroundings& surroundings);

/// "owner/name", of the characters that GitHub allows.
bool is_repository(std::string_view text);

}  // namespace perfgate::github
