#include "store/replay.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "store/history.hpp"
#include "store/stored.hpp"
#include "support/cli.hpp"
#include "support/histories.hpp"

namespace perfgate::store {
namespace {

TEST_CASE("a replay holds what was shown and what was added and writes nothing elsewhere") {
  test::Desk desk;
  test::keep_history(4, [](std::size_t, test::RunSpec&) {});
  const auto real = open("dir:.perfgate");
  REQUIRE(real);
  const auto before = desk.files(".perfgate/records");
  const auto heads = (*real)->list({.kind = Kind::run});
  REQUIRE(heads);
  ReplayStore replay(**real);
  CHECK(replay.list({})->empty());
  for (const std::size_t i : {0U, 2U}) {
    const Head& head = (*heads)[i];
    REQUIRE((*real)->read({&head, 1}, [&](std::size_t, Record& record) -> Result<bool> {
      CHECKED(replay.show(head, record.value));
      return true;
    }));
    CHECK(replay.shows(Kind::run, head.key));
  }
  CHECK_FALSE(replay.shows(Kind::run, (*heads)[1].key));
  CHECK(replay.url() == (*real)->url());
  CHECK(find_run(replay, "run-2").value()->id == "run-2");
  const auto shown = replay.list({.kind = Kind::run});
  REQUIRE(shown);
  const auto read = replay.run(shown->back());
  REQUIRE(read);
  CHECK(**read == *find_run(replay, "run-2").value());
  CHECK(*replay.run(shown->back()) == *read);  // the very one
  CHECK_FALSE(find_run(replay, "run-1").value());

  REQUIRE(replay.append(Kind::mark, "m", "{\"judgement\":\"m\"}", {5}));
  REQUIRE(replay.append(Kind::mark, "n", "{\"judgement\":\"n\"}", {6}));
  REQUIRE(replay.append(Kind::mark, "m", "{\"judgement\":\"m\",\"x\":1}", {7}));
  REQUIRE(replay.append(Kind::mark, "n", "null", {8}));
  const auto keys = [&](Selection selection) {
    const auto found = replay.list(selection);
    REQUIRE(found);
    std::string text;
    for (const Head& head : *found) text += head.key + " ";
    return text;
  };
  CHECK(keys({.kind = Kind::mark}) == "m ");
  CHECK(keys({.kind = Kind::mark, .all_versions = true}) == "m n m n ");
  CHECK(keys({.kind = Kind::mark, .all_versions = true, .newest_first = true, .limit = 2}) ==
        "n m ");
  CHECK(keys({.kind = Kind::incident}).empty());
  CHECK(replay.list({})->size() == 3);
  const std::string large = "{\"judgement\":\"l\",\"x\":\"" + std::string(10'000, 'x') + "\"}";
  REQUIRE(replay.append(Kind::mark, "l", large, {9}));
  const auto kept = replay.list({.kind = Kind::mark, .key = "l"});
  REQUIRE(kept);
  std::string again;
  REQUIRE(replay.read(*kept, [&](std::size_t, Record& record) -> Result<bool> {
    again = record.value;
    return true;
  }));
  CHECK(again == large);
  CHECK(keys({.kind = Kind::run, .key_prefix = "run-2"}).starts_with("run-2#"));
  CHECK(keys({.kind = Kind::run, .terms = {{"branch", "main"}}}).size() > 10);
  CHECK(keys({.kind = Kind::run, .terms = {{"branch", "other"}}}).empty());
  const Time second = (*heads)[2].time;
  CHECK(replay.list({.kind = Kind::run, .since = second})->size() == 1);
  CHECK(replay.list({.kind = Kind::run, .until = second})->size() == 1);
  CHECK(replay.find(Kind::mark, "m").value()->value == "{\"judgement\":\"m\",\"x\":1}");
  CHECK_FALSE(replay.find(Kind::mark, "n").value());
  CHECK(desk.files(".perfgate/records") == before);
}

TEST_CASE("a replay forgets the runs that were not asked for the longest") {
  test::Desk desk;
  test::keep_history(70, [](std::size_t, test::RunSpec&) {});
  const auto real = open("dir:.perfgate");
  REQUIRE(real);
  const auto heads = (*real)->list({.kind = Kind::run});
  REQUIRE(heads);
  REQUIRE(heads->size() == 70);
  ReplayStore replay(**real);
  std::shared_ptr<const Run> first;
  for (const Head& head : *heads) {
    REQUIRE((*real)->read({&head, 1}, [&](std::size_t, Record& record) -> Result<bool> {
      TRY(Run run, Stored<Run>::read(record.value, record.place));
      const auto kept = std::make_shared<const Run>(std::move(run));
      if (!first) first = kept;
      CHECKED(replay.show(head, record.value, kept));
      return true;
    }));
    CHECK(*replay.run((*replay.list({.kind = Kind::run})).front()) == first);  // never read again
  }
  const auto shown = replay.list({.kind = Kind::run});
  REQUIRE(shown);
  const auto second = replay.run((*shown)[1]);  // which was forgotten, and is read
  REQUIRE(second);
  CHECK((*second)->id == "run-1");
  CHECK(*replay.run((*shown)[1]) == *second);
}

}  // namespace
}  // namespace perfgate::store
