#include "store/people.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <regex>

#include "git_support.hpp"
#include "model/history_fields.hpp"
#include "store/erasure.hpp"
#include "store/history.hpp"
#include "store/kinds.hpp"
#include "store/record.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::GitWorld;
using test::keys;
using test::november;
using test::october;
using test::put;
using test::temporary;
using test::troubles;
using test::values;

/// The fields that a description calls personal, as the store's table of kinds would.
template <class E>
std::string personal_fields() {
  std::string fields;
  std::apply(
      [&](const auto&... field) {
        ((fields += field.traits.personal ? std::string(field.name) + " " : ""), ...);
      },
      Describe<E>::fields);
  return fields;
}

std::string personal_paths(Kind kind) {
  std::string paths;
  for (const PersonalPath& path : traits(kind).personal)
    paths +=
        (path.list.empty() ? "" : std::string(path.list) + "/") + std::string(path.field) + " ";
  return paths;
}

std::string files_with(const std::string& directory, std::string_view text) {
  std::string found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file() && content(entry.path()).contains(text))
      found += entry.path().filename().string() + " ";
  return found;
}

TellErasure told_by(std::string_view actor) {
  return [actor = std::string(actor)](const Erasure& erasure) {
    const AuditRecord record{.at = december,
                             .action = AuditAction::erase,
                             .actor = actor,
                             .subject = erasure_subject(erasure.names)};
    return Store::Addition{Kind::audit, key_of(record), Stored<AuditRecord>::write(record),
                           december};
  };
}

std::string named(std::string_view by) { return fmt::format(R"({{"by":"{}","why":"x"}})", by); }

/// A store with marks by ann and bob, in three months.
struct Marked {
  sys::TemporaryDirectory directory = temporary();
  std::string path = directory.path() + "/store", people = path + "/people.jsonl";
  std::unique_ptr<Store> store = open_directory(path);

  Marked() {
    REQUIRE(store->append(Kind::mark, "m1", named("ann"), october));
    REQUIRE(store->append(Kind::mark, "m2", named("bob"), november));
    REQUIRE(store->append(Kind::mark, "m3", named("ann"), december));
  }
};

// AC:people-fields
TEST_CASE("every field that names a person is kept apart") {
  CHECK(personal_fields<Baseline>() == personal_paths(Kind::baseline));
  CHECK(personal_fields<Mark>() == personal_paths(Kind::mark));
  CHECK(personal_fields<AuditRecord>() == personal_paths(Kind::audit));
  CHECK(personal_fields<Waiver>() == personal_paths(Kind::waiver));
  CHECK(personal_fields<Incident>() == personal_paths(Kind::incident));
  CHECK(personal_fields<Judgement>() == "");
  CHECK(personal_paths(Kind::judgement) == "waivers/owner ");
  CHECK(personal_paths(Kind::deletion) == "by ");
}

// AC:people-tokens
TEST_CASE("a token is the digest of a fresh salt and the name, and nothing else is touched") {
  std::vector<Person> people;
  const std::string value = R"({"a":"by","by": "ann \"q\" \\ é","why":"by ann","x":{"by":"ann"}})";
  const auto hidden = hide_names(Kind::mark, value, people);
  REQUIRE(hidden);
  REQUIRE(people.size() == 1);
  CHECK(people[0].name == "ann \"q\" \\ é");
  CHECK(people[0].salt.size() == 32);
  CHECK(std::regex_match(people[0].token, std::regex("person:sha256:[0-9a-f]{64}")));
  CHECK(*hidden == fmt::format(R"({{"a":"by","by": "{}","why":"by ann","x":{{"by":"ann"}}}})",
                               people[0].token));
  const auto line = person_line(people[0]);
  const auto read = read_person(std::string_view(line).substr(0, line.size() - 1), "x");
  REQUIRE(read);
  CHECK(*read == people[0]);
  People known;
  CHECK(known.show_names(*hidden).contains(R"x("by": "(erased)")x"));
  known.add(people[0]);
  CHECK(known.show_names(*hidden) == value);
  std::vector<Person> again;
  REQUIRE(hide_names(Kind::mark, value, again));
  CHECK(again[0].token != people[0].token);
}

