#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "store/directory.hpp"
#include "store/record.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::keys;
using test::Months;
using test::november;
using test::october;
using test::put;
using test::value_of;
using test::values;

constexpr std::string_view nine = "r1 r2 r3 r4 r5 r6 r7 r8 r9 ";

void execute(const std::string& database, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(database.c_str(), &handle) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

/// Bytes that this process has read so far, by whatever call.
std::size_t bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::size_t bytes = 0;
  io >> name >> bytes;
  return bytes;
}

// AC:store-index-is-a-cache
TEST_CASE("the index may be removed or damaged or foreign or of another version at any time") {
  Months m;
  const std::string index = m.path + "/index.sqlite";
  REQUIRE(std::filesystem::exists(index));
  const auto remove_all = [&] {
    m.store.reset();
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(index + part);
  };
  const auto works = [&](int i) {
    CHECK(keys(*open_directory(m.path)) == keys(*open_directory(m.path)));
    CHECK(keys(*open_directory(m.path)).starts_with(nine));
    REQUIRE(
        open_directory(m.path)->append(Kind::run, "s" + std::to_string(i), value_of(i), december));
    CHECK(keys(*open_directory(m.path)).ends_with("s" + std::to_string(i) + " "));
  };
  remove_all();
  works(1);
  remove_all();
  put(index, "this is no database, it is a text that is long enough to look like one");
  works(2);
  CHECK(content(index).starts_with("SQLite format 3"));
  remove_all();
  execute(index, "CREATE TABLE files(other)");
  works(3);
  execute(index, "UPDATE meta SET value='another' WHERE name='format'");
  works(4);
  execute(index, "DROP TABLE records");
  works(5);
  std::string text = content(index);
  for (std::size_t at = 4096; at + 100 < text.size(); at += 1000) text.replace(at, 100, 100, 'x');
  remove_all();
  put(index, text);
  works(6);
}

TEST_CASE("where no index can be made the store works without") {
  Months m;
  m.store.reset();
  for (const char* part : {"", "-wal", "-shm"})
    std::filesystem::remove(m.path + "/index.sqlite" + part);
  std::filesystem::create_directory(m.path + "/index.sqlite");
  const auto store = open_directory(m.path);
  CHECK(keys(*store) == nine);
  REQUIRE(store->append(Kind::run, "s", value_of(1), december));
  CHECK(keys(*store) == std::string(nine) + "s ");
  CHECK(keys(*open_directory(m.path)) == std::string(nine) + "s ");
}

