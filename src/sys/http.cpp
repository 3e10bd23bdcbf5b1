#include "sys/http.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "base/version.hpp"
#include "sys/curl.hpp"
#include "sys/url.hpp"

namespace perfgate::sys {
namespace {

using std::chrono::milliseconds;
using Milliseconds = std::chrono::duration<long, std::milli>;

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

std::unexpected<HttpError> refuse(HttpFailure failure, std::string message, std::string hint = {}) {
  return std::unexpected(HttpError{
      .failure = failure, .message = std::move(message), .hint = std::move(hint), .sent = false});
}

// ---- Whom to trust, and by which way -----------------------------------------------------------

/// What certificates are held against. libcurl as distributions build it knows its own; a static
/// one would know none.
std::expected<std::string, HttpError> authorities(const Environment& environment) {
  constexpr const char* hint = "install ca-certificates, or set SSL_CERT_FILE to a file of them";
  const std::string named = variable(environment, "SSL_CERT_FILE");
  if (!named.empty()) {
    if (::access(named.c_str(), R_OK) == 0) return named;
    return refuse(
        HttpFailure::certificate,
        fmt::format("SSL_CERT_FILE names {}, which cannot be read", safe_text(named, 200)), hint);
  }
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
    if (::access(path, R_OK) == 0) return path;
  return refuse(HttpFailure::certificate, "this machine has no list of certificate authorities",
                hint);
}

/// The variable in lower case wins, as with curl.
std::string either(const Environment& environment, std::string_view lower, std::string_view upper) {
  const std::string value = variable(environment, lower);
  return value.empty() ? variable(environment, upper) : value;
}

struct Proxy {
  std::string url, exceptions;

  explicit Proxy(const Environment& environment)
      : url(either(environment, "https_proxy", "HTTPS_PROXY")),
        exceptions(either(environment, "no_proxy", "NO_PROXY")) {
    if (url.empty()) url = either(environment, "all_proxy", "ALL_PROXY");
  }

  /// A message of libcurl's without the proxy's user and password.
  std::string hide(std::string text) const {
    const std::size_t at = url.rfind('@');
    if (at == url.npos) return text;
    const std::size_t scheme = url.find("://");
    const std::string secret = url.substr(scheme == url.npos ? 0 : scheme + 3, at - scheme - 3);
    for (const std::string& part : {url, scheme == url.npos ? url.substr(0, at) : secret})
      for (std::size_t place = text.find(part); place != text.npos; place = text.find(part))
        text.replace(place, part.size(), "<proxy>");
    return text;
  }
};

// ---- One exchange ------------------------------------------------------------------------------

/// What comes in, and what stops it.
struct Receiving {
  const HttpLimits* limits;
  const Signals* signals;
  HttpResponse response = {};
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& receiving = *static_cast<Receiving*>(context);
  std::string& body = receiving.response.body;
  if (body.size() + size * count > receiving.limits->body) {
    receiving.too_large = true;
    return 0;
  }
  body.append(bytes, size * count);
  return size * count;
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& receiving = *static_cast<Receiving*>(context);
  const std::string_view line(bytes, size * count);
  receiving.header_bytes += line.size();
  if (receiving.header_bytes > receiving.limits->headers) {
    receiving.too_large = true;
    return 0;
  }
  auto& headers = receiving.response.headers;
  if (line.starts_with("HTTP/")) {
    headers.clear();  // of an interim answer, such as 100
  } else if (const std::size_t colon = line.find(':'); colon != line.npos) {
    headers.push_back({.name = std::string(trim(line.substr(0, colon))),
                       .value = std::string(trim(line.substr(colon + 1)))});
  }
  return line.size();
}

int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& receiving = *static_cast<const Receiving*>(context);
  return receiving.signals != nullptr && receiving.signals->first() ? 1 : 0;
}

/// The header lines of a request, overwritten when they go: one holds the token.
class Lines {
 public:
  explicit Lines(const Curl& curl) : curl_(curl) {}
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    for (curl_slist* line = list_; line != nullptr; line = line->next)
      ::explicit_bzero(line->data, std::strlen(line->data));
    curl_.slist_free_all(list_);
  }

  void add(std::string_view name, std::string_view value) {
    std::string line;
    line.reserve(name.size() + 2 + value.size());
    line.append(name).append(value.empty() ? ":" : ": ").append(value);
    if (curl_slist* longer = curl_.slist_append(list_, line.c_str())) list_ = longer;
    ::explicit_bzero(line.data(), line.size());
  }
  curl_slist* get() const { return list_; }

