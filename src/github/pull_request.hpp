#pragma once
// Which pull request a run belongs to. A bundle is never asked.

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "github/client.hpp"
#include "github/event.hpp"

namespace perfgate::github {

/// As the API and events write it; nullopt where a part that we go by is missing.
std::optional<PullRequest> read_pull_request(const nlohmann::json& in);

/// The pull request, or why there is none to speak to.
struct FoundPull {
  std::optional<PullRequest> pull_request;
  std::string why_not;
  bool moved_on = false;  ///< it is there, and its head is not what was measured any more
};
/// Of a pull_request: the one of the event, as it is now. Of a workflow_run that a pull request
/// started: the open one whose head is the very commit, branch and repository of that run and whose
/// base is this repository; exactly one, or none. `workflow` is the measuring workflow's path that
/// is demanded; empty: any. One call.
std::expected<FoundPull, Failure> find_pull_request(const Event& event, std::string_view workflow,
                                                    Client& client);

/// The commit that a branch of the repository ends in; empty: there is no such branch. One call.
std::expected<std::string, Failure> branch_tip(const std::string& repository,
                                               std::string_view branch, Client& client);

/// Which of these files the pull request changes. At most three pages of files are looked through;
/// `complete` says whether that was all.
struct ChangedFiles {
  std::vector<std::string> changed;
  bool complete = true;
};
std::expected<ChangedFiles, Failure> changed_files(const Event& event, const PullRequest& pull,
                                                   const std::vector<std::string>& paths,
                                                   Client& client);

}  // namespace perfgate::github
