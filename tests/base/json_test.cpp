#include "base/json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace perfgate {
namespace {

Error refused(std::string_view text, JsonLimits limits = {}) {
  const auto parsed = parse_json(text, "a.json", Code::parse, limits);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Code::parse);
  CHECK(parsed.error().message.starts_with("a.json: "));
  CHECK(is_utf8(parsed.error().message));
  return parsed.error();
}

TEST_CASE("valid JSON is read with all its kinds of values") {
  const auto parsed =
      parse_json(R"( {"a":[1,-2,2.5,true,null,"x\u00e9"],"b":{"c":{}}} )", "a.json", Code::parse);
  REQUIRE(parsed);
  CHECK(parsed->dump() == "{\"a\":[1,-2,2.5,true,null,\"x\u00e9\"],\"b\":{\"c\":{}}}");
  CHECK(parse_json("5", "a.json", Code::parse)->get<int>() == 5);
}

// AC:hostile-json
TEST_CASE("JSON nested a hundred thousand deep is refused") {
  CHECK(refused(std::string(100'000, '[')).message.contains("nested deeper than 64 levels"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(refused(objects).message.contains("nested deeper than 64 levels"));
  const std::string just = std::string(64, '[') + std::string(64, ']');
  CHECK(parse_json(just, "a.json", Code::parse));
  CHECK_FALSE(parse_json("[" + just + "]", "a.json", Code::parse));
}

TEST_CASE("a key that stands twice is refused with its place") {
  CHECK(refused(R"({"a":1,"b":2,"a":3})").message ==
        "a.json: not valid JSON: key `a` stands twice in the top object");
  CHECK(refused(R"({"x":[1,{"y":{"k":1,"k":2}}]})")
            .message.contains("key `k` stands twice in /x/1/y"));
  CHECK(parse_json(R"([{"k":1},{"k":2}])", "a.json", Code::parse));
}

TEST_CASE("numbers beyond a double and words that are no numbers are refused") {
  CHECK(refused("[1e999]").message.contains("1e999"));
  CHECK(refused("[-1e999]").code == Code::parse);
  for (const char* text : {"[NaN]", "[Infinity]", "[01]", "[1.]", "[.5]", "[+1]", "[0x10]"}) {
    CAPTURE(text);
    refused(text);
  }
}

TEST_CASE("empty and cut and doubled documents are refused with line and column") {
  CHECK(refused("").hint == "the file is empty");
  CHECK(refused("{\"a\":\n  [1,").message.contains("line 2"));
  CHECK(refused("{\"a\":[1,").hint == "is the file whole, and of this format?");
  refused("{} {}");
  refused("[1,]");
  refused("// comment\n{}");
  refused("   ");
}

TEST_CASE("invalid UTF-8 is refused and not repeated") {
  refused("[\"\xff\"]");
  refused("{\"a\xc3\":1}");
  refused("\xff\xfe[");
}

TEST_CASE("what an error quotes is harmless") {
  const Error twice = refused("{\"\\u001b[31m\\n::error::x\":1,\"\\u001b[31m\\n::error::x\":2}");
  CHECK_FALSE(twice.message.contains('\x1b'));
  CHECK_FALSE(twice.message.contains('\n'));
  CHECK_FALSE(refused("[1 \x1b[31m]").message.contains('\x1b'));
  const std::string key(100'000, 'k');
  CHECK(refused("{\"" + key + "\":1,\"" + key + "\":2}").message.size() < 1000);
}

TEST_CASE("a document beyond the limit of size is refused unread") {
  CHECK(refused("[1,2,3]", {.max_bytes = 6}).message ==
        "a.json: 7 bytes, more than the 6 that are read");
  CHECK(parse_json("[1,2,3]", "a.json", Code::parse, {.max_bytes = 7}));
}

}  // namespace
}  // namespace perfgate
