#pragma once
// History: an append-only log of records. A kind of store is a file here and a line in stores.cpp.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace perfgate::store {

/// What a record holds.
enum class Kind { run, judgement, promotion };

std::string_view to_text(Kind kind);

/// A line of the log: {"seq", "prev", "sha256", "body"}. `sha256` is of `prev`, `seq` and `body`,
/// and `prev` is the `sha256` of the record before, so that no line can be changed, taken out or
/// put in.
struct Record {
  std::int64_t seq = 0;
  std::string prev, sha256;
  Kind kind = Kind::run;
  std::string key;  ///< the entity's identity; saving it again supersedes
  Time at;
  std::string value;  ///< the entity as JSON
  std::string place;  ///< file and line, for messages
};

/// The contract of every kind of store. Absent is nullopt, trouble is an error (Code::store for
/// damage and locks, Code::io for the disk).
class Store {
 public:
  virtual ~Store() = default;

  /// Adds a record; when it returns, the record survives a power failure. A record of the same
  /// kind, key and value as the newest of that kind and key is not added again.
  virtual Result<void> append(Kind kind, std::string_view key, std::string_view value, Time at) = 0;

  /// Adds what `decide` makes of the store as it is while no one else writes (compare and swap): a
  /// record, or nothing.
  struct Addition {
    Kind kind;
    std::string key, value;
    Time at;
  };
  using Decide = std::function<Result<std::optional<Addition>>(const Store& locked)>;
  virtual Result<void> append_if(const Decide& decide) = 0;

  /// Every record, oldest first, checked against its hash and the one before; `visit` returns false
  /// to stop. A line at the very end that was never completed is not a record.
  virtual Result<void> scan(const std::function<Result<bool>(const Record&)>& visit) const = 0;

  /// The newest record of this kind and key.
  Result<std::optional<Record>> find(Kind kind, std::string_view key) const;

  virtual std::string url() const = 0;
};

/// By URL: "dir:PATH", or a plain path. Nothing is made before the first append.
/// Errors: Code::config, naming the schemes.
Result<std::unique_ptr<Store>> open(std::string_view url);

}  // namespace perfgate::store
