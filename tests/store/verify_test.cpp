#include <doctest/doctest.h>

#include <filesystem>

#include "store/directory.hpp"
#include "store/record.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::Months;
using test::november;
using test::october;
using test::put;
using test::troubles;
using test::value_of;

std::vector<Trouble> found(const Store& store) {
  const auto troubles = store.verify();
  REQUIRE(troubles);
  return *troubles;
}

/// The lines of a file, newlines included.
std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::string text = content(path);
  for (std::size_t end; (end = text.find('\n')) != text.npos; text.erase(0, end + 1))
    lines.push_back(text.substr(0, end + 1));
  return lines;
}

// AC:store-verify
TEST_CASE("verifying goes on after a trouble and names each with its line and a remedy") {
  Months m;
  CHECK(troubles(*m.store) == "");
  const std::string file = m.records + "2026-10.jsonl", other = m.records + "2026-11.jsonl";
  std::string text = content(file);
  text[text.find("\"n\":2") + 4] = '7';
  put(file, text);
  const auto lines = lines_of(other);
  put(other, lines[0] + lines[2]);
  CHECK(troubles(*m.store) ==
        file +
            ":2: the record is damaged: its content does not have the checksum that it carries\n" +
            other + ":2: the chain is broken: record 6 does not follow record 4\n");
  for (const Trouble& trouble : found(*m.store)) {
    CHECK(trouble.severity == Trouble::Severity::error);
    CHECK(trouble.remedy.contains("restore the file from a copy"));
  }
  put(other, lines[0] + lines[1] + lines[1] + lines[2]);
  CHECK(troubles(*m.store).contains(other + ":3: record 5 is there twice\n"));
  put(other, "garbage\n" + lines[0] + lines[1] + lines[2]);
  CHECK(
      troubles(*m.store).contains(other + ":1: the record is damaged: it does not have the shape"));
  std::filesystem::remove(other);
  CHECK(troubles(*m.store).contains(
      "2026-12.jsonl:1: the chain is broken: record 7 does not follow"));
  std::filesystem::remove(file);
  std::filesystem::remove(m.records + "2026-11.jsonl");
  CHECK(troubles(*m.store).contains(
      "2026-12.jsonl:1: the chain begins at record 7, and no record of a deletion says why"));
}

TEST_CASE("verifying tells of torn lines and what was kept aside") {
  Months m;
  const std::string file = m.records + "2026-12.jsonl";
  put(file, content(file) + "{\"seq\":10");
  auto all = found(*m.store);
  REQUIRE(all.size() == 1);
  CHECK(all[0].severity == Trouble::Severity::info);
  CHECK(all[0].place == file + ":4");
  CHECK(all[0].what == "the line is incomplete: 9 bytes that were never acknowledged");
  REQUIRE(m.store->append(Kind::run, "s", "{}", december));
  all = found(*m.store);
  REQUIRE(all.size() == 1);
  CHECK(all[0].place.contains("2026-12.jsonl.torn-at-"));
  CHECK(all[0].severity == Trouble::Severity::info);
  put(m.records + "2026-10.jsonl", content(m.records + "2026-10.jsonl") + "x");
  CHECK(troubles(*m.store, Trouble::Severity::error)
            .contains("2026-10.jsonl:4: the line is incomplete"));
  put(m.records + "notes.txt", "x");
  CHECK(troubles(*m.store).contains("notes.txt: no file of the store"));
}

// AC:store-verify-lost
TEST_CASE("verifying tells of acknowledged records that were cut off") {
  Months m;
  const std::string file = m.records + "2026-12.jsonl";
  put(file, lines_of(file)[0]);
  CHECK(troubles(*m.store) ==
        m.path + "/records: records 8 to 9 were acknowledged, and the files end at 7\n");
  CHECK(found(*m.store)[0].severity == Trouble::Severity::warning);
  REQUIRE(m.store->append(Kind::run, "s", "{}", december));
  CHECK(troubles(*m.store).contains(
      "records 8 to 9 were acknowledged, and were gone when others were written in their place"));
}

TEST_CASE("verifying tells of values that are no JSON") {
  Months m(1);
  const std::string file = m.records + "2026-12.jsonl";
  Record before = *read_line(content(file).substr(0, content(file).size() - 1), "f");
  Record bad{.seq = 4, .prev = before.sha256, .key = "x", .at = december, .value = "{\"a\":[1,}"};
  put(file, content(file) + to_line(bad));
  CHECK(troubles(*m.store) == file + ":2: the value of the run `x` is no JSON\n");
  CHECK(m.store->list({})->size() == 4);  // it is there, and hinders nothing
}

// AC:store-verify-orphans
TEST_CASE("verifying finds what refers to an entity that is not there") {
  Months m(1);
  const auto judgement = [&](const std::string& key, const std::string& run) {
    REQUIRE(m.store->append(Kind::judgement, key, R"({"run":")" + run + R"("})", december));
  };
  judgement("j1", "r1");
  CHECK(troubles(*m.store) == "");
  judgement("j2", "ghost");
  CHECK(troubles(*m.store).contains(
      "2026-12.jsonl:3: the judgement `j2` refers to the run `ghost`, which is not there\n"));
  REQUIRE(m.store->append(Kind::judgement, "j2", "null", december));
  CHECK(troubles(*m.store) == "");
  REQUIRE(m.store->append(Kind::run, "r1", "null", december));
  CHECK(troubles(*m.store).contains("refers to the run `r1`, which was erased"));
}

TEST_CASE("verifying says how far it is") {
  Months m(50);
  std::uint64_t done = 0, total = 0;
  REQUIRE(m.store->verify([&](std::uint64_t d, std::uint64_t t) {
    CHECK(d > done);
    done = d;
    total = t;
  }));
  CHECK(done == total);
  CHECK(total > 1000);
}

}  // namespace
}  // namespace perfgate::store
