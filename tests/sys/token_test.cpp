#include "sys/token.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

namespace perfgate::sys {
namespace {

TEST_CASE("token: taken from the environment, it is in none any more") {
  ::setenv("TEST_TOKEN_A", "first-token-0123", 1);
  ::setenv("TEST_TOKEN_B", "other-token-4567", 1);
  const char* seen = ::getenv("TEST_TOKEN_A");
  Environment environment{
      {"TEST_TOKEN_A", "first-token-0123"}, {"TEST_TOKEN_B", "other-token-4567"}, {"PATH", "/bin"}};
  const Token token = take_token(environment, {"TEST_TOKEN_NONE", "TEST_TOKEN_A", "TEST_TOKEN_B"});
  CHECK(token.text() == "first-token-0123");
  CHECK(environment == Environment{{"PATH", "/bin"}});
  CHECK(::getenv("TEST_TOKEN_A") == nullptr);
  CHECK(::getenv("TEST_TOKEN_B") == nullptr);
  CHECK(std::string_view(seen) != "first-token-0123");
  Environment empty;
  CHECK(take_token(empty, {"TEST_TOKEN_A"}).empty());
}

TEST_CASE("token: it moves, and what it leaves is empty") {
  Token one("short");
  Token two(std::move(one));
  CHECK(two.text() == "short");
  Token three;
  three = std::move(two);
  CHECK(three.text() == "short");
}

// AC:github-token-filter
TEST_CASE("token: hidden in a text, as it stands and in base64 wherever it begins") {
  const std::string token = "ghs_0123456789abcdefghij";
  CHECK(hide_token("a " + token + " b " + token, token) == "a <token> b <token>");
  // base64 of "", "x-access-token:" and "ab" before it, and of "!" after it
  for (const char* encoded :
       {"Z2hzXzAxMjM0NTY3ODlhYmNkZWZnaGlq", "eC1hY2Nlc3MtdG9rZW46Z2hzXzAxMjM0NTY3ODlhYmNkZWZnaGlq",
        "YWJnaHNfMDEyMzQ1Njc4OWFiY2RlZmdoaWo=", "eGdoc18wMTIzNDU2Nzg5YWJjZGVmZ2hpaiE="}) {
    CAPTURE(encoded);
    const std::string hidden = hide_token("basic " + std::string(encoded), token);
    CHECK(hidden.contains("<token>"));
    CHECK_FALSE(hidden.contains("MDEyMzQ1"));
    CHECK_FALSE(hidden.contains("AxMjM0NT"));
    CHECK_FALSE(hidden.contains("wMTIzNDU"));
  }
  CHECK(hide_token("nothing of it", token) == "nothing of it");
  CHECK(hide_token("abc", "") == "abc");
}

TEST_CASE("token: while it is held there is no core file, and afterwards as before") {
  rlimit before{}, during{}, after{};
  ::getrlimit(RLIMIT_CORE, &before);
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  {
    const NoCore no_core;
    ::getrlimit(RLIMIT_CORE, &during);
    CHECK(during.rlim_cur == 0);
    CHECK(::prctl(PR_GET_DUMPABLE) == 0);
  }
  ::getrlimit(RLIMIT_CORE, &after);
  CHECK(after.rlim_cur == before.rlim_cur);
  CHECK(::prctl(PR_GET_DUMPABLE) == dumpable);
}

}  // namespace
}  // namespace perfgate::sys
