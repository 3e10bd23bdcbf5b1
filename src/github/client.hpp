#pragma once
// GitHub's REST API: retries, rate limits, pages and budgets. What is asked is the caller's matter.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sys/http.hpp"
#include "sys/token.hpp"

namespace perfgate::github {

/// What the caller decides by.
enum class Trouble {
  permission,  ///< 401, a 403 of a permission or of SSO, 404 on a write: CBKB004, a person must act
  not_found,   ///< 404 on a read
  gone,        ///< 410: end quietly
  conflict,    ///< 409: another writer was first
  invalid,     ///< 422 and other 4xx: the request itself is wrong, saying it again does not help
  limited,     ///< a rate limit that lasts longer than the budget
  transient,   ///< network or server, after all tries
  budget,      ///< the time or the number of calls is used up
  untrusted,   ///< an answer that breaks the rules: a foreign Link, a page twice, too large
  interrupted  ///< by a signal
};

struct Failure {
  Trouble trouble;
  /// Code::github where a person must act, else Code::publication. The message holds what was being
  /// done, method, path and status, and GitHub's own words.
  Error error;
  int status = 0;  ///< 0: there was no answer
};

/// An answer's body (null: there was none), or why there is none.
using Answer = std::expected<nlohmann::json, Failure>;

struct Call {
  std::string method = "GET";
  /// Below the API's address: "/repos/o/r/issues/7/comments?per_page=100". Parts from elsewhere
  /// through sys::percent_encode.
  std::string path;
  std::string body = {};  ///< JSON text; empty: none
  std::string doing;      ///< for messages: "creating the comment"
  std::string needs;      ///< the line of `permissions:` that it takes: "pull-requests: write"
  std::string accept = "application/vnd.github+json";
};

/// Time and chance, so that tests wait for nothing.
struct Clock {
  std::function<std::chrono::milliseconds()> now;  ///< monotonic
  std::function<std::int64_t()> unix_seconds;      ///< the host's clock: only for what has no Date
  std::function<bool(std::chrono::milliseconds)> sleep;  ///< false: a signal came
  std::function<double()> random;                        ///< in [0, 1)
};
Clock real_clock(const sys::Signals* signals = nullptr);

struct ClientOptions {
  std::string api_url;                                           ///< GITHUB_API_URL
  std::chrono::milliseconds budget = std::chrono::seconds(120);  ///< for the network, all in all
  std::chrono::milliseconds request = std::chrono::seconds(30);  ///< for one request
  int max_calls = 8;      ///< without retries, and what is listed for their sake
  int max_requests = 24;  ///< with them
  int max_tries = 5;      ///< of one call
  int max_pages = 30;     ///< of one list
  std::string api_version = "2022-11-28";
};

/// What was spent.
struct Spent {
  int calls = 0, requests = 0, writes = 0;
  std::chrono::milliseconds waited{0};
};

class Client {
 public:
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Errors: Code::config where the address is none that may be spoken to (https, or http to a
  /// loopback address; no user, query or fragment). An empty token asks without one.
  /// `log` hears, one line each, why something takes longer.
  static Result<Client> create(ClientOptions options, sys::Token token, sys::Transport transport,
                               Clock clock, std::function<void(std::string_view)> log);

  /// A GET, PUT, PATCH or DELETE: tried again after what may pass.
  Answer call(const Call& call);

  /// Looks whether what a POST makes is there: the thing, or null.
  using Finder = std::function<Answer()>;
  /// A POST. Where it is unknown whether the server did it, `find` is asked first, and what it
  /// finds is the answer; without a finder it is not tried again.
  Answer create_once(const Call& call, const Finder& find);

  /// Every item of a list, page after page, until `visit` says false. `key` names the array where
  /// the page is an object ("check_runs"); empty: the page is the array.
  std::expected<void, Failure> list(const Call& call, std::string_view key,
                                    const std::function<bool(const nlohmann::json&)>& visit);

  /// A GET whose answer is no JSON, such as a file ("application/vnd.github.raw+json").
  std::expected<std::string, Failure> raw(const Call& call);

  const Spent& spent() const;
  /// A text for people or files without the token.
  std::string scrub(std::string_view text) const;

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace perfgate::github
