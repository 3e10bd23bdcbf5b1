#include "harness/looks_like.hpp"

#include <doctest/doctest.h>

namespace perfgate::harness {
namespace {

TEST_CASE("a text of another format is named") {
  CHECK(looks_like(R"({"results": [{"command": "ls"}]})") == "hyperfine's JSON");
  CHECK(looks_like("<?xml version=\"1.0\"?>\n<Catch2TestRun>") == "Catch2's XML");
  CHECK(looks_like("hello").empty());

  const Error error = wrong_format("a.txt", "X", "BenchmarkFoo-8  100  12 ns/op", "do y").error();
  CHECK(error.code == Code::parse);
  CHECK(error.message == "a.txt: this is not X: it looks like Go's benchmark output");
  CHECK(error.hint == "do y");
}

TEST_CASE("an empty text is told from a strange one") {
  CHECK(wrong_format("a", "X", " \r\n", "").error().message ==
        "a: this is not X: it is empty, the program printed nothing");
  CHECK(wrong_format("a", "X", "hello\n", "").error().message ==
        "a: this is not X: it begins with `hello`");
}

}  // namespace
}  // namespace perfgate::harness
