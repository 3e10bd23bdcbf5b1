#include <doctest/doctest.h>

#include "harness/harness.hpp"

namespace perfgate::harness {
namespace {

TEST_CASE("every harness has a name and a summary and can be found") {
  CHECK(all().size() >= 2);
  for (const Harness& harness : all()) {
    CHECK_FALSE(harness.summary.empty());
    CHECK((harness.parse != nullptr && harness.reads != nullptr));
    CHECK(find(harness.name).has_value());
  }
}

TEST_CASE("an unknown harness is a usage error that names the nearest") {
  const auto found = find("google-benchmrk");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == Code::usage);
  CHECK(found.error().message == "no harness is called `google-benchmrk`");
  CHECK(found.error().hint == "did you mean `google-benchmark`?");
  CHECK(find("xyzzy").error().hint == "known: google-benchmark, criterion, records");
}

TEST_CASE("a document is read whole up to a limit") {
  const std::string text(200'000, 'x');
  Document same = document_of("a", text);
  CHECK(read_all(same, 200'000) == text);
  Document larger = document_of("dir/b.json", text);
  const auto read = read_all(larger, 199'999);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == Code::parse);
  CHECK(read.error().message == "dir/b.json: larger than 199999 bytes, which such a file never is");
  CHECK_FALSE(read.error().hint.empty());
}

TEST_CASE("an error of the document is passed on") {
  Document broken{.name = "a", .read = [](std::span<char>) -> Result<std::size_t> {
                    return fail(Code::io, "no such device");
                  }};
  CHECK(read_all(broken, 10).error().code == Code::io);
  Collector collector("s");
  for (const Harness& harness : all()) {
    const auto parsed = harness.parse({&broken, 1}, collector);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == Code::io);
  }
}

}  // namespace
}  // namespace perfgate::harness
