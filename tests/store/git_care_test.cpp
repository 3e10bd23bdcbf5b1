#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "git_support.hpp"
#include "store/git_layout.hpp"
#include "store/record.hpp"
#include "sys/file.hpp"

namespace perfgate::store {
namespace {

using test::contents;
using test::GitWorld;

Time on(const char* day) { return *time_from_text(fmt::format("{}T12:00:00Z", day)); }

void fill(Store& store) {
  REQUIRE(store.append({{Kind::run, "old", "1", on("2023-01-05")},
                        {Kind::run, "older-branch", "2", on("2023-02-05")},
                        {Kind::run, "new", "3", on("2026-10-05")},
                        {Kind::run, "newest", "4", on("2026-11-05")}}));
}

std::vector<Trouble> troubles_of(const Store& store) {
  const auto troubles = store.verify();
  REQUIRE_MESSAGE(troubles, troubles.error().message);
  return *troubles;
}

std::string file_of(const std::string& tree, std::int64_t seq) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree + "/records"))
    if (entry.path().string().ends_with(fmt::format("-{}.json", seq))) return entry.path();
  return "";
}

TEST_CASE("A whole branch has no trouble and so has none that is not there") {
  const GitWorld world;
  CHECK(troubles_of(*world.open()).empty());
  const auto store = world.open();
  fill(*store);
  CHECK(troubles_of(*store).empty());
  std::uint64_t told = 0;
  REQUIRE(world.open("fresh")->verify([&](std::uint64_t done, std::uint64_t) { told = done; }));
  CHECK(told > 0);
}

