#include "store/record.hpp"

#include <doctest/doctest.h>

#include "base/hash.hpp"

namespace perfgate::store {
namespace {

Record sample() {
  return {.seq = 1,
          .prev = std::string(no_record),
          .kind = Kind::run,
          .key = "a#1",
          .at = {1'795'000'000'123},
          .value = R"({"x":1})"};
}

TEST_CASE("a record is a line with its number and the hashes of itself and the one before") {
  Record record = sample();
  const std::string line = to_line(record);
  const std::string body =
      R"({"kind":"run","key":"a#1","at":"2026-11-18T11:06:40.123Z","value":{"x":1}})";
  CHECK(record.sha256 == sha256(record.prev + "\n1\n" + body));
  CHECK(line == R"({"seq":1,"prev":")" + record.prev + R"(","sha256":")" + record.sha256 +
                    R"(","body":)" + body + "}\n");
  const auto back = read_line(line.substr(0, line.size() - 1), "f:1");
  REQUIRE(back);
  CHECK(back->value == record.value);
  CHECK(back->key == "a#1");
  CHECK(back->at == record.at);
  CHECK(back->place == "f:1");
}

TEST_CASE("a record of every kind has its word") {
  CHECK(to_text(Kind::run) == "run");
  CHECK(to_text(Kind::judgement) == "judgement");
  CHECK(to_text(Kind::baseline) == "baseline");
}

// AC:store-newer
TEST_CASE("a record of a newer kind is refused with the version as the remedy") {
  Record record = sample();
  std::string line = to_line(record);
  const std::string body =
      R"({"kind":"omen","key":"a#1","at":"2026-11-18T11:06:40.123Z","value":{}})";
  line = R"({"seq":1,"prev":")" + record.prev + R"(","sha256":")" +
         sha256(record.prev + "\n1\n" + body) + R"(","body":)" + body + "}";
  const auto read = read_line(line, "f:1");
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::store);
  CHECK(read.error().message == "f:1: a record of kind `omen`, which this version does not know");
  CHECK(read.error().hint == "use the newer perfgate that wrote it");
}

TEST_CASE("a line that is no record says what is wrong with it") {
  const auto trouble = [](std::string_view line) { return read_line(line, "f:1").error().message; };
  CHECK(trouble("") == "f:1: the record is damaged: it does not have the shape of a record");
  CHECK(trouble("{}").contains("shape"));
  CHECK(trouble(R"({"seq":x,"prev":"","sha256":"","body":{}})").contains("its `seq` is no number"));
  CHECK(trouble(R"({"seq":1,"prev":"","sha256":"0","body":{}})")
            .contains("does not have the checksum that it carries"));
  const std::string hash = sha256("\n1\n{}");
  CHECK(trouble(R"({"seq":1,"prev":"","sha256":")" + hash + R"(","body":{}})")
            .contains("its body does not have the shape of a record's"));
  const std::string body = R"({"kind":"run","key":"","at":"yesterday","value":{}})";
  const auto time = read_line(
      R"({"seq":1,"prev":"","sha256":")" + sha256("\n1\n" + body) + R"(","body":)" + body + "}",
      "f:1");
  CHECK(time.error().message.contains("`yesterday` is not a time"));
}

TEST_CASE("a percent sign that escapes nothing stays") {
  Record record = sample();
  record.key = "100%zz";
  std::string line = to_line(record);
  line.pop_back();
  CHECK(read_line(line, "f:1")->key == "100%zz");
}

}  // namespace
}  // namespace perfgate::store
