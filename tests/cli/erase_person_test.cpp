#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

/// A history that ann promoted a run in, because of bob.
struct Promoted : Desk {
  Promoted() {
    write_run("run.json");
    environment["GITHUB_ACTOR"] = "ann";
    CHECK((*this)({"baseline", "promote", "--run", "run.json", "--tests-passed", "--why",
                   "asked for by bob"}) == 0);
    environment["GITHUB_ACTOR"] = "carl";
  }
  std::string exported() {
    CHECK((*this)({"history", "export"}) == 0);
    return out;
  }
};

// AC:people-erase-command
TEST_CASE("erase-person says what goes and what stays") {
  Promoted desk;
  says(desk.exported(), R"("by":"ann")");
  CHECK(desk({"history", "erase-person", "ann", "--dry-run"}) == 0);
  says(desk.out, "would erase 2 names of this person (dir:.perfgate)");
  says(desk.exported(), R"("by":"ann")");
  CHECK(desk({"history", "erase-person", "ann", "--why", "as asked for"}) == 0);
  CHECK(desk.out == "erased 2 names of this person (dir:.perfgate): the chain stays as it is\n");
  CHECK(desk.err.empty());
  const std::string all = desk.exported();
  CHECK_FALSE(all.contains("ann"));
  says(all, "\"by\":\"(erased)\"");
  says(all, R"("action":"erase","actor":"carl")");
  says(all, R"("subject":"names of a person: 2")");
  says(all, R"("why":"as asked for")");
  CHECK(desk({"history", "verify"}) == 0);
  CHECK(desk({"history", "erase-person", "ann"}) == 0);
  says(desk.out, "no name of this person is kept apart");
  // What somebody wrote stays, and is told.
  CHECK(desk({"history", "erase-person", "bob"}) == 0);
  says(desk.err, "the name stays where it is in what people wrote");
}

TEST_CASE("what names nobody, a reason that names, a legal hold and the policy refuse an erasure") {
  Promoted desk;
  for (const char* nobody : {"local", "(erased)", ""})
    CHECK(desk({"history", "erase-person", nobody}) == 2);
  CHECK(desk({"history", "erase-person", "ann", "--why", "Ann asked for it"}) == 2);
  says(desk.err, "the reason names the person");
  CHECK(desk({"history", "erase-person", "ann", "--hold", "case 7"}) == 9);
  says(desk.err, "under a legal hold: case 7");
  desk.write("thresholds.toml", "[access.prune]\nactors = [\"dora\"]\n");
  CHECK(desk({"history", "erase-person", "ann"}) != 0);
  says(desk.err, "CBKB116");
  says(desk.exported(), R"("by":"ann")");
  desk.write("thresholds.toml", "[retention]\nlegal_hold = \"case 8\"\n");
  CHECK(desk({"history", "erase-person", "ann"}) == 9);
  says(desk.err, "case 8");
}

// AC:people-export
TEST_CASE("an export holds the names and its import keeps them apart") {
  Promoted desk;
  CHECK(desk({"history", "export", "--output", "all.jsonl"}) == 0);
  CHECK(desk({"history", "import", "all.jsonl", "--store", "dir:copy"}) == 0);
  for (const auto& [path, text] : desk.files("copy"))
    CHECK(text.contains("\"ann\"") == path.ends_with("people.jsonl"));
  CHECK(desk({"history", "export", "--store", "dir:copy", "--output", "again.jsonl"}) == 0);
  CHECK(desk.read("again.jsonl") == desk.read("all.jsonl"));
  CHECK(desk({"history", "import", "all.jsonl", "--store", "dir:copy"}) == 0);
  says(desk.out, "added 0");
  CHECK(desk({"history", "migrate", "--dry-run"}) == 0);
  says(desk.out, "0 of ");
}

}  // namespace
}  // namespace perfgate::cli