TEST_CASE("what names nobody stays, and what looks like a token is a name") {
  std::vector<Person> people;
  for (const char* value :
       {R"({"by":""})", R"({"by":"local"})", R"x({"by":"(erased)"})x", R"({"by":5})",
        R"({"by":null})", R"({"why":"ann"})", "null", "[]", R"({"by":["ann"]})"}) {
    const auto hidden = hide_names(Kind::mark, value, people);
    REQUIRE(hidden);
    CHECK(*hidden == value);
  }
  CHECK(people.empty());
  CHECK(*hide_names(Kind::run, named("ann"), people) == named("ann"));
  const std::string token = "person:sha256:" + std::string(64, 'a');
  const auto hidden = hide_names(Kind::mark, named(token), people);
  REQUIRE(people.size() == 1);
  People known;
  known.add(people[0]);
  CHECK(known.show_names(*hidden) == named(token));
  // Within another text it is none.
  const std::string inside = fmt::format(R"({{"why":"\"{}\" says"}})", token);
  CHECK(known.show_names(inside) == inside);
  CHECK(tokens_in(inside).empty());
  CHECK_FALSE(hide_names(Kind::mark, R"({"by":"ann")", people));
}

TEST_CASE("the owners of all waivers that a judgement names are kept apart") {
  std::vector<Person> people;
  const std::string value =
      R"({"owner":"stays","waivers":[{"id":"a","owner":"ann"},{"id":"b"},{"owner":"bob","id":"c"}]})";
  const auto hidden = hide_names(Kind::judgement, value, people);
  REQUIRE(hidden);
  REQUIRE(people.size() == 2);
  CHECK_FALSE(hidden->contains("ann"));
  CHECK_FALSE(hidden->contains("bob"));
  CHECK(hidden->contains("stays"));
  People known;
  for (const Person& person : people) known.add(person);
  CHECK(known.show_names(*hidden) == value);
  const auto indexed = index_entity(Kind::judgement, *hidden, december);
  REQUIRE(indexed);
  CHECK(indexed->terms.size() == 2);
}

// AC:people-apart
TEST_CASE("records and index hold no name, and everybody reads it") {
  Marked m;
  CHECK(files_with(m.path, "ann") == "people.jsonl ");
  CHECK(values(*m.store) == named("ann") + named("bob") + named("ann"));
  CHECK(values(*open_directory(m.path)) == named("ann") + named("bob") + named("ann"));
  CHECK(troubles(*m.store) == "");
  // The same again is not added, although its salt would be another.
  REQUIRE(m.store->append(Kind::mark, "m3", named("ann"), december));
  CHECK(keys(*m.store) == "m1 m2 m3 ");
  REQUIRE(m.store->compact());
  CHECK(values(*m.store) == named("ann") + named("bob") + named("ann"));
  std::filesystem::remove(m.path + "/index.sqlite");
  CHECK(values(*open_directory(m.path)) == named("ann") + named("bob") + named("ann"));
}

// AC:people-query
TEST_CASE("records are found by a name that they do not hold") {
  Marked m;
  for (const char* actor : {"ann", "bob", "ann", "local"}) {
    const AuditRecord record{
        .at = december, .actor = actor, .why = fmt::format("{}", keys(*m.store))};
    REQUIRE(save_audit(*m.store, record));
  }
  Repository<AuditRecord> deeds(*m.store);
  CHECK(deeds.find_by("actor", "ann")->size() == 2);
  CHECK(deeds.find_by("actor", "bob")->size() == 1);
  CHECK(deeds.find_by("actor", "local")->size() == 1);
  CHECK(deeds.find_by("actor", "carl")->empty());
  const Waiver waiver{.id = "w", .owner = "ann", .expires = december};
  REQUIRE(Repository<Waiver>(*m.store).save(waiver, december));
  CHECK(Repository<Waiver>(*m.store).find_by("owner", "ann")->size() == 1);
}

// AC:people-erase
TEST_CASE("a person is erased and the chain stays as it is") {
  Marked m;
  const std::string before = content(m.path + "/records/2026-10.jsonl");
  const auto would = erase_person(*m.store, "ann");
  REQUIRE(would);
  CHECK(would->names == 2);
  CHECK(would->mentions.empty());
  CHECK(files_with(m.path, "ann") == "people.jsonl ");
  const auto erased = erase_person(*m.store, "Ann", told_by("bob"));
  REQUIRE(erased);
  CHECK(erased->names == 2);
  CHECK(files_with(m.path, "ann") == "");
  CHECK(content(m.path + "/records/2026-10.jsonl") == before);
  CHECK(values(*m.store).starts_with(named("(erased)") + named("bob") + named("(erased)")));
  CHECK(values(*open_directory(m.path)).contains(R"("subject":"names of a person: 2")"));
  CHECK(troubles(*m.store) == "");
  const auto heads = m.store->list({});
  const auto again = erase_person(*m.store, "ann", told_by("bob"));
  REQUIRE(again);
  CHECK(again->names == 0);
  CHECK(m.store->list({})->size() == heads->size());
  // Whoever it was may come again.
  REQUIRE(m.store->append(Kind::mark, "m4", named("ann"), december));
  CHECK(values(*m.store, {.key = "m4"}) == named("ann"));
}

