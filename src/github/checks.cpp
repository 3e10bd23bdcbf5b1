#include "github/checks.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "github/fields.hpp"
#include "sys/url.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;

constexpr std::string_view writing_checks = "checks: write";

std::string text_of(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::expected<CheckRun, Failure> CheckRun::begin(Client& client, const std::string& repository,
                                                 const std::string& sha, const std::string& name,
                                                 const std::string& external_id) {
  const Call call{.method = "POST",
                  .path = fmt::format("/repos/{}/check-runs", repository),
                  .body = text_of({{"name", name},
                                   {"head_sha", sha},
                                   {"status", "in_progress"},
                                   {"external_id", external_id}}),
                  .doing = "creating the check run",
                  .needs = std::string(writing_checks)};
  const auto find = [&]() -> Answer {
    json found;
    const auto listed = client.list(
        {.path = fmt::format("/repos/{}/commits/{}/check-runs?check_name={}&per_page=100",
                             repository, sha, sys::percent_encode(name)),
         .doing = "looking whether the check run was created",
         .needs = "checks: read"},
        "check_runs", [&](const json& in) {
          if (text_field(in, {"external_id"}) == external_id) found = in;
          return found.is_null();
        });
    if (!listed) return std::unexpected(listed.error());
    return found;
  };
  const Answer answer = client.create_once(call, find);
  if (!answer) return std::unexpected(answer.error());
  const std::int64_t id = number_field(*answer, {"id"});
  if (id == 0)
    return std::unexpected(
        Failure{.trouble = Trouble::untrusted,
                .error = {Code::publication, "creating the check run: the answer has no id", ""}});
  return CheckRun(client, fmt::format("/repos/{}/check-runs/{}", repository, id));
}

CheckRun::CheckRun(CheckRun&& other) noexcept
    : client_(other.client_),
      path_(std::move(other.path_)),
      done_(std::exchange(other.done_, true)) {}

CheckRun::~CheckRun() {
  if (done_) return;
  try {
    std::ignore = complete({.conclusion = "failure",
                            .title = "perfgate ended before it could tell",
                            .summary = "What was measured is in the job's log and its summary."});
  } catch (...) {  // nothing is left to be done
    done_ = true;
  }
}

std::expected<void, Failure> CheckRun::complete(const CheckText& text) {
  done_ = true;
  const Answer answer = client_->call(
      {.method = "PATCH",
       .path = path_,
       .body = text_of(
           {{"status", "completed"},
            {"conclusion", text.conclusion},
            {"output", {{"title", safe_text(text.title, 250)}, {"summary", text.summary}}}}),
       .doing = "completing the check run",
       .needs = std::string(writing_checks)});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

std::expected<void, Failure> set_status(Client& client, const std::string& repository,
                                        const std::string& sha, const std::string& context,
                                        bool good, const std::string& description) {
  const Call call{.method = "POST",
                  .path = fmt::format("/repos/{}/statuses/{}", repository, sha),
                  .body = text_of({{"state", good ? "success" : "failure"},
                                   {"context", context},
                                   {"description", safe_text(description, 140)}}),
                  .doing = "setting the commit status",
                  .needs = "statuses: write"};
  // Setting it twice leaves what setting it once does: there is nothing to be found first.
  const Answer answer = client.create_once(call, []() -> Answer { return json(); });
  if (!answer) return std::unexpected(answer.error());
  return {};
}

}  // namespace perfgate::github
