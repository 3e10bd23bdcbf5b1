// Every call to the disk of everything that changes a store fails in turn, or is the last before
// the power goes.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "store/directory.hpp"
#include "store/erasure.hpp"
#include "store/people.hpp"
#include "support/faulty_disk.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::december;
using test::FaultyDisk;
using test::first_of_december;
using test::november;
using test::october;
using test::value_of;

constexpr Time january{1'799'000'000'000};

/// Something that changes a store, what must be there afterwards whatever happens, and what besides
/// once it was acknowledged. After a pruning what it takes away may be there or not.
struct Change {
  std::string_view name;
  std::function<Result<void>(Store&)> act;
  std::vector<std::string> kept, added;
  std::string gone{};  ///< what no value holds once it was acknowledged
};

std::vector<Change> changes() {
  return {
      {"append",
       [](Store& s) { return s.append(Kind::run, "a1", "{\"a\":1}", december); },
       {"r1", "r2", "r3", "base"},
       {"a1"}},
      {"append in a new month",
       [](Store& s) { return s.append(Kind::run, "a1", "{}", january); },
       {"r1", "r2", "r3", "base"},
       {"a1"}},
      {"batch",
       [](Store& s) {
         return s.append({{Kind::run, "a1", "{}", december},
                          {Kind::run, "a2", "{}", december},
                          {Kind::run, "a3", "{}", january},
                          {Kind::run, "a4", "{}", january}});
       },
       {"r1", "r2", "r3", "base"},
       {"a1", "a2", "a3", "a4"}},
      {"compact",
       [](Store& s) -> Result<void> {
         TRY(const Compaction done, s.compact());
         CHECK(done.months == 2);
         return {};
       },
       {"r1", "r2", "r3", "base"},
       {}},
      {"prune",
       [](Store& s) -> Result<void> {
         TRY(const Pruned done, s.prune({.now = december, .before = first_of_december}));
         CHECK(done.months.size() == 2);
         return {};
       },
       {"r3", "base"},
       {"2026-10", "2026-11"}},
      {"append a name",
       [](Store& s) { return s.append(Kind::mark, "m", R"({"by":"bob"})", december); },
       {"r1", "r2", "r3", "base"},
       {"m"}},
      {"erase a person",
       [](Store& s) -> Result<void> {
         TRY(const Erasure done, erase_person(s, "ann", [](const Erasure& erasure) {
               return Store::Addition{Kind::audit, "erased",
                                      fmt::format(R"({{"actor":"bob","subject":"{}"}})",
                                                  erasure_subject(erasure.names)),
                                      december};
             }));
         CHECK(done.names <= 1);
         return {};
       },
       {"r1", "r2", "r3", "base"},
       {"erased"},
       "ann"},
  };
}

std::string filled(const std::string& directory) {
  const std::string path = directory + "/store";
  const auto store = open_directory(path);
  REQUIRE(store->append(Kind::baseline, "base", R"({"run_id":"none","by":"ann"})", october));
  REQUIRE(store->append(Kind::run, "r1", value_of(1), october));
  REQUIRE(store->append(Kind::run, "r2", value_of(2), november));
  REQUIRE(store->append(Kind::run, "r3", value_of(3), december));
  return path;
}

/// What is wrong with a store after a change that was disturbed; empty: nothing.
std::string lost(const std::string& path, const Change& change, bool acknowledged) {
  const auto store = open_directory(path);
  const auto heads = store->list({});
  if (!heads) return heads.error().message;
  std::set<std::string> there;
  for (const Head& head : *heads)
    if (!there.insert(head.key).second) return head.key + " is there twice";
  for (const std::string& key : change.kept)
    if (!there.contains(key)) return key + " is lost";
  if (acknowledged)
    for (const std::string& key : change.added)
      if (!there.contains(key)) return key + " was acknowledged and is lost";
  const std::string wrong = test::troubles(*store, Trouble::Severity::warning);
  if (!wrong.empty()) return wrong;
  const std::string values = test::values(*store);
  if (values.starts_with("CBKB")) return values;
  if (acknowledged && !change.gone.empty() && values.contains(change.gone))
    return change.gone + " is still there";
  // It goes on, and what was refused may be said again.
  if (const auto next = store->append(Kind::run, "next", "{}", december); !next)
    return next.error().message;
  if (const auto packed = store->compact(); !packed) return packed.error().message;
  if (const auto pruned = store->prune({.now = december, .before = first_of_december}); !pruned)
    return pruned.error().message;
  return test::troubles(*store, Trouble::Severity::warning);
}

enum class Fault { no_space, broken, read_only, short_write, crash, crash_kept };
constexpr std::array faults{Fault::no_space,    Fault::broken, Fault::read_only,
                            Fault::short_write, Fault::crash,  Fault::crash_kept};

void arrange(FaultyDisk& disk, Fault fault, int step) {
  switch (fault) {
    case Fault::no_space:
      return disk.fail_at(step, ENOSPC);
    case Fault::broken:
      return disk.fail_at(step, EIO);
    case Fault::read_only:
      return disk.fail_at(step, EROFS);
    case Fault::short_write:
      return disk.cut_write_at(step);
    case Fault::crash:
    case Fault::crash_kept:
      return disk.crash_at(step);
  }
}

/// A change with a fault at every step in turn; the first loss, with what was done.
std::string first_loss(const Change& change, Fault fault, bool lying = false) {
  for (int step = 0;; ++step) {
    const auto directory = test::temporary();
    const std::string path = filled(directory.path());
    FaultyDisk faulty;
    if (lying) faulty.lie_about_fsync();
    const sys::Disk disk = faulty.disk();
    arrange(faulty, fault, step);
    const auto changed = change.act(*open_directory(path, {.disk = &disk}));
    const bool at_end = step >= faulty.steps();
    const std::string told = std::string(change.name) + ", step " + std::to_string(step) + ": ";
    if (at_end && !changed) return told + changed.error().message;
    if (!changed && changed.error().code != Code::io && changed.error().code != Code::store)
      return told + "no named error: " + changed.error().message;
    if (!changed && changed.error().message.empty()) return told + "an error without a message";
    // Whatever the fault was: what was acknowledged survives the power's going afterwards.
    if (fault == Fault::crash || fault == Fault::crash_kept || at_end)
      faulty.lose_power(fault == Fault::crash_kept ? FaultyDisk::Unlinked::back
                                                   : FaultyDisk::Unlinked::gone);
    const std::string loss = lost(path, change, changed.has_value());
    if (!loss.empty()) return told + loss;
    if (at_end) {
      CHECK(step > 5);
      return {};
    }
  }
}

// AC:store-faults
TEST_CASE("whatever fails at whatever step of whatever change nothing acknowledged is lost") {
  for (const Change& change : changes())
    for (const Fault fault : faults) {
      CAPTURE(static_cast<int>(fault));
      CHECK(first_loss(change, fault) == "");
    }
}

// AC:store-faults-noticed
TEST_CASE("the same loop finds the loss where fsync does nothing") {
  for (const Change& change : changes()) {
    CAPTURE(change.name);
    const std::string loss =
        first_loss(change, Fault::crash, true) + first_loss(change, Fault::crash_kept, true);
    CHECK(loss != "");
  }
}

}  // namespace
}  // namespace perfgate::store
