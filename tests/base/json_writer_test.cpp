#include "base/json_writer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace perfgate {
namespace {

std::string written(const std::function<void(JsonWriter&)>& write, int pretty_levels = 0) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, pretty_levels);
    write(out);
  }
  return text;
}

TEST_CASE("values are written as JSON has them") {
  CHECK(written([](JsonWriter& out) {
          out.begin_array();
          out.value(std::string_view("a"));
          out.value(std::int64_t{-5});
          out.value(true);
          out.value(false);
          out.null();
          out.number("571.0");
          out.value(0.1);
          out.end_array();
        }) == R"(["a",-5,true,false,null,571.0,0.1])");
  CHECK(written([](JsonWriter& out) {
          out.begin_object();
          out.key("a");
          out.begin_object();
          out.end_object();
          out.key("b");
          out.begin_array();
          out.end_array();
          out.end_object();
        }) == R"({"a":{},"b":[]})");
}

TEST_CASE("a number is the shortest text that reads back to it and never NaN") {
  const auto number = [](double value) {
    return written([&](JsonWriter& out) { out.value(value); });
  };
  CHECK(number(1e-9) == "1e-09");
  CHECK(number(4.22 * 1073741824) == "4531190497.28");
  CHECK(std::stod(number(0.1 + 0.2)) == 0.1 + 0.2);
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(number(-INFINITY) == "null");
}

TEST_CASE("texts are escaped") {
  CHECK(written([](JsonWriter& out) {
          out.value(std::string_view("\"\\/\n\t\r\x01\x1f\x7f é"));
        }) == "\"\\\"\\\\/\\n\\t\\u000d\\u0001\\u001f\\u007f é\"");
}

TEST_CASE("the upper levels are indented and deeper ones stand on one line") {
  CHECK(written(
            [](JsonWriter& out) {
              out.begin_object();
              out.key("a");
              out.begin_array();
              out.begin_array();
              out.value(std::int64_t{1});
              out.value(std::int64_t{2});
              out.end_array();
              out.end_array();
              out.key("b");
              out.value(true);
              out.end_object();
            },
            2) == "{\n  \"a\": [\n    [1,2]\n  ],\n  \"b\": true\n}\n");
}

TEST_CASE("a long document goes out in pieces") {
  std::size_t pieces = 0, bytes = 0;
  {
    JsonWriter out([&](std::string_view piece) {
      ++pieces;
      bytes += piece.size();
    });
    out.begin_array();
    for (int i = 0; i < 100'000; ++i) out.value(std::string_view("abc"));
    out.end_array();
  }
  CHECK(pieces > 5);
  CHECK(bytes == 2 + 100'000 * 6 - 1);
}

// AC:harmless-output
TEST_CASE("what acts on whoever shows the document is escaped") {
  const auto written = [](std::string_view text) {
    std::string result;
    JsonWriter([&](std::string_view piece) { result += piece; }).value(text);
    return result;
  };
  CHECK(written("grün ▲ 😀 #[ ##") == "\"grün ▲ 😀 #[ ##\"");
  CHECK(written("##[error]x###[") == "\"\\u0023#[error]x#\\u0023#[\"");
  CHECK(written("\x1b[31m\x7f\r\n\t") == "\"\\u001b[31m\\u007f\\u000d\\n\\t\"");
  CHECK(written("a\u202eb\u2028\u009b") == "\"a\\u202eb\\u2028\\u009b\"");
  CHECK(written("\U000e0041") == "\"\\udb40\\udc41\"");
  CHECK(written("a\xff") == "\"a\\ufffd\"");
}

}  // namespace
}  // namespace perfgate
