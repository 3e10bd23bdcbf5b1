#include <doctest/doctest.h>

#include <filesystem>

#include "store/directory.hpp"
#include "store/repository.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::first_of_december;
using test::keys;
using test::Months;
using test::november;
using test::october;
using test::put;
using test::troubles;
using test::value_of;
using test::values;

Retention up_to(Time before) {
  return {.now = december, .before = before, .by = "someone", .why = "old"};
}

// AC:store-prune
TEST_CASE("pruning takes whole months away and the rest verifies") {
  Months m;
  const auto pruned = m.store->prune(up_to(first_of_december));
  REQUIRE(pruned);
  REQUIRE(pruned->months.size() == 2);
  CHECK(pruned->months[0].month == "2026-10");
  CHECK(pruned->months[1].first == 4);
  CHECK(pruned->months[1].last == 6);
  CHECK(pruned->months[1].records == 3);
  CHECK(pruned->carried == 0);
  CHECK(keys(*m.store) == "r7 r8 r9 2026-10 2026-11 ");
  CHECK(keys(*open_directory(m.path)) == keys(*m.store));
  CHECK(troubles(*m.store) == "");
  const auto deletion = m.store->find(Kind::deletion, "2026-11");
  REQUIRE(deletion);
  REQUIRE(*deletion);
  for (const char* part : {R"("first":4,"last":6,"records":3)", R"("by":"someone","why":"old")",
                           R"({"seq":5,"kind":"run","key":"r5","sha256":")"})
    CHECK((*deletion)->value.contains(part));
  std::filesystem::remove(m.path + "/index.sqlite");
  CHECK(keys(*open_directory(m.path)) == "r7 r8 r9 2026-10 2026-11 ");
  REQUIRE(m.store->append(Kind::run, "s", "{}", december));
  CHECK(m.store->prune(up_to(first_of_december))->months.empty());
}

// AC:store-prune-chain
TEST_CASE("the chain begins where a deletion says and nowhere else") {
  Months m;
  const std::string november_lines = content(m.records + "2026-11.jsonl");
  REQUIRE(m.store->prune(up_to(*time_from_text("2026-11-01T00:00:00Z"))));
  CHECK(keys(*m.store) == "r4 r5 r6 r7 r8 r9 2026-10 ");
  // A line more is gone than the deletion says.
  put(m.records + "2026-11.jsonl", november_lines.substr(november_lines.find('\n') + 1));
  CHECK(keys(*m.store).contains(
      "2026-11.jsonl:1: the chain is broken: record 5 does not follow record 0"));
  CHECK(troubles(*m.store).contains("the chain begins at record 5, and no record of a deletion"));
  std::filesystem::remove(m.records + "2026-11.jsonl");
  CHECK(keys(*m.store).contains(
      "2026-12.jsonl:1: the chain is broken: record 7 does not follow record 0"));
  CHECK_FALSE(m.store->append(Kind::run, "s", "{}", december));
  // Damage behind a begin that is as it should be is told as it is.
  std::string text = november_lines;
  text[text.find("\"n\":5") + 4] = '7';
  put(m.records + "2026-11.jsonl", text);
  CHECK(keys(*m.store).contains("2026-11.jsonl:2: the record is damaged"));
  put(m.records + "2026-11.jsonl", november_lines);
  CHECK(keys(*m.store) == "r4 r5 r6 r7 r8 r9 2026-10 ");
}

// AC:store-prune-carried
TEST_CASE("what is still needed is carried forward") {
  const auto directory = test::temporary();
  const auto store = open_directory(directory.path() + "/store");
  const auto add = [&](Kind kind, const std::string& key, const std::string& value, Time at) {
    REQUIRE(store->append(kind, key, value, at));
  };
  add(Kind::run, "run-1#1#s", R"({"id":"run-1"})", october);      // the baseline's
  add(Kind::run, "run-2#1#s", R"({"id":"run-2"})", october);      // of a judgement that stays
  add(Kind::run, "run-3#1#s", R"({"id":"run-3"})", october);      // nobody's
  add(Kind::waiver, "w1", R"({"owner":"a"})", october);           // of an incident that stays
  add(Kind::waiver, "w2", R"({"owner":"a"})", october);           // nobody's
  add(Kind::judgement, "j1", R"({"run":"run-2#1#s"})", october);  // that opened the incident
  add(Kind::incident, "i1", R"({"state":"open","opened_by":"j1"})", october);
  add(Kind::incident, "i2", R"({"state":"closed"})", october);
  add(Kind::baseline, "main@h", R"({"run_id":"run-3"})", october);  // superseded
  add(Kind::baseline, "main@h", R"({"run_id":"run-1"})", october);
  add(Kind::incident, "i3", R"({"state":"closed","waiver":"w1"})", december);
  const auto planned =
      store->prune({.now = december, .before = first_of_december, .dry_run = true});
  REQUIRE(planned);
  CHECK(planned->months.size() == 1);
  CHECK(planned->carried == 6);
  CHECK(store->list({.all_versions = true})->size() == 11);
  const auto pruned = store->prune(up_to(first_of_december));
  REQUIRE(pruned);
  CHECK(pruned->carried == 6);
  CHECK(keys(*store) == "i3 run-1#1#s run-2#1#s w1 j1 i1 main@h 2026-10 ");
  CHECK((*store->find(Kind::baseline, "main@h"))->value == R"({"run_id":"run-1"})");
  CHECK(troubles(*store) == "");
  // Again a month later: the deletion itself is carried, and the chain still has its reason.
  const Time january{december.unix_ms + 30LL * 86'400'000};
  add(Kind::run, "run-4#1#s", R"({"id":"run-4"})", january);
  const auto again =
      store->prune({.now = january, .before = *time_from_text("2027-01-01T00:00:00Z")});
  REQUIRE(again);
  CHECK(keys(*store) == "run-4#1#s run-1#1#s run-2#1#s j1 i1 main@h 2026-10 2026-12 ");
  CHECK(troubles(*store) == "");
}

// AC:store-legal-hold
TEST_CASE("under a legal hold nothing goes") {
  Months m;
  Retention held = up_to(first_of_december);
  held.legal_hold = true;
  held.hold_reason = "case 7";
  const auto pruned = m.store->prune(held);
  REQUIRE_FALSE(pruned);
  CHECK(pruned.error().code == Code::store);
  CHECK(pruned.error().message ==
        "pruning the store " + m.path + ": it is under a legal hold: case 7");
  CHECK(pruned.error().hint == "nothing may be deleted until the hold is lifted");
  CHECK(m.store->list({})->size() == 9);
}

TEST_CASE("retention counts in months and keeps the newest month and what was written later") {
  Months m;
  CHECK(m.store->prune({.now = december})->months.empty());
  CHECK(m.store->prune({.now = december, .months = 2})->months.empty());
  CHECK(m.store->prune({.now = december, .months = 1, .dry_run = true})->months.size() == 1);
  CHECK(m.store->prune({.now = december, .months = 0, .dry_run = true})->months.size() == 2);
  // In the newest month everything stays, however old.
  const Time far{december.unix_ms + 1000LL * 86'400'000};
  CHECK(m.store->prune({.now = far, .months = 1, .dry_run = true})->months.size() == 2);
  const auto negative = m.store->prune({.now = december, .months = -1});
  REQUIRE_FALSE(negative);
  CHECK(negative.error().code == Code::usage);
  // A month that holds one record of later stays as a whole.
  CHECK(m.store->prune(up_to({november.unix_ms}))->months.size() == 1);
  CHECK(keys(*m.store).starts_with("r4 r5 r6 "));
}

TEST_CASE("a store that was copied just now is pruned as any other") {
  Months m;  // its files are read again each time, as nobody could tell whether they changed
  std::filesystem::copy(m.path + "/records", m.path + "/copy");
  std::filesystem::remove_all(m.path + "/records");
  std::filesystem::rename(m.path + "/copy", m.path + "/records");
  REQUIRE(m.store->prune(up_to(first_of_december)));
  CHECK(keys(*m.store) == "r7 r8 r9 2026-10 2026-11 ");
}

TEST_CASE("a pruned month may be sealed and what it held is no orphan's cause") {
  Months m(1);
  REQUIRE(m.store->append(Kind::judgement, "j", R"({"run":"r9"})", december));
  REQUIRE(m.store->append(Kind::run, "r9", "{}", december));
  REQUIRE(m.store->compact());
  REQUIRE(m.store->prune(up_to(first_of_december)));
  CHECK_FALSE(std::filesystem::exists(m.records + "2026-10.jsonl.zst"));
  CHECK(keys(*m.store) == "r3 j r9 2026-10 2026-11 ");
  CHECK(troubles(*m.store) == "");
  REQUIRE(m.store->append(Kind::judgement, "old", R"({"run":"r1"})", december));
  CHECK(troubles(*m.store) == "");  // r1 was there, and a deletion names it
}

TEST_CASE("a kind of store that does not care for itself says so") {
  struct Bare final : Store {
    Result<void> append_if(const Decide&) override { return {}; }
    Result<std::vector<Head>> list(const Selection&) const override { return {}; }
    Result<void> read(std::span<const Head>, const Visit&, unsigned) const override { return {}; }
    std::string url() const override { return "bare:x"; }
  } bare;
  CHECK(bare.compact().error().message == "bare:x: this kind of store does not compact");
  CHECK(bare.prune({}).error().message == "bare:x: this kind of store does not prune");
  CHECK(bare.verify().error().message == "bare:x: this kind of store does not verify itself");
}

}  // namespace
}  // namespace perfgate::store