// AC:store-append-constant
TEST_CASE("an append reads no more of a long history than of a short one") {
  Months m(1);
  const std::string large = "{\"n\":\"" + std::string(20'000, 'x') + "\"}";
  const auto cost = [&](const std::string& key) {
    const std::size_t before = bytes_read();
    REQUIRE(m.store->append(Kind::run, key, large, december));
    return bytes_read() - before;
  };
  cost("warm");
  const std::size_t at_first = cost("first");
  std::vector<Store::Addition> additions;
  for (int i = 0; i < 500; ++i)
    additions.push_back({Kind::run, "k" + std::to_string(i), large, december});
  REQUIRE(m.store->append(additions));
  const std::size_t at_last = cost("last");
  CHECK(at_first < 200'000);
  CHECK(at_last < 200'000);  // ten megabytes are there
  CHECK(std::filesystem::file_size(m.records + "2026-12.jsonl") > 10'000'000);
}

// AC:store-edits-noticed
TEST_CASE("an edit of any month is noticed by whoever reads or writes next") {
  for (const char* name : {"2026-10.jsonl", "2026-11.jsonl", "2026-12.jsonl"}) {
    CAPTURE(name);
    Months m;
    const std::string file = m.records + name, whole = content(file);
    std::string text = whole;
    text[text.find("\"n\":") + 4] = '0';  // of the same size
    put(file, text);
    CHECK(keys(*m.store).contains(file + ":1: the record is damaged"));
    CHECK(keys(*open_directory(m.path)).contains(file + ":1: the record is damaged"));
    const auto appended = m.store->append(Kind::run, "s", value_of(1), december);
    REQUIRE_FALSE(appended);
    CHECK(appended.error().code == Code::store);
    put(file, whole);
    CHECK(keys(*m.store) == nine);
    std::filesystem::remove(file);
    CHECK(keys(*m.store).contains("CBKB104") == (name != std::string("2026-12.jsonl")));
    put(file, whole);
    CHECK(keys(*m.store) == nine);
  }
}

TEST_CASE("what another process wrote is seen and of a longer file only the new part is read") {
  Months m(1);
  CHECK(keys(*m.store) == "r1 r2 r3 ");
  const std::string file = m.records + "2026-12.jsonl";
  Record last = *read_line(content(file).substr(0, content(file).size() - 1), "f");
  std::string lines;
  for (int i = 4; i < 7; ++i) {
    Record next{.seq = last.seq + 1,
                .prev = last.sha256,
                .key = "r" + std::to_string(i),
                .at = december,
                .value = value_of(i)};
    lines += to_line(next);
    last = next;
  }
  put(file, content(file) + lines);
  CHECK(keys(*m.store) == "r1 r2 r3 r4 r5 r6 ");
  CHECK((*m.store->find(Kind::run, "r5"))->place == file + ":3");
  // The part that was there is another one: all of it is read.
  Months other(1);
  put(m.records + "2026-12.jsonl", content(other.records + "2026-10.jsonl") + lines);
  CHECK(keys(*m.store).contains(file + ":1: the chain is broken"));
}

TEST_CASE("a copy that is older is a shorter history") {
  Months m;
  std::filesystem::copy(m.path + "/records", m.path + "/copy");
  REQUIRE(m.store->append(Kind::run, "s", value_of(1), december));
  CHECK(keys(*m.store) == std::string(nine) + "s ");
  std::filesystem::remove_all(m.path + "/records");
  std::filesystem::rename(m.path + "/copy", m.path + "/records");
  CHECK(keys(*m.store) == nine);
  CHECK(test::troubles(*m.store).contains(
      "records 10 to 10 were acknowledged, and the files end at 9"));
  REQUIRE(m.store->append(Kind::run, "t", value_of(1), december));
  CHECK(keys(*m.store) == std::string(nine) + "t ");
  CHECK(test::troubles(*m.store).contains(
      "records 10 to 10 were acknowledged, and were gone when others were written"));
  std::filesystem::remove(m.records + "2026-12.jsonl");
  CHECK(keys(*m.store) == "r1 r2 r3 r4 r5 r6 ");
}

// AC:store-selection
TEST_CASE("records are found by kind and key and prefix and fields and time") {
  const auto directory = test::temporary();
  const auto store = open_directory(directory.path() + "/store");
  const auto run = [&](std::string key, std::string branch, std::string day, Time at) {
    REQUIRE(store->append(Kind::run, key,
                          R"({"id":")" + key + R"(","started":"2026-)" + day +
                              R"(T00:00:00Z","commit":{"branch":")" + branch +
                              R"(","sha":"abc"},"suites":["one","two"]})",
                          at));
  };
  run("a1", "main", "10-03", october);
  run("a2", "dev", "10-02", october);
  run("b1", "main", "10-01", november);
  REQUIRE(store->append(Kind::baseline, "main@h", R"({"branch":"main"})", november));
  run("a1", "main", "10-04", december);
  REQUIRE(store->append(Kind::run, "a2", "null", december));
  REQUIRE(store->append(Kind::run, "\xff\xff", "{}", december));
  CHECK(keys(*store) == "b1 main@h a1 \xff\xff ");
  CHECK(keys(*store, {.all_versions = true}) == "a1 a2 b1 main@h a1 a2 \xff\xff ");
  CHECK(keys(*store, {.newest_first = true}) == "\xff\xff a1 main@h b1 ");
  CHECK(keys(*store, {.newest_first = true, .limit = 2}) == "\xff\xff a1 ");
  CHECK(keys(*store, {.kind = Kind::run}) == "b1 a1 \xff\xff ");
  CHECK(keys(*store, {.kind = Kind::run, .key = "a1"}) == "a1 ");
  CHECK(keys(*store, {.key = "a2"}) == "");
  CHECK(keys(*store, {.key = "a2", .all_versions = true}) == "a2 a2 ");
  CHECK(keys(*store, {.key_prefix = "a"}) == "a1 ");
  CHECK(keys(*store, {.key_prefix = "\xff"}) == "\xff\xff ");
  CHECK(keys(*store, {.terms = {{"branch", "main"}}}) == "b1 main@h a1 ");
  CHECK(keys(*store, {.kind = Kind::run, .terms = {{"branch", "main"}, {"suite", "two"}}}) ==
        "b1 a1 ");
  CHECK(keys(*store, {.terms = {{"suite", "three"}}}) == "");
  CHECK(keys(*store, {.terms = {{"branch", "dev"}}, .all_versions = true}) == "a2 ");
  const Time second = *time_from_text("2026-10-02T00:00:00Z");
  const Time fourth = *time_from_text("2026-10-04T00:00:00Z");
  CHECK(keys(*store, {.kind = Kind::run, .until = second}) == "b1 ");
  CHECK(keys(*store, {.kind = Kind::run, .since = second, .until = fourth}) == "");
  CHECK(keys(*store, {.since = second, .until = fourth, .all_versions = true}) == "a1 a2 ");
  const auto heads = store->list({.key = "a1", .all_versions = true});
  REQUIRE(heads);
  CHECK((*heads)[0].superseded);
  CHECK((*heads)[0].at == october);
  CHECK_FALSE((*heads)[1].superseded);
  CHECK((*heads)[1].time == fourth);
  CHECK((*store->list({.key = "a2", .all_versions = true}))[1].erased);
}