TEST_CASE("who erases their own name is not named by the record of it") {
  Marked m;
  REQUIRE(erase_person(*m.store, "ann", told_by("ann")));
  CHECK(files_with(m.path, "ann") == "");
  CHECK(values(*m.store, {.kind = Kind::audit}).contains(R"x("actor":"(erased)")x"));
  CHECK(troubles(*m.store) == "");
}

// AC:people-plain
TEST_CASE("names that an older version wrote are read, found, and told of") {
  const auto directory = temporary();
  const std::string path = directory.path() + "/store";
  Record record{.seq = 1,
                .prev = std::string(64, '0'),
                .kind = Kind::audit,
                .key = "a",
                .at = december,
                .value = R"({"actor":"ann"})"};
  std::filesystem::create_directories(path + "/records");
  put(path + "/records/2026-12.jsonl", to_line(record));
  const auto store = open_directory(path);
  CHECK(values(*store) == R"({"actor":"ann"})");
  CHECK(keys(*store, {.kind = Kind::audit, .terms = {{"actor", "ann"}}}) == "a ");
  REQUIRE(store->append(Kind::audit, "b", R"({"actor":"ann"})", december));
  CHECK(keys(*store, {.kind = Kind::audit, .terms = {{"actor", "ann"}}}) == "a b ");
  const auto erased = erase_person(*store, "ann", told_by("bob"));
  REQUIRE(erased);
  CHECK(erased->names == 1);
  CHECK(erased->mentions == std::vector<std::int64_t>{1});
}

// AC:people-tampered
TEST_CASE("a changed or lost name is found") {
  Marked m;
  const std::string good = content(m.people);
  std::string bad = good;
  bad.replace(bad.find("bob"), 3, "eve");
  put(m.people, bad);
  CHECK(values(*m.store).starts_with("CBKB104"));
  CHECK(values(*m.store).contains("people.jsonl:"));
  CHECK(troubles(*m.store).contains("it was changed"));
  CHECK_FALSE(m.store->append(Kind::mark, "m4", named("carl"), december));
  put(m.people, good + "{\"token\":1}\n");
  CHECK(troubles(*m.store).contains("people.jsonl:4: the entry of a name lacks"));
  put(m.people, good.substr(good.find('\n') + 1));
  CHECK(
      troubles(*m.store).contains("1 names that records hold tokens of are not there, and the "
                                  "history tells of 0 that were erased"));
  std::filesystem::remove(m.people);
  CHECK(troubles(*m.store).contains("3 names that records hold tokens of"));
  put(m.people, good);
  CHECK(troubles(*m.store) == "");
}

// AC:people-kills
TEST_CASE("what a writer left that was killed between name and record does no harm") {
  Marked m;
  std::vector<Person> orphans;
  REQUIRE(hide_names(Kind::mark, named("eve"), orphans));
  const std::string good = content(m.people);
  put(m.people, good + person_line(orphans[0]) + R"({"token":"person:sh)");
  CHECK(values(*m.store) == named("ann") + named("bob") + named("ann"));
  CHECK(troubles(*m.store).contains("1 names are of no record"));
  CHECK(troubles(*m.store, Trouble::Severity::warning) == "");
  REQUIRE(m.store->append(Kind::mark, "m4", named("carl"), december));
  CHECK(values(*m.store, {.key = "m4"}) == named("carl"));
  CHECK(troubles(*m.store) == "");
  CHECK_FALSE(content(m.people).contains("eve"));
}

// AC:people-prune
TEST_CASE("a month's names go with it, and those that are still needed stay") {
  Marked m;
  REQUIRE(m.store->append(Kind::baseline, "base", R"({"run_id":"x","by":"ann"})", december));
  const auto pruned = m.store->prune(
      {.now = december, .before = *time_from_text("2026-12-01T00:00:00Z"), .by = "dora"});
  REQUIRE(pruned);
  CHECK(pruned->months.size() == 2);
  CHECK_FALSE(content(m.people).contains("bob"));
  CHECK(files_with(m.path, "dora") == "people.jsonl ");
  CHECK(values(*m.store).contains(R"("by":"dora")"));
  CHECK(values(*m.store, {.kind = Kind::baseline}) == R"({"run_id":"x","by":"ann"})");
  CHECK(troubles(*m.store) == "");
}

