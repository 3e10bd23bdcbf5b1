#include "model/qualification_json.hpp"

#include <doctest/doctest.h>

namespace perfgate {
namespace {

std::string written(const Qualification& qualification) {
  std::string text;
  write_qualification(qualification, [&](std::string_view piece) { text += piece; });
  return text;
}

TEST_CASE("a qualification is read as it was written") {
  Qualification one{.schema = std::string(qualification_schema_name), .qualified = true};
  one.benchmarks = {{.suite = "s", .benchmark = "b", .metric = "time", .finest = 0.02}};
  one.delayed = {{.suite = "s", .slowdown = 0.05, .verdict = "fail"}};
  one.suggestion = "[[rule]]\n";
  const auto read = read_qualification(written(one), "qualification.json");
  REQUIRE_MESSAGE(read.has_value(), read.error().message);
  CHECK(*read == one);
  CHECK(qualification_json_schema().find("perfgate.qualification/1") != std::string::npos);
}

TEST_CASE("a qualification of another kind or a newer schema is refused") {
  for (const char* schema : {"perfgate.run/1", "perfgate.qualification/2"}) {
    const auto read = read_qualification(written({.schema = schema}), "q.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::schema);
  }
  CHECK_FALSE(read_qualification("{\"schema\": \"perfgate.qualification/1\"}", "q.json"));
}

}  // namespace
}  // namespace perfgate
