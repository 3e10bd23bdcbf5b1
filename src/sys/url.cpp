#include "sys/url.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <memory>

#include "base/text.hpp"
#include "sys/curl.hpp"

namespace perfgate::sys {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)>;

/// A url_part of a URL; empty where it has none.
std::string url_part(const Curl& curl, CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl.url_get(handle, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string result = text;
  curl.free(text);
  return result;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// For a message: nothing that stands before an `@`, as that may be a password.
std::string shown(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return safe_text(at == text.npos ? text : text.substr(at + 1), 200);
}

Result<Url> parse(std::string_view base, std::string_view text) {
  const auto refuse = [&](std::string_view what) {
    return fail(Code::config, fmt::format("the address `{}`: {}", shown(text), what),
                "an address is https://HOST/PATH");
  };
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return refuse("it holds a space or a control character");
  TRY(const Curl* curl, load_curl());
  const Handle handle(curl->url(), curl->url_cleanup);
  if (!handle) return fail(Code::memory, "reading an address: out of memory");
  const auto set = [&](std::string_view url) {
    return curl->url_set(handle.get(), CURLUPART_URL, std::string(url).c_str(), 0) == CURLUE_OK;
  };
  if (!base.empty() && !set(base)) return refuse("what it is relative to is no URL");
  if (text.empty() || !set(text)) return refuse("it is no URL");

  Url url{.scheme = lower(url_part(*curl, handle.get(), CURLUPART_SCHEME)),
          .host = lower(url_part(*curl, handle.get(), CURLUPART_HOST)),
          .port = url_part(*curl, handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT),
          .path = url_part(*curl, handle.get(), CURLUPART_PATH),
          .query = url_part(*curl, handle.get(), CURLUPART_QUERY)};
  url.credentials = !url_part(*curl, handle.get(), CURLUPART_USER).empty() ||
                    !url_part(*curl, handle.get(), CURLUPART_PASSWORD).empty();
  if (url.host.empty()) return refuse("it names no host");
  curl->url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  url.text = url_part(*curl, handle.get(), CURLUPART_URL);
  return url;
}

}  // namespace

bool Url::is_loopback() const {
  in_addr address{};
  if (host == "localhost" || host == "[::1]") return true;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 &&
         (ntohl(address.s_addr) >> 24) == IN_LOOPBACKNET;
}

Result<Url> parse_url(std::string_view text) { return parse({}, text); }

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  return parse(base.text, reference);
}

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").contains(c);
    if (plain)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace perfgate::sys