 private:
  const Curl& curl_;
  curl_slist* list_ = nullptr;
};

HttpFailure failure_of(CURLcode code, bool sent) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpFailure::resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return HttpFailure::connect;
    case CURLE_SSL_CONNECT_ERROR:
      return HttpFailure::tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
      return HttpFailure::certificate;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFailure::timeout;
    case CURLE_PARTIAL_FILE:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
      return HttpFailure::truncated;
    case CURLE_FILESIZE_EXCEEDED:
      return HttpFailure::too_large;
    case CURLE_ABORTED_BY_CALLBACK:
      return HttpFailure::interrupted;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return sent ? HttpFailure::truncated : HttpFailure::refused;
    default:
      return HttpFailure::reset;
  }
}

std::string hint_of(HttpFailure failure, const Proxy& proxy) {
  switch (failure) {
    case HttpFailure::resolve:
    case HttpFailure::connect:
      return proxy.url.empty()
                 ? "is the address right, and does this machine reach it? Where a proxy "
                   "is needed, set HTTPS_PROXY"
                 : "are HTTPS_PROXY and NO_PROXY right?";
    case HttpFailure::certificate:
    case HttpFailure::tls:
      return "is the clock right? Where a company's own authority signs, set SSL_CERT_FILE to a "
             "file "
             "that holds it";
    default:
      return {};
  }
}

/// A libcurl handle with its connections.
class Session {
 public:
  Session(const Curl& curl, Proxy proxy, std::expected<std::string, HttpError> authorities,
          HttpLimits limits, const Signals* signals)
      : curl_(curl),
        proxy_(std::move(proxy)),
        authorities_(std::move(authorities)),
        limits_(limits),
        signals_(signals),
        easy_(curl.easy_init()) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { curl_.easy_cleanup(easy_); }

  /// Follows redirects.
  HttpResult send(HttpRequest request);

 private:
  HttpResult exchange(const HttpRequest& request, const Url& url, milliseconds timeout);

  const Curl& curl_;
  Proxy proxy_;
  std::expected<std::string, HttpError> authorities_;
  HttpLimits limits_;
  const Signals* signals_;
  CURL* easy_;
};

HttpResult Session::exchange(const HttpRequest& request, const Url& url, milliseconds timeout) {
  const bool secure = url.scheme == "https";
  if (secure && !authorities_) return std::unexpected(authorities_.error());
  if (easy_ == nullptr) return refuse(HttpFailure::library, "libcurl gives no handle");
  Receiving receiving{.limits = &limits_, .signals = signals_};
  std::array<char, CURL_ERROR_SIZE> words{};
  Lines lines(curl_);
  for (const HttpHeader& header : request.headers) lines.add(header.name, header.value);
  lines.add("User-Agent", fmt::format("perfgate/{}", version()));
  lines.add("Expect", {});  // no waiting for 100
  if (!request.authorization.empty()) lines.add("Authorization", request.authorization);

  curl_.easy_reset(easy_);  // keeps connections
  const auto set = [&](CURLoption option, auto value) { curl_.easy_setopt(easy_, option, value); };
  set(CURLOPT_URL, url.text.c_str());
  set(CURLOPT_PROTOCOLS, static_cast<long>(secure ? CURLPROTO_HTTPS : CURLPROTO_HTTP));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // what the tests speak
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, words.data());
  set(CURLOPT_TIMEOUT_MS, Milliseconds(timeout).count());
  set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(std::min(limits_.connect, timeout)).count());
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits_.low_speed.count()));
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits_.body));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &receiving);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &receiving);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &receiving);
  set(CURLOPT_PROXY, proxy_.url.c_str());  // empty: none, whatever the environment says
  set(CURLOPT_NOPROXY, secure ? proxy_.exceptions.c_str() : "*");
  if (secure) {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_CAINFO, authorities_->c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(CURLOPT_PROXY_CAINFO, authorities_->c_str());
  }
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method != "GET") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  // On a connection that was used before, libcurl sends again what got no answer.
  if (request.method == "POST") set(CURLOPT_FRESH_CONNECT, 1L);

  const CURLcode code = curl_.easy_perform(easy_);
  long status = 0, request_size = 0, proxy_status = 0;
  curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_.easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &request_size);
  curl_.easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  // Its pointers are to what ends with this function.
  curl_.easy_reset(easy_);
  receiving.response.status = static_cast<int>(status);
  receiving.response.url = url.text;
  if (code == CURLE_OK) return std::move(receiving.response);

  const bool proxy_refused = proxy_status >= 300 && status == 0;
  bool sent = request_size > 0 && !proxy_refused;
  HttpFailure failure = failure_of(code, sent);
  if (receiving.too_large) failure = HttpFailure::too_large;
  if (proxy_refused) failure = HttpFailure::connect;
  if (failure == HttpFailure::resolve || failure == HttpFailure::connect ||
      failure == HttpFailure::tls || failure == HttpFailure::certificate)
    sent = false;
  std::string message = words[0] != '\0' ? words.data() : curl_.easy_strerror(code);
  if (failure == HttpFailure::too_large)
    message = fmt::format("the answer is larger than {} KiB", limits_.body / 1024);
  if (failure == HttpFailure::interrupted) message = "ended by a signal";
  if (proxy_refused) message = fmt::format("the proxy answered {}", proxy_status);
  return std::unexpected(
      HttpError{.failure = failure,
                .message = fmt::format("{}: {}", url.host, safe_text(proxy_.hide(message), 300)),
                .hint = hint_of(failure, proxy_),
                .sent = sent});
}

