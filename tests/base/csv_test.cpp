#include "base/csv.hpp"

#include <doctest/doctest.h>

namespace perfgate {
namespace {

// AC:csv-harmless
TEST_CASE("a text that a spreadsheet would act on gets an apostrophe that is taken off again") {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'quoted", "plain", "",
                           "a,b", "a\"b", "a\nb", "a\r\nb", "=\"x\",\n"}) {
    std::string line;
    add_csv_text(line, text);
    add_csv_plain(line, "7");
    add_csv_text(line, text);
    const char first = line[line[0] == '"' ? 1 : 0];
    CHECK(std::string_view("=+-@\t\r").find(first) == std::string_view::npos);
    line += "\r\n";
    std::string_view rest = line;
    const auto fields = take_csv_record(rest);
    REQUIRE(fields.has_value());
    REQUIRE(fields->size() == 3);
    CHECK(csv_text((*fields)[0]) == text);
    CHECK((*fields)[1] == "7");
    CHECK(csv_text((*fields)[2]) == text);
    CHECK(rest.empty());
  }
}

TEST_CASE("records end in LF or CRLF or with the text") {
  std::string_view rest = "a,b\nc,\"d\ne\"\r\nf";
  CHECK(*take_csv_record(rest) == std::vector<std::string>{"a", "b"});
  CHECK(*take_csv_record(rest) == std::vector<std::string>{"c", "d\ne"});
  CHECK(*take_csv_record(rest) == std::vector<std::string>{"f"});
  CHECK(take_csv_record(rest)->empty());
}

TEST_CASE("a quote that is not closed and text after a quoted field are errors") {
  for (const char* text : {"\"a", "a,\"b\n", "\"a\"b,c\n"}) {
    std::string_view rest = text;
    const auto fields = take_csv_record(rest);
    REQUIRE_FALSE(fields.has_value());
    CHECK(fields.error().code == Code::parse);
  }
}

}  // namespace
}  // namespace perfgate
