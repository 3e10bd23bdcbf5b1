#pragma once
// URLs as libcurl reads them: what was checked is what is connected to.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate::sys {

struct Url {
  std::string scheme, host;  ///< lower case; an IPv6 address in its brackets
  std::string port;          ///< always there: the scheme's own where none is given
  std::string path = "/";
  std::string query = {};
  std::string text = {};     ///< the whole, normalised, without fragment
  bool credentials = false;  ///< it holds a user or a password

  bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  /// 127.0.0.0/8, [::1] or localhost.
  bool is_loopback() const;
};

/// Errors: Code::config, without the URL's credentials. Code::process_failed where libcurl is not
/// installed.
Result<Url> parse_url(std::string_view text);
/// `reference`, absolute or relative, seen from `base`.
Result<Url> resolve_url(const Url& base, std::string_view reference);
/// Everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace perfgate::sys
