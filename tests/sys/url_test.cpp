#include "sys/url.hpp"

#include <doctest/doctest.h>

namespace perfgate::sys {
namespace {

TEST_CASE("url: its parts, normalised, and whether two have one origin") {
  const auto url = parse_url("HTTPS://Api.GitHub.com/a/b?c=d#e");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->host == "api.github.com");
  CHECK(url->port == "443");
  CHECK(url->path == "/a/b");
  CHECK(url->query == "c=d");
  CHECK(!url->text.contains('#'));
  CHECK(url->same_origin(*parse_url("https://api.github.com:443/other")));
  for (const char* other : {"https://api.github.com:8443/", "http://api.github.com/",
                            "https://github.com/", "https://api.github.com.evil.test/"})
    CHECK_FALSE(url->same_origin(*parse_url(other)));
  CHECK(resolve_url(*url, "/x?y=1")->text == "https://Api.GitHub.com/x?y=1");
  CHECK(resolve_url(*url, "//evil.test/x")->host == "evil.test");
}

TEST_CASE("url: loopback is what cannot be another machine") {
  for (const char* yes : {"http://127.0.0.1/", "http://127.9.8.7:80/", "http://[::1]/",
                          "http://localhost/", "http://127.1/"})
    CHECK_MESSAGE(parse_url(yes)->is_loopback(), yes);
  for (const char* no : {"http://128.0.0.1/", "http://127.0.0.1.evil.test/",
                         "http://localhost.evil/", "http://[::2]/", "http://0.0.0.0/"})
    CHECK_FALSE_MESSAGE(parse_url(no)->is_loopback(), no);
}

TEST_CASE("url: what is none is an error that shows no password") {
  for (const char* text : {"", "no url", "https://", "https://user:pass word@h/",
                           "http://[::", "https://h/\n", "nonsense"}) {
    CAPTURE(text);
    const auto url = parse_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == Code::config);
    CHECK_FALSE(url.error().message.contains("pass"));
  }
  CHECK(parse_url("https://user:secret@h/")->credentials);
  CHECK(percent_encode("a b/c?d&é~") == "a%20b%2Fc%3Fd%26%C3%A9~");
}

}  // namespace
}  // namespace perfgate::sys
