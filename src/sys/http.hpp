#pragma once
// One HTTP request at a time, by libcurl, which is loaded when it is first wanted.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/environment.hpp"
#include "sys/signals.hpp"

namespace perfgate::sys {

struct HttpHeader {
  std::string name, value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute; https, or http to a loopback address
  std::vector<HttpHeader> headers = {};
  /// The value of Authorization. It goes to the origin of `url` only, whatever that redirects to.
  std::string_view authorization = {};
  std::string body = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  ///< with all redirects
  bool stay = false;  ///< a redirect to another origin is refused: its word would not count
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers = {};  ///< of the last answer, in the order in which they came
  std::string body = {};                 ///< decompressed
  std::string url = {};                  ///< where it came from, after redirects

  /// The value of a header, its name without regard to case; empty where it is not there. Of
  /// several the first.
  std::string_view header(std::string_view name) const;
};

/// Why there is no whole answer.
enum class HttpFailure {
  library,      ///< libcurl is not installed, or too old
  refused,      ///< an address that is not spoken to: no https, a wrong URL, a write sent elsewhere
  resolve,      ///< no such host
  connect,      ///< nobody answers, or the proxy does not
  tls,          ///< the handshake failed
  certificate,  ///< the server is not who it should be, or there is nothing to tell by
  timeout,      ///< too slow, at whatever point
  reset,        ///< the connection ended before an answer or within one
  truncated,    ///< fewer bytes than announced, a broken encoding, or no HTTP
  too_large,    ///< the body, or the headers, are beyond the limit
  redirects,    ///< more than allowed
  interrupted   ///< by a signal
};

struct HttpError {
  HttpFailure failure;
  /// One line for people, with the host and without user, password and query.
  std::string message;
  std::string hint = {};
  bool sent = true;  ///< false: the server has certainly not seen the request
};

using HttpResult = std::expected<HttpResponse, HttpError>;
/// What sends a request. Tests put one of their own in its place.
using Transport = std::function<HttpResult(const HttpRequest&)>;

struct HttpLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(10);
  std::chrono::seconds low_speed = std::chrono::seconds(20);  ///< below 1 B/s for so long: timeout
  std::size_t body = std::size_t{10} << 20;                   ///< bytes, after decompression
  std::size_t headers = std::size_t{256} << 10;               ///< bytes of one answer
  int redirects = 3;
};

/// A transport over the network. TLS 1.2 at least; certificates are held against SSL_CERT_FILE of
/// `environment`, or else the system's bundle; proxies as HTTPS_PROXY, ALL_PROXY and NO_PROXY say.
/// No .netrc, no cookies, no HTTP but to loopback addresses, which are never asked through a proxy.
/// Redirects keep the method (303: GET), lose `authorization` where scheme, host or port change,
/// and are not followed there with a method other than GET. A POST gets a connection of its own,
/// because libcurl sends again what a reused one loses. A signal ends it within a second.
Transport http_transport(const Environment& environment, HttpLimits limits = {},
                         const Signals* signals = nullptr);

}  // namespace perfgate::sys
