#include "github/client.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "base/json.hpp"
#include "base/text.hpp"
#include "github/headers.hpp"
#include "github/ruling.hpp"
#include "sys/url.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{1000}, longest_pause{30'000}, between_writes{1000};
constexpr std::size_t most_json = std::size_t{10} << 20;

/// What a 2xx holds.
enum class Want { value, text };

struct Reply {
  json body;
  std::string text, link;
};

/// Every answer of the API is an object or, to a GET, a list; only a DELETE may have none.
Result<json> body_of(const Call& call, const sys::HttpResponse& response) {
  if (call.method == "DELETE") return json();
  if (response.body.empty()) return fail(Code::publication, "without a body");
  TRY(json body,
      parse_json(response.body, "its body", Code::publication, {.max_bytes = most_json}));
  if (body.is_object() || (body.is_array() && !is_write(call))) return body;
  return fail(Code::publication, "its body is none of the API's");
}

/// A path of our own making, of parts that were encoded: nothing in it may lead elsewhere.
bool is_path(std::string_view path) {
  const std::string place = std::string(path.substr(0, path.find('?'))) + '/';
  const bool printable =
      std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
  return printable && place.starts_with('/') && !place.contains("//") && !place.contains("/./") &&
         !place.contains("/../") && !place.contains('\\');
}