// AC:people-git
TEST_CASE("in a branch a name is a file of its own, and is taken away by a commit") {
  const GitWorld world;
  const auto store = world.open();
  REQUIRE(store->append(Kind::mark, "m1", named("ann"), october));
  REQUIRE(store->append(Kind::mark, "m2", named("bob"), november));
  const std::string files =
      world.git_at(world.remote(), {"ls-tree", "-r", "--name-only", world.tip()});
  CHECK(std::regex_search(files, std::regex("people/([0-9a-f]{2})/\\1[0-9a-f]{62}\\.json")));
  CHECK(values(*store) == named("ann") + named("bob"));
  CHECK(values(*world.open("fresh")) == named("ann") + named("bob"));
  // A writer looks at one key without the mirror.
  REQUIRE(store->append(Kind::mark, "m2", named("bob"), november));
  CHECK(keys(*world.open("other"), {.all_versions = true}) == "m1 m2 ");
  const auto erased = erase_person(*world.open("eraser"), "ann", told_by("ann"));
  REQUIRE_MESSAGE(erased, erased.error().message);
  CHECK(erased->names == 1);
  for (const char* cache : {"cache", "fresh", "new"}) {
    const auto read = world.open(cache);
    CHECK(values(*read).starts_with(named("(erased)") + named("bob")));
    CHECK(troubles(*read) == "");
  }
  CHECK(files_with(world.below("fresh"), "\"ann\"") == "");
}

TEST_CASE("a changed file of a name is found in a branch") {
  const GitWorld world;
  REQUIRE(world.open()->append(Kind::mark, "m1", named("ann"), october));
  const std::string tree = world.below("edit");
  world.git({"clone", "-q", "-b", "perfgate-data", "file://" + world.remote(), "edit"});
  const std::string message = world.git_at(tree, {"log", "-1", "--format=%B"});
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree + "/people"))
    if (entry.is_regular_file()) {
      std::string text = content(entry.path());
      text.replace(text.find("ann"), 3, "eve");
      put(entry.path(), text);
    }
  world.git_at(tree, {"commit", "-q", "-a", "-m", message});
  world.git_at(tree, {"push", "-q", "origin", "perfgate-data"});
  CHECK(values(*world.open()).contains("was changed"));
  CHECK(values(*world.open("fresh")).contains("it was changed"));
  CHECK(troubles(*world.open("other")).contains("it was changed"));
}

TEST_CASE("a branch that is pruned keeps the names that are needed") {
  const GitWorld world;
  const auto store = world.open();
  const auto on = [](const char* day) { return *time_from_text(fmt::format("{}T12:00:00Z", day)); };
  REQUIRE(store->append({{Kind::mark, "m1", named("bob"), on("2023-01-05")},
                         {Kind::baseline, "base", R"({"run_id":"x","by":"ann"})", on("2023-01-06")},
                         {Kind::mark, "m2", named("carl"), on("2026-10-05")}}));
  const auto pruned = store->prune({.now = on("2026-11-05"), .by = "dora"});
  REQUIRE_MESSAGE(pruned, pruned.error().message);
  CHECK(pruned->months.size() == 1);
  const auto fresh = world.open("fresh");
  CHECK(values(*fresh, {.kind = Kind::baseline}) == R"({"run_id":"x","by":"ann"})");
  CHECK(values(*fresh).contains(R"("by":"dora")"));
  CHECK(troubles(*fresh) == "");
  const std::string files =
      world.git_at(world.remote(), {"ls-tree", "-r", "--name-only", world.tip()});
  std::size_t count = 0;
  for (std::size_t at = 0; (at = files.find("people/", at)) != files.npos; ++at) ++count;
  CHECK(count == 3);  // ann, carl, dora
}

TEST_CASE("a name is a word, whatever its capitals") {
  CHECK(mentions("asked by Ann, for x", "ann"));
  CHECK(mentions("ann:fix", "ann"));
  CHECK_FALSE(mentions("annotated by joann", "ann"));
  CHECK_FALSE(mentions("ann-marie", "ann"));
  CHECK_FALSE(mentions("x", ""));
  CHECK(erased_in_subject(erasure_subject(12)) == 12);
  CHECK(erased_in_subject("names of a person: 12x") == 0);
  CHECK(erased_in_subject("run 12") == 0);
}

}  // namespace
}  // namespace perfgate::store
