#include "github/pull_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "github/fields.hpp"
#include "sys/url.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;

constexpr std::string_view needs = "pull-requests: read";

FoundPull none(std::string why) { return {.why_not = std::move(why)}; }

std::expected<FoundPull, Failure> as_it_is_now(const Event& event, Client& client) {
  const PullRequest& told = *event.pull_request;
  const Answer answer =
      client.call({.path = fmt::format("/repos/{}/pulls/{}", event.repository, told.number),
                   .doing = fmt::format("reading pull request {}", told.number),
                   .needs = std::string(needs)});
  if (!answer) return std::unexpected(answer.error());
  const std::optional<PullRequest> now = read_pull_request(*answer);
  if (!now || now->number != told.number)
    return none("GitHub's answer about the pull request is none");
  FoundPull found{.pull_request = now};
  if (now->head_sha != told.head_sha) {
    found.moved_on = true;
    found.why_not = fmt::format("the pull request has moved on to {}", now->head_sha.substr(0, 10));
  }
  return found;
}

std::expected<FoundPull, Failure> of_measuring_run(const Event& event, std::string_view workflow,
                                                   Client& client) {
  const MeasuringRun& run = *event.run;
  if (run.event != "pull_request")
    return none(fmt::format("the run that measured was started by `{}`, not by a pull request",
                            safe_text(run.event, 60)));
  if (!workflow.empty() && run.path != workflow)
    return none(fmt::format("the run that measured is of {}, not of {}", safe_text(run.path, 200),
                            safe_text(workflow, 200)));
  if (run.head_owner.empty() || run.head_branch.empty() || run.head_repository == 0)
    return none("the repository that the pull request came from is gone");
  if (event.repository_id == 0) return none("the event does not say which repository this is");
  std::size_t matches = 0;
  FoundPull found = none("no open pull request has the head that was measured");
  const auto listed = client.list(
      {.path = fmt::format("/repos/{}/pulls?state=open&head={}&per_page=100", event.repository,
                           sys::percent_encode(run.head_owner + ":" + run.head_branch)),
       .doing = "finding the pull request",
       .needs = std::string(needs)},
      "", [&](const json& in) {
        const std::optional<PullRequest> pull = read_pull_request(in);
        const bool same = pull && pull->head_repository == run.head_repository &&
                          pull->base_repository == event.repository_id && pull->open;
        if (same && pull->head_sha == run.head_sha) {
          ++matches;
          found.pull_request = pull;
        } else if (same && matches == 0) {
          found.moved_on = true;
          found.why_not =
              fmt::format("the pull request has moved on to {}", pull->head_sha.substr(0, 10));
        }
        return true;
      });
  if (!listed) return std::unexpected(listed.error());
  if (matches == 1) {
    found.moved_on = false;
    found.why_not.clear();
  } else if (matches > 1) {
    return none(fmt::format("{} open pull requests have the head that was measured", matches));
  } else {
    found.pull_request.reset();
  }
  return found;
}

}  // namespace

std::optional<PullRequest> read_pull_request(const json& in) {
  PullRequest pull{.number = number_field(in, {"number"}),
                   .head_sha = sha_field(in, {"head", "sha"}),
                   .head_branch = text_field(in, {"head", "ref"}),
                   .head_owner = text_field(in, {"head", "repo", "owner", "login"}),
                   .head_repository = number_field(in, {"head", "repo", "id"}),
                   .base_sha = sha_field(in, {"base", "sha"}),
                   .base_branch = text_field(in, {"base", "ref"}),
                   .base_repository = number_field(in, {"base", "repo", "id"}),
                   .open = text_field(in, {"state"}) == "open"};
  if (pull.number == 0 || pull.head_sha.empty() || pull.base_sha.empty() ||
      pull.base_branch.empty() || pull.base_repository == 0)
    return std::nullopt;
  return pull;
}

std::expected<FoundPull, Failure> find_pull_request(const Event& event, std::string_view workflow,
                                                    Client& client) {
  if (event.pull_request) return as_it_is_now(event, client);
  if (event.run) return of_measuring_run(event, workflow, client);
  return none(fmt::format("a {} belongs to no pull request", to_text(event.kind)));
}

std::expected<std::string, Failure> branch_tip(const std::string& repository,
                                               std::string_view branch, Client& client) {
  const Answer answer = client.call(
      {.path = fmt::format("/repos/{}/git/ref/heads/{}", repository, sys::percent_encode(branch)),
       .doing = fmt::format("reading where {} ends", safe_text(branch, 100)),
       .needs = "contents: read"});
  if (answer) return sha_field(*answer, {"object", "sha"});
  if (answer.error().trouble == Trouble::not_found) return "";
  return std::unexpected(answer.error());
}

std::expected<ChangedFiles, Failure> changed_files(const Event& event, const PullRequest& pull,
                                                   const std::vector<std::string>& paths,
                                                   Client& client) {
  constexpr std::size_t most = 300;
  ChangedFiles result;
  std::size_t seen = 0;
  const auto look = [&](const std::string& name) {
    if (std::ranges::find(paths, name) != paths.end() &&
        std::ranges::find(result.changed, name) == result.changed.end())
      result.changed.push_back(name);
  };
  const auto listed = client.list(
      {.path = fmt::format("/repos/{}/pulls/{}/files?per_page=100", event.repository, pull.number),
       .doing = "reading which files the pull request changes",
       .needs = std::string(needs)},
      "", [&](const json& file) {
        look(text_field(file, {"filename"}));
        look(text_field(file, {"previous_filename"}));
        result.complete = ++seen < most;
        return result.complete;
      });
  if (!listed) return std::unexpected(listed.error());
  return result;
}

}  // namespace perfgate::github
