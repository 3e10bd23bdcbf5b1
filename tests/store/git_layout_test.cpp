#include "store/git_layout.hpp"

#include <doctest/doctest.h>

namespace perfgate::store {
namespace {

TEST_CASE("A record's path tells its month, kind, key digest and number") {
  const RecordFile file{
      .month = "2026-11", .kind = Kind::run, .digest = key_digest(Kind::run, "a#1#s"), .seq = 17};
  CHECK(file.digest.size() == 16);
  const std::string path = path_of(file);
  CHECK(path.starts_with("records/2026/11/"));
  CHECK(path.ends_with(file.digest + "-17.json"));
  CHECK(file_at(path) == file);
  CHECK(path.starts_with(shard_of("2026-11", file.digest)));
  CHECK(key_digest(Kind::judgement, "a#1#s") != file.digest);
}

TEST_CASE("What is no record's path is not taken for one") {
  const std::string good = "records/2026/11/a/3/run-a309c51d2e87b640-17.json";
  REQUIRE(file_at(good));
  for (const char* bad :
       {"", "README.md", "records/2026/11/a/3/", "records/2026/13/a/3/run-a309c51d2e87b640-17.json",
        "records/2026/11/a/4/run-a309c51d2e87b640-17.json",
        "records/2026/11/a/3/run-a309c51d2e87b640-017.json",
        "records/2026/11/a/3/run-a309c51d2e87b640-0.json",
        "records/2026/11/a/3/run-a309c51d2e87b640--1.json",
        "records/2026/11/a/3/run-a309c51d2e87b640-.json",
        "records/2026/11/a/3/run-a309c51d2e87b64-1.json",
        "records/2026/11/a/3/ran-a309c51d2e87b640-17.json",
        "records/2026/11/a/3/run-a309c51d2e87b640-17.json.json",
        "records/2026/11/a/3/run-A309c51d2e87b640-17.json",
        "Records/2026/11/a/3/run-a309c51d2e87b640-17.json",
        "records/20x6/11/a/3/run-a309c51d2e87b640-17.json",
        "records/2026/11/a/3/run-a309c51d2e87b640-99999999999999999999.json"}) {
    CAPTURE(bad);
    CHECK_FALSE(file_at(bad));
  }
}

TEST_CASE("The months between two are all of them") {
  CHECK(months_between("2025-11", "2026-02") ==
        std::vector<std::string>{"2025-11", "2025-12", "2026-01", "2026-02"});
  CHECK(months_between("2026-02", "2026-02") == std::vector<std::string>{"2026-02"});
  CHECK(months_between("2026-03", "2026-02").empty());
  CHECK(months_between("nonsense", "2026-02").empty());
  CHECK(months_between("2026-02", "2026-99").empty());
}

TEST_CASE("A commit tells its branch's summary and whoever reads the log what was added") {
  const TipSummary summary{
      .seq = 3, .head = std::string(64, 'a'), .first_month = "2025-01", .last_month = "2026-11"};
  const Record one{.kind = Kind::run, .key = "id#1#s\nseq: 9"};
  const std::string message = commit_message(std::span(&one, 1), summary);
  CHECK(message.starts_with("Add run id#1#s seq: 9\n\n"));
  CHECK(summary_of(message) == summary);
  const std::vector<Record> two(2);
  CHECK(commit_message(two, summary).starts_with("Add 2 records\n"));
}

TEST_CASE("A commit that perfgate did not make has no summary") {
  const std::string good = commit_message(
      {},
      {.seq = 3, .head = std::string(64, 'a'), .first_month = "2025-01", .last_month = "2026-11"});
  REQUIRE(summary_of(good));
  const auto without = [&](std::string_view part, std::string_view with = "") {
    std::string text = good;
    text.replace(text.find(part), part.size(), with);
    return text;
  };
  for (const std::string& bad :
       {std::string(), std::string("Initial commit\n"), without("format: "), without("seq: 3\n"),
        without("seq: 3", "seq: -3"), without("seq: 3", "seq: x"), without("head: a"),
        without("head: a", "head: g"), without("months: 2025-01"),
        without("months: 2025-01", "months: 2027-01"), without("2025-01", "2025-21")}) {
    CAPTURE(bad);
    CHECK_FALSE(summary_of(bad));
  }
}

}  // namespace
}  // namespace perfgate::store
