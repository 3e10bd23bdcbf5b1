#pragma once
// GitHub without a network: answers are given as they are written, time is a number.

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "github/client.hpp"

namespace perfgate::test {

using Headers = std::vector<sys::HttpHeader>;

inline sys::HttpResult answer(int status, std::string body, Headers headers = {}) {
  return sys::HttpResponse{
      .status = status, .headers = std::move(headers), .body = std::move(body)};
}
inline sys::HttpResult lost(sys::HttpFailure failure, bool sent = true) {
  return std::unexpected(
      sys::HttpError{.failure = failure, .message = "api.test: gone", .sent = sent});
}

/// GitHub as a list of answers, the last of which is given for ever; or as what `respond` makes of
/// a request.
struct World {
  std::deque<sys::HttpResult> answers;
  std::vector<sys::HttpRequest> requests = {};
  std::vector<std::string> authorizations = {}, log = {};
  std::chrono::milliseconds now{0};
  std::int64_t unix_seconds = 1'800'000'000;
  double random = 0.5;
  std::chrono::milliseconds takes{0};  ///< each request
  bool interrupted = false;            ///< a signal comes while it sleeps
  github::ClientOptions options = {.api_url = "https://api.test/"};

  std::function<sys::HttpResult(const sys::HttpRequest&)> respond = {};

  github::Client client() {
    auto made = github::Client::create(
        options, sys::Token("secret-token-0123456789"),
        [this](const sys::HttpRequest& request) {
          requests.push_back(request);
          authorizations.emplace_back(request.authorization);
          now += std::min(takes, request.timeout);
          if (respond) return respond(request);
          sys::HttpResult one = answers.front();
          if (answers.size() > 1) answers.pop_front();
          return one;
        },
        {.now = [this] { return now; },
         .unix_seconds = [this] { return unix_seconds; },
         .sleep =
             [this](std::chrono::milliseconds time) {
               now += time;
               return !interrupted;
             },
         .random = [this] { return random; }},
        [this](std::string_view line) { log.emplace_back(line); });
    REQUIRE(made);
    return std::move(*made);
  }
};

}  // namespace perfgate::test