// AC:git-verify
TEST_CASE("Verifying a branch names every file that is damaged and goes on") {
  struct Damage {
    std::vector<const char*> whats;
    std::function<void(const std::string& tree)> edit;
  };
  const auto replace = [](const std::string& file, std::string_view from, std::string_view to) {
    std::string text = *sys::read_file(file, 10'000);
    text.replace(text.find(from), from.size(), to);
    REQUIRE(sys::write_file_atomic(file, text));
  };
  const std::vector<Damage> damages{
      {{"checksum", "checksum"},
       [&](const std::string& tree) {
         replace(file_of(tree, 2), "branch", "brunch");
         replace(file_of(tree, 4), "newest", "oldest");
       }},
      {{"record 3 does not follow record 1"},
       [](const std::string& tree) { std::filesystem::remove(file_of(tree, 2)); }},
      {{"files end with number 3"},
       [](const std::string& tree) { std::filesystem::remove(file_of(tree, 4)); }},
      {{"after another record 2"},
       [](const std::string& tree) {
         Record record{.seq = 3,
                       .prev = std::string(no_record),
                       .key = "new",
                       .at = on("2026-10-05"),
                       .value = "3"};
         REQUIRE(sys::write_file_atomic(file_of(tree, 3), to_line(record)));
       }},
      {{"which is no record"},
       [](const std::string& tree) { REQUIRE(sys::write_file_atomic(tree + "/x", "x")); }},
      {{"is there twice"},
       [](const std::string& tree) {
         const std::string path = path_of({"2026-11", Kind::run, key_digest(Kind::run, "new"), 3});
         std::filesystem::create_directories(
             std::filesystem::path(tree + "/" + path).parent_path());
         std::filesystem::copy_file(file_of(tree, 3), tree + "/" + path);
       }},
  };
  for (const Damage& damage : damages) {
    const GitWorld world;
    fill(*world.open());
    test::edit_branch(world, damage.edit);
    const std::vector<Trouble> troubles = troubles_of(*world.open("fresh"));
    REQUIRE(troubles.size() >= damage.whats.size());
    for (std::size_t i = 0; i < damage.whats.size(); ++i) {
      CAPTURE(damage.whats[i]);
      CHECK_MESSAGE(troubles[i].what.find(damage.whats[i]) != std::string::npos, troubles[i].what);
      CHECK_FALSE(troubles[i].place.empty());
      CHECK_FALSE(troubles[i].remedy.empty());
    }
  }
}

// AC:git-prune
TEST_CASE("Pruning a branch goes forward and leaves a record of what went") {
  const GitWorld world;
  const auto store = world.open();
  fill(*store);
  REQUIRE(store->append(Kind::baseline, "main@x", R"({"branch":"main"})", on("2026-11-06")));
  const std::string before = world.tip();
  Retention retention{.now = on("2026-11-20"), .months = 36, .by = "me", .why = "policy"};
  retention.dry_run = true;
  const auto asked = store->prune(retention);
  REQUIRE(asked);
  CHECK(asked->months.size() == 2);
  CHECK(world.tip() == before);
  retention.dry_run = false;
  const auto pruned = store->prune(retention);
  REQUIRE_MESSAGE(pruned, pruned.error().message);
  REQUIRE(pruned->months.size() == 2);
  CHECK(pruned->months[0].month == "2023-01");
  // Forward only: what was is still an ancestor.
  CHECK(world.try_git({"-C", world.remote()}, {"merge-base", "--is-ancestor", before, world.tip()})
            .exit_code == 0);
  const std::string files =
      world.git_at(world.remote(), {"ls-tree", "-r", "--name-only", "perfgate-data"});
  CHECK(files.find("records/2023/") == std::string::npos);
  std::size_t kept = 2;
  for (const char* cache : {"cache", "fresh"}) {
    CAPTURE(cache);
    const auto reader = world.open(cache);
    const auto heads = reader->list({});
    REQUIRE_MESSAGE(heads, heads.error().message);
    std::size_t deletions = 0, runs = 0;
    for (const Head& head : *heads) {
      if (head.kind == Kind::deletion) ++deletions;
      if (head.kind == Kind::run) ++runs;
    }
    CHECK(deletions == 2);
    CHECK(runs == kept++);
    CHECK(troubles_of(*reader).empty());
    CHECK_FALSE(reader->find(Kind::run, "old")->has_value());
    REQUIRE(reader->append(Kind::run, std::string("later-") + cache, "5", on("2026-11-21")));
  }
  // What went may be added again: it is new.
  REQUIRE(store->append(Kind::run, "old", "1", on("2026-11-22")));
  CHECK(store->find(Kind::run, "old")->has_value());
  const auto nothing = store->prune(retention);
  REQUIRE(nothing);
  CHECK(nothing->months.empty());
}

TEST_CASE("A legal hold and a branch that is not there prune nothing") {
  const GitWorld world;
  const auto store = world.open();
  const auto empty = store->prune({.now = on("2026-11-20")});
  REQUIRE(empty);
  CHECK(empty->months.empty());
  fill(*store);
  const std::string before = world.tip();
  const auto held =
      store->prune({.now = on("2026-11-20"), .legal_hold = true, .hold_reason = "case"});
  REQUIRE_FALSE(held);
  CHECK(held.error().code == Code::store);
  CHECK(world.tip() == before);
}

TEST_CASE("Taking files away by hand is no pruning") {
  const GitWorld world;
  const auto store = world.open();
  fill(*store);
  CHECK(store->list({})->size() == 4);
  test::edit_branch(
      world, [](const std::string& tree) { std::filesystem::remove_all(tree + "/records/2023"); });
  for (const char* cache : {"cache", "fresh"}) {
    const auto listed = world.open(cache)->list({});
    REQUIRE_FALSE(listed);
    CHECK(listed.error().code == Code::store);
  }
  CHECK_FALSE(troubles_of(*world.open("another")).empty());
}

TEST_CASE("Git packs by itself") {
  const GitWorld world;
  const auto compacted = world.open()->compact();
  REQUIRE_FALSE(compacted);
  CHECK(compacted.error().code == Code::store);
  CHECK(compacted.error().message.find("git packs by itself") != std::string::npos);
}

TEST_CASE("Many keys at once are looked for in one go") {
  const GitWorld world;
  const auto store = world.open();
  std::vector<Store::Addition> runs;
  for (int i = 0; i < 40; ++i)
    runs.push_back({Kind::run, fmt::format("run-{}", i), std::to_string(i), on("2026-11-01")});
  REQUIRE(store->append(runs));
  const std::string tip = world.tip();
  REQUIRE(world.open("fresh")->append(runs));
  CHECK(world.tip() == tip);
  runs[39].value = "changed";
  runs.push_back({Kind::run, "another", "{}", on("2026-11-01")});
  REQUIRE(world.open("fresh")->append(runs));
  CHECK(store->list({.all_versions = true})->size() == 42);
}

}  // namespace
}  // namespace perfgate::store
