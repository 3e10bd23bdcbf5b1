#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

// AC:history-add
TEST_CASE("runs are added at once and adding them again adds nothing") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  perfgate.write_run("b.json", {.id = "b"});
  perfgate.write_run("c.json", {.id = "c"});
  CHECK(perfgate({"history", "add", "a.json", "b.json"}) == 0);
  says(perfgate.out, "added 2 (dir:.perfgate)");
  CHECK(perfgate({"history", "add", "c.json", "b.json", "a.json"}) == 0);
  says(perfgate.out, "added 1, 2 were there already");
  const auto before = perfgate.files(".perfgate/records");
  CHECK(perfgate({"history", "add", "c.json", "--quiet"}) == 0);
  CHECK(perfgate.out.empty());
  CHECK(perfgate.files(".perfgate/records") == before);
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "runs: 3\n");
}

TEST_CASE("id and attempt may be given with the file") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  CHECK(perfgate({"history", "add", "a.json", "--run-id", "42", "--attempt", "3", "--store",
                  "dir:there"}) == 0);
  CHECK(perfgate({"baseline", "list", "--store", "dir:there"}) == 0);
  says(perfgate.out, "run 42  attempt 3");
  CHECK(perfgate({"history", "add", "a.json", "--run-id", "42", "--attempt", "3", "--store",
                  "dir:there"}) == 0);
  says(perfgate.out, "added 0, 1 was there already");
}

// AC:history-add-bad
TEST_CASE("where one file is bad each bad one is named and nothing is added") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  perfgate.write("bad.json", R"({"schema": "perfgate.run/1", "id": 3})");
  perfgate.write("new.json", R"({"schema": "perfgate.run/99"})");
  CHECK(perfgate({"history", "add", "a.json", "bad.json", "new.json", "none.json"}) == 3);
  says(perfgate.err, "CBKB003");
  says(perfgate.err, "3 of 4 files cannot be added, and nothing was");
  says(perfgate.err, "bad.json");
  says(perfgate.err, "new.json: it was written by a newer perfgate: schema perfgate.run/99");
  says(perfgate.err, "none.json: No such file");
  CHECK_FALSE(perfgate.exists(".perfgate/records"));
  CHECK(perfgate({"history", "add", "a.json", "bad.json", "--keep-going"}) == 3);
  says(perfgate.out, "added 1");
  says(perfgate.err, "1 of 2 files cannot be added");
  CHECK(perfgate({"history", "add", "bad.json"}) == 3);
  says(perfgate.err, "/id");
}

TEST_CASE("an id that no key can be made of is refused") {
  Desk perfgate;
  perfgate.write_run("a.json");
  for (const char* id : {"a#b", "a\nb"}) {
    CHECK(perfgate({"history", "add", "a.json", "--run-id", id}) == 2);
    says(perfgate.err, "CBKB101");
    says(perfgate.err, "the run's id holds");
  }
  CHECK(perfgate({"history", "add", "a.json", "--run-id", std::string(201, 'x')}) == 2);
  says(perfgate.err, "longer than 200");
  perfgate.write_run("empty.json", {.id = ""});
  CHECK(perfgate({"history", "add", "empty.json"}) == 2);
  says(perfgate.err, "is empty");
}

// AC:history-add-other
TEST_CASE("another run of the same id and attempt is refused unless it is to replace") {
  Desk perfgate;
  perfgate.write_run("a.json", {.id = "a"});
  perfgate.write_run("a2.json", {.multiplier = 2, .id = "a"});
  perfgate.write_run("b.json", {.id = "b"});
  CHECK(perfgate({"history", "add", "a.json"}) == 0);
  CHECK(perfgate({"history", "add", "b.json", "a2.json"}) == 2);
  says(perfgate.err, "the store holds another run of that id, attempt and suite");
  says(perfgate.err, "a2.json (run a, attempt 1)");
  says(perfgate.err, "--replace");
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "runs: 1\n");
  CHECK(perfgate({"history", "add", "b.json", "a2.json", "--keep-going"}) == 2);
  CHECK(perfgate({"baseline", "list"}) == 0);
  says(perfgate.out, "runs: 2\n");
  CHECK(perfgate({"history", "add", "a2.json", "--replace"}) == 0);
  says(perfgate.out, "added 1");
}

TEST_CASE("a verb that is not there names the nearest") {
  Desk perfgate;
  CHECK(perfgate({"history", "ad"}) == 2);
  says(perfgate.err, "did you mean");
  CHECK(perfgate({"history"}) == 2);
  CHECK(perfgate({"help", "history"}) == 0);
  says(perfgate.out, "add runs");
  CHECK(perfgate({"help", "history", "add"}) == 0);
  says(perfgate.out, "--keep-going");
}

}  // namespace
}  // namespace perfgate::cli
