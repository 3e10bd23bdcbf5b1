#include "harness/json_text.hpp"

#include <doctest/doctest.h>

namespace perfgate::harness {
namespace {

constexpr auto npos = std::string_view::npos;

TEST_CASE("the end of a JSON value is found whatever its strings hold") {
  CHECK(json_value_size(R"({"a":"}\"}","b":[1,{}]} rest)") == 23);
  CHECK(json_value_size(R"("a\\" rest)") == 5);
  CHECK(json_value_size("[1, /* ] */ 2], 3") == 14);
  CHECK(json_value_size("12, 3") == 2);
  CHECK(json_value_size("true}") == 4);
  CHECK(json_value_size("}") == 0);
  CHECK(json_value_size(std::string(100'000, '[') + std::string(100'000, ']')) == 200'000);
}

TEST_CASE("a value that does not end has no size") {
  for (const char* text : {"", "{", R"({"a)", R"({"a\)", R"("a\")", "[/* ", "[[]", "12"})
    CHECK(json_value_size(text) == npos);
}

TEST_CASE("thousands separators are taken out only where they can be nothing else") {
  const auto repaired = [](std::string_view text) { return repaired_json(text).text; };
  CHECK(repaired(R"({"n": 1,234,567, "m": 1})") == R"({"n": 1234567, "m": 1})");
  CHECK(repaired(R"({"n": 123,456})") == R"({"n": 123456})");
  CHECK(repaired_json(R"({"n": 1,234})").separators);
  // Elements of a list, a decimal comma, a group of two or four, a number too long before:
  // untouched.
  for (const char* text :
       {R"({"n": [1,234]})", R"({"n": 1,2345e+01})", R"({"n": 1,23})", R"({"n": 1,2345})",
        R"({"n": 1234,567})", R"({"n": 1.5,678})", R"({"n": 1,234.5})", R"({"n": "1,234"})"}) {
    CHECK(repaired(text) == text);
    CHECK_FALSE(repaired_json(text).separators);
  }
}

TEST_CASE("comments go and control characters and bad encoding in strings are repaired") {
  CHECK(repaired_json("[1, /* x */ 2]").text == "[1,  2]");
  CHECK(repaired_json("[1 /* x").text == "[1 ");
  const auto repaired = repaired_json("{\"a\": \"x\ny\xff\xc3\xa4\"}");
  CHECK(repaired.text == "{\"a\": \"x\\u000ay\xef\xbf\xbd\xc3\xa4\"}");
  CHECK(repaired.encoding);
  CHECK_FALSE(repaired_json("{\"a\": \"\xc3\xa4\"").encoding);
  CHECK(repaired_json("\"abc").text == "\"abc");
}

}  // namespace
}  // namespace perfgate::harness
