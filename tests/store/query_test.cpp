#include "store/query.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::store {
namespace {

const Time now{1'800'000'000'000};  // 2027-01-15T08:00:00Z

Query parsed(std::vector<std::string> texts) {
  const auto query = parse_query(texts, now);
  REQUIRE_MESSAGE(query.has_value(), query.error().message);
  return *query;
}

std::string error(std::vector<std::string> texts) {
  const auto query = parse_query(texts, now);
  REQUIRE_FALSE(query.has_value());
  CHECK(query.error().code == Code::usage);
  CHECK_FALSE(query.error().hint.empty());
  return query.error().message;
}

// AC:query-language
TEST_CASE("conditions are read from one text or several") {
  const Query query =
      parsed({"benchmark~decode/* branch=main", "metric!=time", "backend!~pol*", "limit=7"});
  CHECK(query.conditions == std::vector<Condition>{{"benchmark", Match::glob, "decode/*"},
                                                   {"branch", Match::equal, "main"},
                                                   {"metric", Match::not_equal, "time"},
                                                   {"backend", Match::not_glob, "pol*"}});
  CHECK(query.limit == 7);
  CHECK(parsed({}).conditions.empty());
  CHECK(parsed({"kind=judgement"}).kind == Kind::judgement);
}

TEST_CASE("a value may hold spaces and signs and quotes take it as it stands") {
  CHECK(parsed({"benchmark=sort a=b c branch=x"}).conditions ==
        std::vector<Condition>{{"benchmark", Match::equal, "sort a=b c"},
                               {"branch", Match::equal, "x"}});
  CHECK(parsed({"benchmark=\"sort branch=x\" run=r"}).conditions ==
        std::vector<Condition>{{"benchmark", Match::equal, "sort branch=x"},
                               {"run", Match::equal, "r"}});
}

TEST_CASE("dates of any precision and ages are times") {
  const auto text = [](std::optional<Time> time) { return time ? to_text(*time) : "none"; };
  const auto since = [&](const char* value) {
    return text(parsed({std::string("since=") + value}).since);
  };
  const auto until = [&](const char* value) {
    return text(parsed({std::string("until=") + value}).until);
  };
  CHECK(since("2026") == "2026-01-01T00:00:00.000Z");
  CHECK(since("2026-02") == "2026-02-01T00:00:00.000Z");
  CHECK(since("2026-02-28") == "2026-02-28T00:00:00.000Z");
  CHECK(since("2026-02-28T05") == "2026-02-28T05:00:00.000Z");
  CHECK(since("2026-02-28T05:06") == "2026-02-28T05:06:00.000Z");
  CHECK(since("2026-02-28T05:06:07+01:00") == "2026-02-28T04:06:07.000Z");
  CHECK(since("30d") == "2026-12-16T08:00:00.000Z");
  CHECK(since("12h") == "2027-01-14T20:00:00.000Z");
  CHECK(since("90min") == "2027-01-15T06:30:00.000Z");
  CHECK(since("2w") == "2027-01-01T08:00:00.000Z");
  CHECK(since("1mo") == "2026-12-16T08:00:00.000Z");
  CHECK(since("1y") == "2026-01-15T08:00:00.000Z");
  // `until` includes the whole of what is named.
  CHECK(until("2026") == "2027-01-01T00:00:00.000Z");
  CHECK(until("2026-12") == "2027-01-01T00:00:00.000Z");
  CHECK(until("2024-02-29") == "2024-03-01T00:00:00.000Z");
  CHECK(until("2026-02-28T23") == "2026-03-01T00:00:00.000Z");
  CHECK(until("2026-02-28T23:59") == "2026-03-01T00:00:00.000Z");
  CHECK(until("2026-02-28T05:06:07Z") == "2026-02-28T05:06:07.001Z");
  CHECK(text(parsed({"since=2026", "since=2025"}).since) == "2026-01-01T00:00:00.000Z");
  CHECK(text(parsed({"until=2026", "until=2025"}).until) == "2026-01-01T00:00:00.000Z");
}

// AC:query-bad
TEST_CASE("what is no condition or no value of its key is named") {
  CHECK(error({"decode"}).contains("`decode`: it is no condition"));
  CHECK(error({"=main"}).contains("no condition"));
  CHECK(error({"benchmark=\"x"}).contains("a quote is not closed"));
  for (const char* time : {"yesterday", "2026-13", "2026-00", "2026-02-30", "2026-2", "26", "-5d",
                           "9999999999d", "2026-01-01T24", "2026-01-01T10:60", "2026-01-01X10"})
    CHECK(error({std::string("since=") + time}).contains("is no time"));
  CHECK(error({"since~2026"}).contains("takes only `=`"));
  CHECK(error({"limit=0"}).contains("a number from 1"));
  CHECK(error({"limit=x"}).contains("a number from 1"));
  CHECK(error({"kind=moon"}).contains("no records are of that kind"));
}

TEST_CASE("a condition holds for equal texts and globs and the beginnings of commits") {
  const std::string sha = "0123456789abcdef0123456789abcdef01234567";
  CHECK(holds({"commit", Match::equal, "0123456"}, sha));
  CHECK(holds({"commit", Match::equal, sha}, sha));
  CHECK_FALSE(holds({"commit", Match::equal, "012345"}, sha));
  CHECK_FALSE(holds({"commit", Match::not_equal, "0123456"}, sha));
  CHECK_FALSE(holds({"branch", Match::equal, "0123456"}, sha));
  CHECK(holds({"benchmark", Match::glob, "a*"}, "abc"));
  CHECK_FALSE(holds({"benchmark", Match::not_glob, "a*"}, "abc"));
}

TEST_CASE("the store finds by what it knows of each run") {
  const Selection selection = selection_of(
      parsed({"run=r", "branch=main", "suite=s", "commit=0123456", "branch!=x", "benchmark=b",
              "commit=0123456789abcdef0123456789abcdef01234567", "since=2026", "branch="}));
  CHECK(selection.kind == Kind::run);
  CHECK(selection.terms ==
        std::vector<Term>{{"id", "r"},
                          {"branch", "main"},
                          {"suite", "s"},
                          {"commit", "0123456789abcdef0123456789abcdef01234567"}});
  CHECK(selection.since.has_value());
}

TEST_CASE("a measurement is held against every condition") {
  Run run = test::make_run();
  run.benchmarks[0].dimensions.set("backend", std::string("polars"));
  run.benchmarks[1].dimensions.set("ok", false);
  const auto matched = [&](std::vector<std::string> texts, std::size_t benchmark) {
    return matches(parsed(std::move(texts)), run, run.benchmarks[benchmark],
                   run.benchmarks[benchmark].samples[0]);
  };
  CHECK(matched({"run=run-1 attempt=1 branch=main commit=0123456 suite=suite benchmark=sort "
                 "metric=time backend=polars ok=true"},
                0));
  for (const char* one : {"run=x", "attempt=2", "branch=x", "commit=x", "suite=x", "benchmark=x",
                          "metric=x", "backend=x"})
    CHECK_FALSE(matched({one}, 0));
  CHECK(matched({"ok=false"}, 1));
  CHECK_FALSE(matched({"ok=true"}, 1));
  CHECK_FALSE(matched({"backend=polars"}, 1));
}

}  // namespace
}  // namespace perfgate::store
