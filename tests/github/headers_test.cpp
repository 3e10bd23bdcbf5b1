#include "github/headers.hpp"

#include <doctest/doctest.h>

namespace perfgate::github {
namespace {

using std::chrono::seconds;

TEST_CASE("the Link header: the target of next, however it is written, and nothing else") {
  CHECK(next_link("<https://h/a?page=2>; rel=\"next\", <https://h/a?page=9>; rel=\"last\"") ==
        "https://h/a?page=2");
  CHECK(next_link("<https://h/1>; rel=\"prev\",<https://h/3>;rel=next") == "https://h/3");
  CHECK(next_link("<https://h/a,b;c>; title=\"a, <b>; \\\"rel\"; rel=\"last next\"") ==
        "https://h/a,b;c");
  for (const char* none :
       {"", "<https://h/1>", "<https://h/1>; rel=\"prev\"", "https://h/1; rel=\"next\"",
        "<https://h/1; rel=\"next\"", "<https://h/1>; title=\"rel=next\"", "<>; rev=\"next\"",
        "<https://h/1>; rel=\"nextish\"", ",", "<https://h/1>; rel=\"next"})
    CHECK_MESSAGE(!next_link(none), none);
}

TEST_CASE("an HTTP date is read to the second, and what is none is not") {
  CHECK(http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(http_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(http_date("Tue, 19 Jan 2038 03:14:08 GMT") == 2147483648);
  for (const char* none :
       {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "784111777"})
    CHECK_MESSAGE(!http_date(none), none);
}

TEST_CASE("Retry-After: seconds, a date by the server's clock, and nonsense is a second") {
  const std::int64_t now = 784111777;
  CHECK(retry_after("120", now) == seconds(120));
  CHECK(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == seconds(60));
  CHECK(retry_after("Sun, 06 Nov 1994 08:40:37 GMT", now) == seconds(1));
  CHECK(retry_after("0", now) == seconds(1));
  CHECK(retry_after("-5", now) == seconds(1));
  CHECK(retry_after("soon", now) == seconds(1));
  CHECK(retry_after("999999999999999999", now) == seconds(86400));
  CHECK(retry_after("99999999999999999999999", now) == seconds(1));
  CHECK(!retry_after("", now));
}

}  // namespace
}  // namespace perfgate::github