TEST_CASE("records are read by several threads as by one") {
  Months m(200);
  const auto heads = m.store->list({});
  REQUIRE(heads);
  for (const unsigned workers : {0U, 1U, 3U}) {
    std::vector<std::string> read(heads->size());
    REQUIRE(m.store->read(
        *heads,
        [&](std::size_t i, Record& record) -> Result<bool> {
          read[i] = record.value;
          return true;
        },
        workers));
    for (std::size_t i = 0; i < read.size(); ++i)
      CHECK(read[i] == value_of(static_cast<int>(i) + 1));
    const auto failed = m.store->read(
        *heads,
        [&](std::size_t i, Record&) -> Result<bool> {
          if (i == 100) return fail(Code::internal, "no");
          return true;
        },
        workers);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == "no");
  }
}

TEST_CASE("a record that went between listing and reading is an error that says so") {
  Months m(1);
  const auto heads = m.store->list({});
  REQUIRE(heads);
  std::filesystem::remove(m.records + "2026-12.jsonl");
  const auto read =
      m.store->read(*heads, [](std::size_t, Record&) -> Result<bool> { return true; });
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::store);
  CHECK(read.error().message.contains("record 3 (run `r3`) is not there any more"));
}

TEST_CASE("a value that is no JSON on one line is refused") {
  Months m(1);
  for (const char* value : {"", "{\"a\":\n1}", "{\"a\":\"\x01"}) {
    const auto appended = m.store->append(Kind::run, "x", value, december);
    REQUIRE_FALSE(appended);
    CHECK(appended.error().code == Code::store);
    CHECK(appended.error().message.contains("the value of the run `x` is not JSON on one line"));
  }
  CHECK(keys(*m.store) == "r1 r2 r3 ");
}

// AC:store-batch
TEST_CASE("a batch is added in order over the months and under one lock") {
  Months m(1);
  REQUIRE(m.store->append({{Kind::run, "x", value_of(1), december},
                           {Kind::run, "y", value_of(2), {december.unix_ms + 40LL * 86'400'000}},
                           {Kind::run, "z", value_of(3), october}}));
  CHECK(keys(*m.store) == "r1 r2 r3 x y z ");
  CHECK((*m.store->find(Kind::run, "z"))->place == m.records + "2027-01.jsonl:2");
  CHECK(test::troubles(*m.store) == "");
}

}  // namespace
}  // namespace perfgate::store
