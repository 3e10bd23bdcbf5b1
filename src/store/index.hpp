#pragma once
// What is known of a directory store's records without reading them: a cache in SQLite, made of the
// log and thrown away whenever it does not serve. Nothing stands only in it but what tells that
// records were lost (the last one acknowledged).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/store.hpp"
#include "sys/file.hpp"

namespace perfgate::store {

/// A month's file, as it was when it was last read or written.
struct IndexedFile {
  std::int64_t id = 0;  ///< the index's own, until the file is read again; 0: not in it yet
  std::string name;     ///< "2026-11.jsonl"
  sys::FileStamp stamp;
  bool settled = false;     ///< a later change would show in the stamp
  std::uint64_t whole = 0;  ///< bytes of whole lines (of a sealed file: unpacked)
  std::int64_t records = 0;
  std::int64_t first_seq = 0, last_seq = 0;  ///< where there are records
  std::string first_prev, last_sha256;
};

/// Where a record stands.
struct Place {
  std::int64_t file = 0;     ///< IndexedFile::id
  std::uint64_t offset = 0;  ///< in the lines, of a sealed file too
  std::uint64_t length = 0;  ///< of the line, without its newline
  std::int64_t line = 0;     ///< from 1
  std::string sha256;
};

/// Every function fails with Code::store where SQLite does; the index is no good from then on
/// (`failed`).
class Index {
 public:
  /// In a file, which is made; in memory where `path` is empty. What another version made is
  /// emptied. Whether it could be opened says `failed`.
  explicit Index(const std::string& path);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  ~Index();

  enum class State {
    good,
    unavailable,  ///< it is locked, read-only, or the disk is full
    broken,       ///< it is no SQLite file, not ours, or damaged: it must go
  };
  State state() const { return state_; }
  bool failed() const { return state_ != State::good; }

  /// Changes between begin and commit are seen by others together, or never.
  Result<void> begin();
  Result<void> commit();
  /// Forgets what was read of the file, after much was.
  void give_back_memory();
  void roll_back();
  /// Until roll_back() all answers are of one moment. Waits for nobody.
  Result<void> begin_reading();

  /// By name: oldest month first.
  Result<std::vector<IndexedFile>> files();
  /// Sets the `id` of a new one.
  Result<void> put(IndexedFile& file);
  /// With its records.
  Result<void> drop(std::int64_t file);

  /// `head.superseded` is found out here.
  Result<void> add(const Head& head, const std::vector<Term>& terms, const Place& place);
  /// After drop(): what was superseded by a record that went.
  Result<void> mend_superseded();

  /// Of terms that may have one of several values: those, as a JSON array.
  struct ByText {
    bool operator()(const Term& a, const Term& b) const {
      return std::tie(a.field, a.value) < std::tie(b.field, b.value);
    }
  };
  using Aliases = std::map<Term, std::string, ByText>;
  Result<std::vector<Head>> list(const Selection& selection, const Aliases& aliases = {});
  Result<std::optional<Head>> head(std::int64_t seq);
  Result<std::optional<Place>> place(std::int64_t seq);
  Result<std::vector<Term>> terms(std::int64_t seq);
  /// All values that any record has of a field.
  Result<std::set<std::string>> values(std::string_view field);
  /// The records of a file, every version.
  Result<std::vector<Head>> in_file(std::int64_t file);

  /// The last record that a writer acknowledged; 0: none that is known.
  Result<std::int64_t> acknowledged();
  Result<void> acknowledge(std::int64_t seq);
  /// Records that were acknowledged and were gone when the next one was written.
  struct Loss {
    std::int64_t first = 0, last = 0;
  };
  Result<std::vector<Loss>> losses();
  Result<void> add_loss(Loss loss);

 private:
  struct Database;
  void open(const std::string& path);
  std::unique_ptr<Database> database_;
  State state_ = State::good;
};

}  // namespace perfgate::store
