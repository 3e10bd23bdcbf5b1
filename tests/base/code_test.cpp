#include "base/code.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace perfgate;

TEST_CASE("every code is explained once with its cause and a remedy") {
  std::set<Code> codes;
  for (const Explanation& row : explanations()) {
    CAPTURE(row.title);
    CHECK(codes.insert(row.code).second);
    CHECK(row.title.size() > 5);
    CHECK(row.cause.size() > 40);
    CHECK(row.remedy.size() > 40);
    CHECK(&explain(row.code) == &row);
  }
  CHECK(codes.size() == 23);
}

// AC:exit-codes
TEST_CASE("each code has the exit code that the design names") {
  for (const Code code :
       {Code::timeout, Code::parse, Code::schema, Code::process_failed, Code::setup_failed,
        Code::missing, Code::nothing_measured, Code::host_busy, Code::benchmark_error})
    CHECK(explain(code).exit == Exit::not_measured);
  CHECK(explain(Code::usage).exit == Exit::usage);
  CHECK(explain(Code::access).exit == Exit::usage);
  CHECK(explain(Code::config).exit == Exit::usage);
  CHECK(explain(Code::slo).exit == Exit::failed);
  CHECK(explain(Code::github).exit == Exit::github);
  CHECK(explain(Code::publication).exit == Exit::github);
  CHECK(explain(Code::promotion).exit == Exit::promotion);
  CHECK(explain(Code::audit).exit == Exit::audit);
  for (const Code code :
       {Code::io, Code::store, Code::git, Code::internal, Code::memory, Code::interrupted})
    CHECK(explain(code).exit == Exit::internal);
}

TEST_CASE("a code is written with three digits and read in several forms") {
  CHECK(to_text(Code::timeout) == "CBKB001");
  CHECK(to_text(Code::config) == "CBKB102");
  for (const char* text : {"CBKB001", "cbkb001", "001", "1", "CbKb1"})
    CHECK(code_from_text(text) == Code::timeout);
  CHECK(code_from_text("115") == Code::benchmark_error);
  for (const char* text :
       {"", "CBKB", "CBKB099", "099", "XBKB001", "12345", "CBKB00001", "-1", "1a"})
    CHECK_FALSE(code_from_text(text));
}
