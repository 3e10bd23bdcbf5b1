#include "github/ruling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "github/headers.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr std::size_t most_words = 300;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// One entry of `errors`: a text, or {"resource", "field", "code", "message"}.
std::string error_text(const json& entry) {
  if (entry.is_string()) return entry.get<std::string>();
  if (!entry.is_object()) return {};
  std::string text;
  for (const char* key : {"resource", "field", "code", "message"})
    if (const std::string part = text_of(entry, key); !part.empty())
      text += (text.empty() ? "" : " ") + part;
  return text;
}

/// What GitHub says of it, as one harmless line: `message`, and the first of `errors`.
std::string words_of(const sys::HttpResponse& response) {
  const auto body =
      parse_json(response.body, "the answer", Code::publication, {.max_bytes = 1 << 20});
  if (!body || !body->is_object()) {
    const std::string_view type = response.header("Content-Type");
    return response.body.empty() ? "without a word"
                                 : fmt::format("what it says is no JSON ({})",
                                               type.empty() ? "no type" : safe_text(type, 60));
  }
  std::string text = text_of(*body, "message");
  constexpr int most = 5;
  int shown = 0;
  if (const auto errors = body->find("errors"); errors != body->end() && errors->is_array())
    for (const json& entry : *errors)
      if (const std::string one = error_text(entry); !one.empty() && shown++ < most)
        text += "; " + one;
  return safe_text(text.empty() ? "without a word" : text, most_words);
}

/// Without the query: it says nothing, and may hold a name.
std::string_view place_of(const Call& call) {
  return std::string_view(call.path).substr(0, call.path.find('?'));
}

std::string permission_hint(const Call& call, const sys::HttpResponse& response) {
  std::string hint =
      call.needs.empty()
          ? "see which permissions the token has"
          : fmt::format("give the job `permissions: {}`, or a token that has it", call.needs);
  // "pull_requests=write; issues=write"
  const std::string_view accepted = response.header("X-Accepted-GitHub-Permissions");
  if (!accepted.empty()) hint += fmt::format(" (GitHub names: {})", safe_text(accepted, 100));
  return hint +
         ". A pull request from a fork, or of Dependabot, gets a token that only reads: publish "
         "from a workflow_run job";
}

/// How long a 403 or 429 asks to wait; nothing where it is about no rate.
std::optional<std::chrono::milliseconds> limited_for(const sys::HttpResponse& response,
                                                     std::string_view words, int tries,
                                                     std::int64_t now) {
  if (const auto asked = retry_after(response.header("Retry-After"), now)) return asked;
  if (response.header("X-RateLimit-Remaining") == "0") {
    const auto reset = whole_number(response.header("X-RateLimit-Reset"));
    const std::int64_t wait = reset ? *reset - now : 60;
    return seconds(std::clamp(wait, std::int64_t{1}, std::int64_t{86400}));
  }
  const bool secondary =
      words.contains("secondary rate limit") || words.contains("abuse detection");
  if (!secondary && response.status != 429) return std::nullopt;
  return seconds(60LL << std::min(tries - 1, 10));
}

}  // namespace

bool is_write(const Call& call) { return call.method != "GET"; }

Failure failure_of(const Call& call, Trouble trouble, std::string what, std::string hint,
                   int status) {
  return {.trouble = trouble,
          .error = {.code = trouble == Trouble::permission ? Code::github : Code::publication,
                    .message = fmt::format("{}: {} {}: {}", call.doing, call.method,
                                           safe_text(place_of(call), 200), what),
                    .hint = std::move(hint)},
          .status = status};
}

Ruling rule(const Call& call, const sys::HttpResponse& response, int tries, std::int64_t unix_now) {
  const std::int64_t now = http_date(response.header("Date")).value_or(unix_now);
  const int status = response.status;
  const std::string words = words_of(response);
  const auto ruled = [&](Trouble trouble, std::string hint = {}) {
    return Ruling{.failure = failure_of(call, trouble, fmt::format("{}: {}", status, words),
                                        std::move(hint), status)};
  };
  switch (status) {
    case 401:
      return ruled(Trouble::permission,
                   "the token is missing, wrong or expired: pass `${{ github.token }}` as "
                   "PERFGATE_GITHUB_TOKEN or GITHUB_TOKEN");
    case 403:
    case 429: {
      if (!response.header("X-GitHub-SSO").empty())
        return ruled(Trouble::permission,
                     "the organization asks for single sign-on: authorize the token for it, or use "
                     "the job's own `${{ github.token }}`");
      if (words.contains("Resource not accessible"))
        return ruled(Trouble::permission, permission_hint(call, response));
      if (const auto wait = limited_for(response, words, tries, now)) {
        Ruling limited =
            ruled(Trouble::limited, "GitHub limits the rate of requests: run the job again later");
        limited.again = limited.unknown = true;  // refused, most likely; a POST looks first
        limited.wait = wait;
        return limited;
      }
      return ruled(Trouble::permission, permission_hint(call, response));
    }
    case 404:
      if (!response.header("X-GitHub-SSO").empty() || is_write(call))
        return ruled(Trouble::permission, "it was deleted, or the token may not write there: " +
                                              permission_hint(call, response));
      return ruled(Trouble::not_found, call.needs.empty()
                                           ? ""
                                           : fmt::format("is it there, and may the token see it "
                                                         "(`permissions: {}`)?",
                                                         call.needs));
    case 409:
      return ruled(Trouble::conflict, "another writer was first");
    case 410:
      return ruled(Trouble::gone);
    case 408:
    case 500:
    case 502:
    case 503:
    case 504: {
      Ruling again = ruled(Trouble::transient, "GitHub has trouble of its own: run the job again");
      again.again = again.unknown = true;
      again.wait = retry_after(response.header("Retry-After"), now);
      return again;
    }
    default:
      break;
  }
  if (status >= 500) {
    Ruling other = ruled(Trouble::transient, "GitHub has trouble of its own: run the job again");
    other.unknown = true;
    return other;
  }
  if (status < 400)
    return ruled(Trouble::untrusted, "is GITHUB_API_URL the address of GitHub's API?");
  return ruled(Trouble::invalid);
}

Ruling rule(const Call& call, const sys::HttpError& error) {
  using enum sys::HttpFailure;
  Trouble trouble = Trouble::transient;
  bool again = true;
  switch (error.failure) {
    case library:
      trouble = Trouble::invalid;
      again = false;
      break;
    case refused:
    case certificate:
    case too_large:
    case redirects:
      trouble = Trouble::untrusted;
      again = false;
      break;
    case interrupted:
      trouble = Trouble::interrupted;
      again = false;
      break;
    case resolve:
    case connect:
    case tls:
    case timeout:
    case reset:
    case truncated:
      break;
  }
  return {.failure = failure_of(call, trouble, error.message, error.hint),
          .again = again,
          .unknown = error.sent};
}

Ruling rule_body(const Call& call, const sys::HttpResponse& response, std::string_view what) {
  return {
      .failure = failure_of(call, Trouble::transient,
                            fmt::format("{}, but {}", response.status, safe_text(what, most_words)),
                            "is GITHUB_API_URL the address of GitHub's API, and no proxy's page "
                            "before it?",
                            response.status),
      .again = true,
      .unknown = true};
}

}  // namespace perfgate::github
