// Publishes a comment and a check run by the GitHub client and says how it went, as one line of
// JSON, for tests that let the network fail:
//
//   github_driver URL [KEY=VALUE...]     token in PERFGATE_GITHUB_TOKEN
//
//   budget=MS request=MS   the limits of time
//   clock=fast             what is waited for is over at once; only the network takes real time
//   body=TEXT              after the marker
//   break=RULE             breaks one rule, so that the tests show that they would notice

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "github/client.hpp"
#include "sys/url.hpp"

extern char** environ;

namespace {

using namespace perfgate;
using github::Answer;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* marker = "<!-- driver -->";
constexpr const char* bot = "github-actions[bot]";
const std::string repository = "/repos/octo/perf";
const std::string sha(40, '1');

// ---- Broken on purpose: each rule is broken at the seams of the client --------------------------

using Wrapped = std::function<sys::HttpResult(const sys::HttpRequest&, const sys::Transport&)>;

void drop_header(sys::HttpResponse& response, std::string_view name) {
  std::erase_if(response.headers,
                [&](const sys::HttpHeader& header) { return header.name.starts_with(name); });
}

bool is_json(const sys::HttpResponse& response) { return json::accept(response.body); }

/// Speaks to where a Link leads, whoever that is: its address is hidden in a path of ours.
sys::HttpResult follow_links(const sys::HttpRequest& request, const sys::Transport& send) {
  const auto ours = sys::parse_url(request.url);
  const std::string origin = fmt::format("{}://{}:{}", ours->scheme, ours->host, ours->port);
  sys::HttpRequest changed = request;
  if (const std::size_t at = request.url.find("/far/"); at != std::string::npos)
    changed.url = fmt::format("http://127.0.0.1:{}", request.url.substr(at + 5));
  auto result = send(changed);
  if (!result) return result;
  for (sys::HttpHeader& header : result->headers)
    if (header.name == "Link")
      if (const std::size_t at = header.value.find("http://127.0.0.1:");
          at != std::string::npos && !header.value.contains(origin))
        header.value.replace(at, 17, origin + "/far/");
  return result;
}

/// Every page looks new.
sys::HttpResult endless_pages(const sys::HttpRequest& request, const sys::Transport& send) {
  static int count = 0;
  auto result = send(request);
  if (result)
    for (sys::HttpHeader& header : result->headers)
      if (header.name == "Link")
        if (const std::size_t end = header.value.find('>'); end != std::string::npos)
          header.value.insert(end, fmt::format("?n={}", ++count));
  return result;
}

sys::HttpResult ignore_limits(const sys::HttpRequest& request, const sys::Transport& send) {
  auto result = send(request);
  if (!result) return result;
  if (result->status == 403 || result->status == 429) result->status = 503;
  drop_header(*result, "Retry-After");
  return result;
}

sys::HttpResult retry_permission(const sys::HttpRequest& request, const sys::Transport& send) {
  auto result = send(request);
  if (result && (result->status == 401 || result->status == 403)) result->status = 503;
  return result;
}

sys::HttpResult accept_truncated(const sys::HttpRequest& request, const sys::Transport& send) {
  auto result = send(request);
  if (!result && (result.error().failure == sys::HttpFailure::truncated ||
                  result.error().failure == sys::HttpFailure::reset))
    return sys::HttpResponse{.status = 200, .body = request.method == "GET" ? "[]" : "{}"};
  return result;
}

sys::HttpResult accept_html(const sys::HttpRequest& request, const sys::Transport& send) {
  auto result = send(request);
  if (result && result->status / 100 == 2 && !is_json(*result))
    result->body = request.method == "GET" ? "[]" : "{}";
  return result;
}

sys::HttpResult leak_authorization(const sys::HttpRequest& request, const sys::Transport& send) {
  sys::HttpRequest changed = request;
  changed.headers.push_back({"Authorization", std::string(request.authorization)});
  changed.authorization = {};
  changed.stay = false;
  return send(changed);
}

/// Believes what another server says.
sys::HttpResult believe_anyone(const sys::HttpRequest& request, const sys::Transport& send) {
  sys::HttpRequest changed = request;
  changed.stay = false;
  return send(changed);
}

/// The client does not know its token, and so cannot hide it.
sys::HttpResult unscrubbed(const sys::HttpRequest& request, const sys::Transport& send) {
  static const std::string token = std::string("Bearer ") + ::getenv("DRIVER_TOKEN");
  sys::HttpRequest changed = request;
  changed.authorization = token;
  return send(changed);
}

sys::HttpResult patient(const sys::HttpRequest& request, const sys::Transport& send) {
  sys::HttpRequest changed = request;
  changed.timeout = std::chrono::minutes(10);
  return send(changed);
}

const std::map<std::string, Wrapped> broken{
    {"follow-links", follow_links},
    {"endless-pages", endless_pages},
    {"ignore-limits", ignore_limits},
    {"retry-permission", retry_permission},
    {"accept-truncated", accept_truncated},
    {"accept-html", accept_html},
    {"leak-authorization", leak_authorization},
    {"believe-anyone", believe_anyone},
    {"unscrubbed", unscrubbed},
    {"patient", patient},
    {"blind-post", {}},
    {"unlimited-body", {}},
};

// ---- What a publication does --------------------------------------------------------------------

std::string word(const github::Failure& failure) {
  switch (failure.trouble) {
    using enum github::Trouble;
    case permission:
      return "permission";
    case not_found:
      return "not-found";
    case gone:
      return "gone";
    case conflict:
      return "conflict";
    case invalid:
      return "invalid";
    case limited:
      return "limited";
    case transient:
      return "transient";
    case budget:
      return "budget";
    case untrusted:
      return "untrusted";
    case interrupted:
      return "interrupted";
  }
  return "?";
}

struct Publication {
  github::Client& client;
  bool blind;  ///< breaks the rule to look first
  std::string body;
  std::vector<std::string> said = {};

