#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "store/directory.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::keys;
using test::Months;
using test::put;
using test::value_of;
using test::values;

// AC:store-compact
TEST_CASE("compacting packs the closed months and every record is read as before") {
  Months m(100);
  const std::string before = values(*m.store);
  const std::string lines = content(m.records + "2026-10.jsonl");
  std::uint64_t done = 0, total = 0;
  const auto compacted = m.store->compact([&](std::uint64_t d, std::uint64_t t) {
    CHECK(d >= done);
    CHECK(d <= t);
    done = d;
    total = t;
  });
  REQUIRE(compacted);
  CHECK(compacted->months == 2);
  CHECK(compacted->records == 200);
  CHECK(compacted->after < compacted->before);
  CHECK(done == total);
  CHECK(total > 0);
  CHECK_FALSE(std::filesystem::exists(m.records + "2026-10.jsonl"));
  CHECK_FALSE(std::filesystem::exists(m.records + "2026-11.jsonl"));
  CHECK(std::filesystem::exists(m.records + "2026-12.jsonl"));
  CHECK(values(*m.store) == before);
  CHECK(values(*open_directory(m.path)) == before);
  std::filesystem::remove(m.path + "/index.sqlite");
  CHECK(values(*open_directory(m.path)) == before);
  CHECK((*m.store->find(Kind::run, "r7"))->place == m.records + "2026-10.jsonl.zst:7");
  CHECK(test::troubles(*m.store) == "");
  REQUIRE(m.store->append(Kind::run, "s", value_of(1), december));
  CHECK(m.store->compact()->months == 0);
  CHECK(test::troubles(*m.store) == "");
  if (std::system("command -v zstd >/dev/null") != 0) {
    MESSAGE("the program zstd is not there: what it gives back is not looked at");
    return;
  }
  const std::string out = m.directory.path() + "/out";
  REQUIRE(std::system(("zstd -dcq " + m.records + "2026-10.jsonl.zst >" + out).c_str()) == 0);
  CHECK(content(out) == lines);
}

TEST_CASE("lines longer and shorter than a frame are packed and found") {
  Months m(1);
  std::vector<Store::Addition> additions;
  for (int i = 0; i < 40; ++i)
    additions.push_back({Kind::run, "k" + std::to_string(i),
                         "\"" + std::string(i % 7 == 0 ? 3'000'000 : 100'000, 'x') + "\"",
                         december});
  REQUIRE(m.store->append(additions));
  REQUIRE(m.store->append(Kind::run, "later", "{}", {december.unix_ms + 40LL * 86'400'000}));
  const std::string before = values(*m.store);
  CHECK(m.store->compact()->months == 3);
  CHECK(values(*m.store) == before);
  for (int i = 0; i < 40; i += 3) {
    const auto found = m.store->find(Kind::run, "k" + std::to_string(i));
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->value.size() == (i % 7 == 0 ? 3'000'002 : 100'002));
  }
  CHECK(test::troubles(*open_directory(m.path)) == "");
}

// AC:store-sealed-damage
TEST_CASE("every byte of a sealed month that was changed is noticed") {
  Months m(1);
  REQUIRE(m.store->compact());
  const std::string file = m.records + "2026-10.jsonl.zst", whole = content(file);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string text = whole;
    text[i] = static_cast<char>(text[i] ^ 4);
    put(file, text);
    CAPTURE(i);
    CHECK(test::troubles(*m.store, Trouble::Severity::error).contains("2026-10.jsonl.zst"));
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    put(file, whole.substr(0, size));
    CHECK(keys(*m.store).contains("2026-10.jsonl.zst: the sealed month is damaged: "));
    CHECK_FALSE(m.store->append(Kind::run, "x", "{}", december));
  }
  put(file, whole);
  CHECK(keys(*m.store) == "r1 r2 r3 ");
}

// AC:store-compact-interrupted
TEST_CASE("a month that is there twice is read once and the plain file goes if it is the same") {
  Months m;
  const std::string plain = m.records + "2026-10.jsonl", lines = content(plain);
  REQUIRE(m.store->compact());
  put(plain, lines);
  CHECK(keys(*open_directory(m.path)) == keys(*m.store));
  CHECK(test::troubles(*m.store).contains("the month is sealed too"));
  REQUIRE(m.store->append(Kind::run, "s", value_of(1), december));
  CHECK_FALSE(std::filesystem::exists(plain));
  put(plain, lines + "more");
  REQUIRE(m.store->compact());
  CHECK(std::filesystem::exists(plain));  // it is not the same
  CHECK(keys(*m.store).ends_with("s "));
  // Where the sealed file is no good the plain one is taken.
  put(plain, lines);
  put(plain + ".zst", content(plain + ".zst").substr(0, 100));
  CHECK(keys(*m.store).starts_with("r1 r2 r3 r4"));
}

TEST_CASE("what a killed process left is removed by the next compaction") {
  Months m;
  put(m.records + "2026-10.jsonl.zst.new", "x");
  put(m.records + "2026-10.jsonl.zst.new.12-0.tmp", "x");
  CHECK(test::troubles(*m.store).contains("left by a process that was killed"));
  REQUIRE(m.store->compact());
  CHECK(test::troubles(*m.store) == "");
}

TEST_CASE("nothing is compacted where there is nothing") {
  const auto directory = test::temporary();
  const auto store = open_directory(directory.path() + "/store");
  CHECK(store->compact()->months == 0);
  CHECK(store->prune({.now = december})->months.empty());
  CHECK(store->verify()->empty());
  CHECK_FALSE(std::filesystem::exists(directory.path() + "/store"));
}

TEST_CASE("a sealed month of a newer version is refused with the version as the remedy") {
  Months m(1);
  REQUIRE(m.store->compact());
  std::string text = content(m.records + "2026-10.jsonl.zst");
  text.replace(text.find("perfgate.sealed/1"), 17, "perfgate.sealed/2");
  put(m.records + "2026-10.jsonl.zst", text);
  const auto heads = m.store->list({});
  REQUIRE_FALSE(heads);
  CHECK(heads.error().message.ends_with(
      "it is of perfgate.sealed/2, which this version does not know"));
  CHECK(heads.error().hint == "use the newer perfgate that wrote it");
}

TEST_CASE("a history whose newest month is sealed goes on in the next") {
  Months m(1);
  REQUIRE(m.store->compact());
  std::filesystem::remove(m.records + "2026-12.jsonl");
  REQUIRE(m.store->append(Kind::run, "s", "{}", test::october));
  CHECK((*m.store->find(Kind::run, "s"))->place == m.records + "2026-12.jsonl:1");
}

}  // namespace
}  // namespace perfgate::store