/// Whether an address is one that a token may be sent to.
std::expected<Url, HttpError> checked(Result<Url> url) {
  if (!url) return refuse(HttpFailure::refused, url.error().message, url.error().hint);
  if (url->credentials)
    return refuse(HttpFailure::refused,
                  fmt::format("{}: an address with user or password is not spoken to", url->host));
  if (url->scheme == "https" || (url->scheme == "http" && url->is_loopback()))
    return *std::move(url);
  return refuse(HttpFailure::refused,
                fmt::format("{}://{}: only https is spoken (http to loopback addresses)",
                            safe_text(url->scheme, 20), safe_text(url->host, 100)));
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

HttpResult Session::send(HttpRequest request) {
  const auto until = std::chrono::steady_clock::now() + request.timeout;
  auto start = checked(parse_url(request.url));
  if (!start) return std::unexpected(start.error());
  Url url = *std::move(start);
  std::set<std::string> seen;
  for (int redirects = 0;; ++redirects) {
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    HttpResult result = exchange(request, url, std::max(left, milliseconds(1)));
    if (!result || !is_redirect(result->status)) return result;
    const std::string_view location = result->header("Location");
    if (location.empty()) return result;
    const auto lost = [&](HttpFailure failure, std::string message) {
      return std::unexpected(HttpError{.failure = failure, .message = std::move(message)});
    };
    if (redirects == limits_.redirects)
      return lost(HttpFailure::redirects,
                  fmt::format("{}: more than {} redirects", url.host, limits_.redirects));
    auto next = checked(resolve_url(url, location));
    if (!next)
      return lost(HttpFailure::refused,
                  fmt::format("{}: redirects to where perfgate does not go: {}", url.host,
                              next.error().message));
    const std::string method = request.method;
    if (result->status == 303) {
      request.method = "GET";
      request.body.clear();
    }
    if (!next->same_origin(url)) {
      if (request.stay || request.method != "GET")
        return lost(HttpFailure::refused,
                    fmt::format("{}: redirects a {} to another server, {}", url.host,
                                request.method, safe_text(next->host, 100)));
      request.authorization = {};
    }
    // What went round in a circle would be done again and again.
    seen.insert(fmt::format("{} {}", method, url.text));
    if (seen.contains(fmt::format("{} {}", request.method, next->text)))
      return lost(HttpFailure::redirects, fmt::format("{}: redirects in a circle", url.host));
    url = *std::move(next);
  }
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [&](const HttpHeader& header) { return same_name(header.name, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Transport http_transport(const Environment& environment, HttpLimits limits,
                         const Signals* signals) {
  auto session = std::make_shared<std::unique_ptr<Session>>();
  return [session, proxy = Proxy(environment), trusted = authorities(environment), limits,
          signals](const HttpRequest& request) -> HttpResult {
    if (!*session) {
      const Result<const Curl*> curl = load_curl();
      if (!curl) return refuse(HttpFailure::library, curl.error().message, curl.error().hint);
      *session = std::make_unique<Session>(**curl, proxy, trusted, limits, signals);
    }
    return (*session)->send(request);
  };
}

}  // namespace perfgate::sys