  std::string failed(const github::Failure& failure) {
    said.push_back(fmt::format("{}: {} ({})", to_text(failure.error.code), failure.error.message,
                               failure.error.hint));
    return word(failure);
  }

  /// Our comments, oldest first.
  std::expected<std::vector<json>, github::Failure> ours(bool all) {
    std::vector<json> found;
    const auto listed =
        client.list({.path = repository + "/issues/7/comments?per_page=100",
                     .doing = "looking for the comment",
                     .needs = "pull-requests: read"},
                    "", [&](const json& one) {
                      if (one.is_object() && one.value("body", "").starts_with(marker) &&
                          one["user"].value("login", "") == bot)
                        found.push_back(one);
                      return all || found.empty();
                    });
    if (!listed) return std::unexpected(listed.error());
    return found;
  }

  Answer find_comment() {
    const auto found = ours(false);
    if (!found) return std::unexpected(found.error());
    return found->empty() ? json() : found->front();
  }

  std::string comment() {
    const std::string text = json{{"body", marker + ("\n" + body)}}.dump();
    const Answer found = find_comment();
    if (!found) return failed(found.error());
    if (!found->is_null()) {
      const Answer changed = client.call(
          {.method = "PATCH",
           .path = fmt::format("{}/issues/comments/{}", repository, (*found)["id"].get<long>()),
           .body = text,
           .doing = "updating the comment",
           .needs = "pull-requests: write"});
      return changed ? "updated" : failed(changed.error());
    }
    const Answer made = client.create_once({.method = "POST",
                                            .path = repository + "/issues/7/comments",
                                            .body = text,
                                            .doing = "creating the comment",
                                            .needs = "pull-requests: write"},
                                           [&]() -> Answer {
                                             if (blind) return json();
                                             return find_comment();
                                           });
    if (!made) return failed(made.error());
    const auto all = ours(true);
    if (!all) return failed(all.error());
    return "created";
  }

  Answer find_check() {
    json found;
    const auto listed =
        client.list({.path = fmt::format("{}/commits/{}/check-runs?check_name=driver&per_page=100",
                                         repository, sha),
                     .doing = "looking for the check run",
                     .needs = "checks: read"},
                    "check_runs", [&](const json& one) {
                      if (one.is_object() && one.value("external_id", "") == "driver-1")
                        found = one;
                      return found.is_null();
                    });
    if (!listed) return std::unexpected(listed.error());
    return found;
  }

