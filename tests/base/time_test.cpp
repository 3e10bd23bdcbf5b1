#include "base/time.hpp"

#include <doctest/doctest.h>

namespace perfgate {
namespace {

std::int64_t ms(std::string_view text) {
  const auto time = time_from_text(text);
  if (!time) FAIL(time.error().message);
  return time->unix_ms;
}

TEST_CASE("a time is written in UTC with milliseconds") {
  CHECK(to_text(Time{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_text(Time{1'795'000'000'123}) == "2026-11-18T11:06:40.123Z");
  CHECK(to_text(Time{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_text(Time{1'709'164'800'000}) == "2024-02-29T00:00:00.000Z");
}

TEST_CASE("times are read by RFC 3339") {
  CHECK(ms("1970-01-01T00:00:00Z") == 0);
  CHECK(ms("2026-11-18T11:06:40.123Z") == 1'795'000'000'123);
  CHECK(ms("2026-11-18 11:06:40.123456789z") == 1'795'000'000'123);
  CHECK(ms("2026-11-18t12:06:40.1+01:00") == 1'795'000'000'100);
  CHECK(ms("2026-11-18T05:36:40-05:30") == 1'795'000'000'000);
  CHECK(ms("2016-12-31T23:59:60Z") == ms("2017-01-01T00:00:00Z"));  // a leap second
  CHECK(ms(to_text(Time{-123'456})) == -123'456);
}

TEST_CASE("what is no time is refused with an example") {
  for (const char* text :
       {"", "yesterday", "2026-11-18", "2026-11-18T11:06:40", "2026-11-18T11:06Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-18T24:00:00Z",
        "2026-11-18T11:60:00Z", "2026-11-18T11:06:61Z", "2026-11-18T11:06:40.Z",
        "2026-11-18T11:06:40.1234567890Z", "2026-11-18T11:06:40+1:00", "2026-11-18T11:06:40+24:00",
        "2026-11-18T11:06:40+01:60", "2026-11-18T11:06:40Zx", "2026-11-18X11:06:40Z",
        "2026/11/18T11:06:40Z"}) {
    CAPTURE(text);
    const auto time = time_from_text(text);
    REQUIRE_FALSE(time);
    CHECK(time.error().code == Code::parse);
    CHECK(time.error().message == "`" + std::string(text) + "` is not a time");
    CHECK(time.error().hint == "write it as 2026-11-20T11:35:00Z (RFC 3339)");
  }
}

}  // namespace
}  // namespace perfgate