double seconds_of(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

struct Client::State {
  ClientOptions options;
  sys::Url base;
  sys::Token token;
  sys::Transport transport;
  Clock clock;
  std::function<void(std::string_view)> log;
  Spent spent = {};
  std::optional<milliseconds> began = {}, wrote = {};
  bool looking = false;  ///< a finder is at work: its calls are for the sake of another

  milliseconds left() const {
    return began ? options.budget - (clock.now() - *began) : options.budget;
  }
  std::string scrub(std::string_view text) const { return sys::hide_token(text, token.text()); }

  Failure spent_all(const Call& call, const std::string& what) const {
    return failure_of(call, Trouble::budget, what,
                      "run the job again; GitHub may be slow just now");
  }
  std::expected<void, Failure> count(const Call& call);
  std::expected<void, Failure> sleep(const Call& call, milliseconds time);
  std::expected<void, Failure> make_ready(const Call& call);
  sys::HttpResult send(const Call& call, const std::string& url, Want want);
  std::expected<Reply, Failure> exchange(const Call& call, const std::string& url, Want want,
                                         const Finder* find);
  std::expected<Reply, Failure> start(const Call& call, Want want, const Finder* find = nullptr);
  Answer look(const Finder& find);
};

std::expected<void, Failure> Client::State::count(const Call& call) {
  if (looking) return {};
  if (spent.calls >= options.max_calls)
    return std::unexpected(
        spent_all(call, fmt::format("it would be more than {} calls", options.max_calls)));
  ++spent.calls;
  return {};
}

std::expected<void, Failure> Client::State::sleep(const Call& call, milliseconds time) {
  if (!clock.sleep(time))
    return std::unexpected(failure_of(call, Trouble::interrupted, "ended by a signal"));
  spent.waited += time;
  return {};
}

/// A request more is within all limits, and a write not too close to the last.
std::expected<void, Failure> Client::State::make_ready(const Call& call) {
  if (spent.requests >= options.max_requests)
    return std::unexpected(
        spent_all(call, fmt::format("it would be more than {} requests", options.max_requests)));
  if (is_write(call) && wrote) {
    const milliseconds pause = *wrote + between_writes - clock.now();
    if (pause > milliseconds(0))
      if (auto slept = sleep(call, std::min(pause, std::max(left(), milliseconds(0)))); !slept)
        return slept;
  }
  if (left() <= milliseconds(0))
    return std::unexpected(spent_all(
        call, fmt::format("the {} s for the network are over", seconds_of(options.budget))));
  return {};
}

sys::HttpResult Client::State::send(const Call& call, const std::string& url, Want want) {
  std::string bearer;
  if (!token.empty()) {
    bearer.reserve(7 + token.text().size());
    bearer.append("Bearer ").append(token.text());
  }
  sys::HttpRequest request{
      .method = call.method,
      .url = url,
      .headers = {{"Accept", call.accept}, {"X-GitHub-Api-Version", options.api_version}},
      .authorization = bearer,
      .body = call.body,
      .timeout = std::min(options.request, left()),
      // A file may lie elsewhere; what is to be believed comes from here.
      .stay = want == Want::value};
  if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  if (!began) began = clock.now();
  ++spent.requests;
  if (is_write(call)) ++spent.writes;
  auto result = transport(request);
  if (is_write(call)) wrote = clock.now();
  const sys::Token gone(std::move(bearer));  // overwritten
  return result;
}

Answer Client::State::look(const Finder& find) {
  const bool before = std::exchange(looking, true);
  Answer found = find();
  looking = before;
  return found;
}

std::expected<Reply, Failure> Client::State::exchange(const Call& call, const std::string& url,
                                                      Want want, const Finder* find) {
  for (int tries = 1;; ++tries) {
    if (auto ready = make_ready(call); !ready) return std::unexpected(ready.error());
    const sys::HttpResult result = send(call, url, want);
    Ruling ruling;
    if (!result) {
      ruling = rule(call, result.error());
    } else if (result->status >= 200 && result->status < 300) {
      Reply reply{.link = std::string(result->header("Link"))};
      if (want == Want::text) {
        reply.text = result->body;
        return reply;
      }
      auto body = body_of(call, *result);
      if (body) {
        reply.body = *std::move(body);
        return reply;
      }
      ruling = rule_body(call, *result, body.error().message);
    } else {
      // What a DELETE before this one did, although nothing was heard of it.
      if (call.method == "DELETE" && tries > 1 && result->status == 404) return Reply{};
      ruling = rule(call, *result, tries, clock.unix_seconds());
    }
    ruling.failure.error.message = scrub(ruling.failure.error.message);
    ruling.failure.error.hint = scrub(ruling.failure.error.hint);

    // A POST must not be said twice where once may have been enough.
    const bool unsure = call.method == "POST" && ruling.unknown;
    if (unsure && (find == nullptr || !*find)) return std::unexpected(ruling.failure);
    if (!ruling.again && !unsure) return std::unexpected(ruling.failure);
    bool last = !ruling.again || tries >= options.max_tries;
    if (!last) {
      const milliseconds most = std::min(longest_pause, first_pause * (1 << (tries - 1)));
      const milliseconds pause = ruling.wait.value_or(milliseconds(
          static_cast<std::int64_t>(clock.random() * static_cast<double>(most.count()))));
      if (pause >= left()) {
        log(fmt::format("{}; it would take {:.0f} s to try again, and {:.0f} s are left",
                        ruling.failure.error.message, seconds_of(pause), seconds_of(left())));
        last = true;
      } else {
        log(fmt::format("{}; trying again in {:.1f} s (try {} of {})", ruling.failure.error.message,
                        seconds_of(pause), tries + 1, options.max_tries));
        if (auto slept = sleep(call, pause); !slept) return std::unexpected(slept.error());
      }
    }
    if (unsure && ruling.failure.trouble != Trouble::interrupted) {
      Answer found = look(*find);
      if (!found) return std::unexpected(found.error());
      if (!found->is_null()) return Reply{.body = *std::move(found)};
    }
    if (last) return std::unexpected(ruling.failure);
  }
}

std::expected<Reply, Failure> Client::State::start(const Call& call, Want want,
                                                   const Finder* find) {
  if (!is_path(call.path)) {
    Failure wrong = failure_of(call, Trouble::invalid, "this is no path of the API");
    wrong.error.code = Code::internal;
    return std::unexpected(wrong);
  }
  if (auto counted = count(call); !counted) return std::unexpected(counted.error());
  return exchange(call, base.text + call.path, want, find);
}

// ---- The client --------------------------------------------------------------------------------

Clock real_clock(const sys::Signals* signals) {
  return {.now =
              [] {
                return std::chrono::duration_cast<milliseconds>(
                    std::chrono::steady_clock::now().time_since_epoch());
              },
          .unix_seconds =
              [] {
                return std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                    .count();
              },
          .sleep =
              [signals](milliseconds time) {
                if (signals == nullptr) {
                  std::this_thread::sleep_for(time);
                  return true;
                }
                pollfd wake{.fd = signals->wake_fd(), .events = POLLIN, .revents = 0};
                return ::poll(&wake, 1, static_cast<int>(time.count())) == 0 && !signals->first();
              },
          .random =
              [] {
                thread_local std::mt19937_64 engine(static_cast<std::uint64_t>(
                    std::chrono::steady_clock::now().time_since_epoch().count()));
                return std::uniform_real_distribution<double>()(engine);
              }};
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::create(ClientOptions options, sys::Token token, sys::Transport transport,
                              Clock clock, std::function<void(std::string_view)> log) {
  if (options.api_url.empty())
    return fail(Code::config, "GITHUB_API_URL is not set: there is no GitHub to speak to",
                "the runner sets it; elsewhere set it to the API's address "
                "(GitHub Enterprise Server: https://HOST/api/v3)");
  auto base = sys::parse_url(options.api_url);
  if (!base) return within("GITHUB_API_URL", base.error());
  const auto refuse = [](std::string_view what) {
    return fail(Code::config, fmt::format("GITHUB_API_URL: {}", what),
                "it is the address of GitHub's API and nothing else");
  };
  if (base->credentials) return refuse("it holds a user or a password");
  if (!base->query.empty()) return refuse("it holds a query");
  if (base->scheme != "https" && !(base->scheme == "http" && base->is_loopback()))
    return refuse("only https is spoken (http to loopback addresses)");
  while (base->text.ends_with('/')) base->text.pop_back();
  return Client(std::make_unique<State>(State{.options = std::move(options),
                                              .base = *std::move(base),
                                              .token = std::move(token),
                                              .transport = std::move(transport),
                                              .clock = std::move(clock),
                                              .log = std::move(log)}));
}

Answer Client::call(const Call& call) {
  auto reply = state_->start(call, Want::value);
  if (!reply) return std::unexpected(reply.error());
  return std::move(reply->body);
}

Answer Client::create_once(const Call& call, const Finder& find) {
  auto reply = state_->start(call, Want::value, &find);
  if (!reply) return std::unexpected(reply.error());
  return std::move(reply->body);
}

std::expected<void, Failure> Client::list(const Call& call, std::string_view key,
                                          const std::function<bool(const json&)>& visit) {
  const auto untrusted = [&](std::string what) {
    return std::unexpected(failure_of(call, Trouble::untrusted, std::move(what)));
  };
  auto reply = state_->start(call, Want::value);
  std::set<std::string> seen{state_->base.text + call.path};
  for (;;) {
    if (!reply) return std::unexpected(reply.error());
    const json* items = &reply->body;
    if (!key.empty()) {
      if (!reply->body.is_object() || !reply->body.contains(key))
        return untrusted(fmt::format("the page has no `{}`", key));
      items = &reply->body[std::string(key)];
    }
    if (!items->is_array()) return untrusted("the page is no list");
    for (const json& item : *items)
      if (!visit(item)) return {};

    const auto next = next_link(reply->link);
    if (!next) return {};
    const auto url = sys::resolve_url(state_->base, *next);
    if (!url || url->credentials || !url->same_origin(state_->base))
      return untrusted(fmt::format("its Link leads elsewhere, to {}",
                                   url ? safe_text(url->host, 100) : "what is no address"));
    if (!seen.insert(url->text).second) return untrusted("its Link leads back to a page before");
    if (std::cmp_greater(seen.size(), state_->options.max_pages))
      return std::unexpected(state_->spent_all(
          call, fmt::format("there are more than {} pages", state_->options.max_pages)));
    if (auto counted = state_->count(call); !counted) return counted;
    reply = state_->exchange(call, url->text, Want::value, nullptr);
  }
}

std::expected<std::string, Failure> Client::raw(const Call& call) {
  auto reply = state_->start(call, Want::text);
  if (!reply) return std::unexpected(reply.error());
  return std::move(reply->text);
}

const Spent& Client::spent() const { return state_->spent; }
std::string Client::scrub(std::string_view text) const { return state_->scrub(text); }

}  // namespace perfgate::github
