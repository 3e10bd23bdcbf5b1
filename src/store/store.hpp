#pragma once
// History: an append-only log of records. A kind of store is a file here and a line in stores.cpp.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/kind.hpp"

namespace perfgate::store {

/// A line of the log: {"seq", "prev", "sha256", "body"}. `sha256` is of `prev`, `seq` and `body`,
/// and `prev` is the `sha256` of the record before, so that no line can be changed, taken out or
/// put in.
struct Record {
  std::int64_t seq = 0;
  std::string prev, sha256;
  Kind kind = Kind::run;
  std::string key;    ///< the entity's identity; saving it again supersedes
  Time at;            ///< when it was written
  std::string value;  ///< the entity as JSON; "null": a tombstone, the entity is erased
  std::string place;  ///< file and line, for messages

  bool erased() const { return value == "null"; }
};

/// What the store knows of a record without reading it.
struct Head {
  std::int64_t seq = 0;
  Kind kind = Kind::run;
  std::string key;
  Time at;                  ///< when it was written
  Time time;                ///< the entity's own time: when a run started, an incident opened, ...
  bool erased = false;      ///< a tombstone
  bool superseded = false;  ///< a later record has the same kind and key
};

/// A field of the entity that the store can find it by: {"branch", "main"}. Which fields of which
/// kind there are stands in kinds.cpp.
struct Term {
  std::string field, value;
  bool operator==(const Term&) const = default;
};

/// Which records. What is left out does not restrict.
struct Selection {
  std::optional<Kind> kind;
  std::string key{};
  std::string key_prefix{};
  std::vector<Term> terms{};           ///< all of them hold
  std::optional<Time> since, until{};  ///< of the entity's own time; `until` is not included
  bool all_versions = false;           ///< superseded records and tombstones too
  bool newest_first = false;           ///< else oldest first, by seq
  std::size_t limit = 0;               ///< 0: no limit
};

/// Called now and then while something long is done, from one thread at a time: how much of how
/// much, in bytes.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// What compacting did.
struct Compaction {
  std::size_t months = 0;               ///< that were packed
  std::int64_t records = 0;             ///< in them
  std::uint64_t before = 0, after = 0;  ///< bytes
};

/// What retention may take away, and who says so.
struct Retention {
  Time now;
  int months = 36;               ///< what was written in so many months before `now` is kept
  std::optional<Time> before{};  ///< instead: what was written at or after this is kept
  bool legal_hold = false;       ///< nothing may go
  std::string hold_reason{};
  std::string by{}, why{};  ///< go into the record of the deletion
  bool dry_run = false;     ///< only says what would go
};
/// What retention took away: whole months, oldest first.
struct Pruned {
  struct Month {
    std::string month;  ///< "2023-10"
    std::int64_t first = 0, last = 0, records = 0;
  };
  Time before;  ///< what was written at or after this is kept
  std::vector<Month> months;
  std::size_t carried = 0;  ///< records that are still needed, written again
};

/// What is wrong with a store.
struct Trouble {
  enum class Severity {
    info,     ///< worth knowing: nothing is lost
    warning,  ///< records are gone, or something is in the way
    error,    ///< damage
  };
  std::string place;  ///< file and line
  std::string what, remedy;
  Severity severity = Severity::error;
};

/// The contract of every kind of store. Absent is nullopt, trouble is an error (Code::store for
/// damage and locks, Code::io for the disk, Code::git).
class Store {
 public:
  virtual ~Store() = default;

  struct Addition {
    Kind kind = Kind::run;
    std::string key;
    std::string value;  ///< JSON on one line; "null" erases
    Time at;
  };
  /// Adds, in order, what `decide` makes of the store as it is while no one else writes (compare
  /// and swap): any number of records. When it returns without an error, all of them survive a
  /// power failure; with an error, each of them is there whole or not at all, and it may be said
  /// again. `decide` may be called several times.
  using Decide = std::function<Result<std::vector<Addition>>(const Store& locked)>;
  virtual Result<void> append_if(const Decide& decide) = 0;

  /// What is there, without the bodies; oldest first.
  virtual Result<std::vector<Head>> list(const Selection& selection) const = 0;

  /// Reads the records of these heads, each checked. `visit(i, record)` gets heads[i]; where
  /// `workers` is more than one it is called from so many threads at once, in any order. It returns
  /// false to stop.
  using Visit = std::function<Result<bool>(std::size_t i, Record& record)>;
  virtual Result<void> read(std::span<const Head> heads, const Visit& visit,
                            unsigned workers = 1) const = 0;

  virtual std::string url() const = 0;

  // ---- Care. A kind of store that has no use for one refuses: Code::store.

  /// Packs what is not written to any more. Every record stays, is read as before, and was verified
  /// in its new place before the old one went.
  virtual Result<Compaction> compact(const Progress& progress = {});
  /// Takes away what is older than it must be kept. What is still needed (baselines in force, open
  /// incidents, what they and the rest refer to) is written again first, and a record of
  /// Kind::deletion tells what went. Errors: Code::store under a legal hold.
  virtual Result<Pruned> prune(const Retention& retention, const Progress& progress = {});
  /// Reads everything, trusts nothing, and goes on after a trouble. An error only where it cannot
  /// go on.
  virtual Result<std::vector<Trouble>> verify(const Progress& progress = {}) const;

  // ---- Made of those

  /// Adds records, in order. One of the same kind, key and value as the newest of that kind and key
  /// is not added again.
  Result<void> append(std::vector<Addition> additions);
  Result<void> append(Kind kind, std::string_view key, std::string_view value, Time at);
  /// The newest record of this kind and key; nullopt where there is none, or it is erased.
  Result<std::optional<Record>> find(Kind kind, std::string_view key) const;
  /// The records of a selection, in its order.
  Result<void> scan(const Selection& selection,
                    const std::function<Result<bool>(const Record&)>& visit) const;
  /// Every record there ever was, oldest first.
  Result<void> scan(const std::function<Result<bool>(const Record&)>& visit) const;
};

/// By URL: "dir:PATH", "git:REMOTE#BRANCH", or a plain path. Nothing is made before the first
/// append. Errors: Code::config, naming the schemes.
Result<std::unique_ptr<Store>> open(std::string_view url);

}  // namespace perfgate::store