  std::string check() {
    const json begin{{"name", "driver"},
                     {"head_sha", sha},
                     {"status", "in_progress"},
                     {"external_id", "driver-1"}};
    const Answer made = client.create_once({.method = "POST",
                                            .path = repository + "/check-runs",
                                            .body = begin.dump(),
                                            .doing = "creating the check run",
                                            .needs = "checks: write"},
                                           [&]() -> Answer {
                                             if (blind) return json();
                                             return find_check();
                                           });
    if (!made) return failed(made.error());
    if (!made->is_object() || !made->contains("id")) return "untrusted";
    const json end{{"conclusion", "success"}, {"output", {{"title", "t"}, {"summary", body}}}};
    const Answer ended =
        client.call({.method = "PATCH",
                     .path = fmt::format("{}/check-runs/{}", repository, (*made)["id"].get<long>()),
                     .body = end.dump(),
                     .doing = "completing the check run",
                     .needs = "checks: write"});
    return ended ? "completed" : failed(ended.error());
  }
};

/// What is slept is only counted.
github::Clock fast_clock() {
  github::Clock clock = github::real_clock();
  auto skipped = std::make_shared<milliseconds>(0);
  clock.now = [skipped, real = clock.now] { return real() + *skipped; };
  clock.sleep = [skipped](milliseconds time) {
    *skipped += time;
    return true;
  };
  return clock;
}

/// The most memory that was used, in KiB (VmHWM: unlike getrusage's, it begins with exec).
long peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return 0;
}

int run(std::map<std::string, std::string>& given) {
  sys::Environment environment = sys::environment_from(environ);
  const std::string rule = given["break"];
  const auto found = broken.find(rule);
  if (!rule.empty() && found == broken.end()) {
    fmt::print(stderr, "github_driver: no rule {}\n", rule);
    return 2;
  }
  sys::Token token = sys::take_token(environment, {"PERFGATE_GITHUB_TOKEN"});
  const sys::NoCore no_core;
  sys::HttpLimits limits;
  if (rule == "unlimited-body") limits.body = std::size_t{1} << 40;
  sys::Transport transport = sys::http_transport(environment, limits);
  if (found != broken.end() && found->second)
    transport = [send = transport, wrapped = found->second](const sys::HttpRequest& request) {
      return wrapped(request, send);
    };
  github::ClientOptions options{.api_url = given["url"]};
  if (given.contains("budget")) options.budget = milliseconds(std::stol(given["budget"]));
  if (given.contains("request")) options.request = milliseconds(std::stol(given["request"]));
  if (rule == "endless-pages") options.max_pages = options.max_calls = options.max_requests = 200;
  const github::Clock clock = given["clock"] == "fast" ? fast_clock() : github::real_clock();
  if (rule == "unscrubbed") {
    ::setenv("DRIVER_TOKEN", std::string(token.text()).c_str(), 1);
    token = sys::Token();
  }
  std::vector<std::string> log;
  auto client = github::Client::create(options, std::move(token), transport, clock,
                                       [&](std::string_view line) { log.emplace_back(line); });
  if (!client) {
    fmt::print(stderr, "{}: {}\n", to_text(client.error().code), client.error().message);
    return 2;
  }
  Publication publication{.client = *client, .blind = rule == "blind-post", .body = given["body"]};
  const milliseconds began = clock.now();
  const std::string comment = publication.comment(), check = publication.check();
  const github::Spent spent = client->spent();
  const json answer{{"comment", comment},
                    {"check", check},
                    {"calls", spent.calls},
                    {"requests", spent.requests},
                    {"waited", spent.waited.count()},
                    {"elapsed", (clock.now() - began).count()},
                    {"memory", peak_memory()},
                    {"said", publication.said},
                    {"log", log}};
  fmt::print("{}\n", answer.dump(-1, ' ', false, json::error_handler_t::replace));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::map<std::string, std::string> given{{"url", argv[1]}};
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::size_t equals = word.find('=');
    given[std::string(word.substr(0, equals))] = word.substr(equals + 1);
  }
  return run(given);
}
