#pragma once
// The directory store from inside. What it promises and what it is made of:
//
// - The log (log.hpp) is the truth: lines in PATH/records, each bound to the one before. Only who
//   holds PATH/lock changes it.
// - The index (index.hpp) is made of it. A file whose stamp (size, inode, times) is the one that
// the
//   index knows is trusted; every other is read again and its chain verified. Of a file that only
//   grew the new part is verified: an edit of an old line in the same moment shows when that line
//   is read, and in verify(), not at once.
// - A record is found by the index, read by its place, and then held to its own checksum and to
// what
//   the index says of it.
// - Names of persons stand in PATH/people.jsonl (people.hpp), and tokens in the log and the index.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/directory.hpp"
#include "store/erasure.hpp"
#include "store/index.hpp"
#include "store/log.hpp"
#include "store/people.hpp"
#include "sys/lock.hpp"

namespace perfgate::store {

class DirectoryStore final : public Store, public NamesApart {
 public:
  DirectoryStore(std::string path, DirectoryOptions options);

  std::string url() const override { return "dir:" + path_; }
  Result<void> append_if(const Decide& decide) override;
  Result<std::vector<Head>> list(const Selection& selection) const override;
  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers) const override;
  // In files of their own.
  Result<Compaction> compact(const Progress& progress) override;
  Result<Pruned> prune(const Retention& retention, const Progress& progress) override;
  Result<Erasure> erase_person(std::string_view name, const TellErasure& tell) override;
  Result<std::vector<Trouble>> verify(const Progress& progress) const override;

 private:
  /// The end of the log, verified.
  struct Tail {
    Link last;
    std::optional<IndexedFile> file;   ///< the newest month's
    std::vector<std::string> doubles;  ///< plain files whose month is sealed too
  };
  using UseIndex = std::function<Result<void>(Index&)>;

  std::string records() const { return path_ + "/records"; }
  Result<sys::FileLock> take_lock() const;

  // ---- The index (refresh.cpp)

  /// Calls `use` with an index that agrees with the files. Where the index fails, `use` is called
  /// again with another one.
  Result<void> with_index(const UseIndex& use) const;
  /// The same with the index as it is, and after changes that only we know of: what fails does not
  /// matter, the next one finds out by the files.
  void tell_index(const UseIndex& use) const;
  std::unique_ptr<Index> make_index(bool in_file) const;
  Result<void> refresh(Index& index) const;
  Result<void> bring_up(Index& index, const std::vector<MonthFile>& files,
                        std::int64_t looked_ns) const;

  // ---- Names of persons (names.cpp)

  std::string people_file() const { return path_ + "/people.jsonl"; }
  /// The entries as they are now.
  Result<std::shared_ptr<const People>> people() const;
  /// What the lock's holder adds, with tokens in place of names, whose entries are on disk.
  Result<std::vector<Addition>> keep_names(std::vector<Addition> additions);
  Result<void> forget(const std::set<std::string>& tokens);
  /// Entries whose tokens no record holds.
  Result<void> forget_orphans();
  Result<Erasure> look_for(std::string_view name) const;

  // ---- Reading and writing (directory.cpp)

  /// As read(), with the tokens as they stand in the chain.
  Result<void> read_stored(std::span<const Head> heads, const Visit& visit, unsigned workers) const;
  Result<void> look_up(std::span<const Head> heads, std::span<Place> places,
                       std::map<std::int64_t, std::string>& names) const;
  /// Once more, by an index that read the file again: it may have changed (compacted, cut).
  Result<Record> read_doubted(const Head& head, std::int64_t file) const;
  Result<Tail> tail() const;
  Result<void> append_locked(const Decide& decide);
  Result<void> write(const Tail& end, const std::vector<Addition>& additions);
  Result<void> cut_torn_end(const IndexedFile& newest) const;
  /// All months but the newest, oldest first.
  Result<std::vector<IndexedFile>> closed_months() const;
  /// While the lock is held, what a process left that was killed.
  Result<void> remove_leftovers() const;
  /// Of months that are there twice (compact was killed) the plain file goes, if it holds the same.
  Result<void> remove_doubles(const std::vector<std::string>& doubles) const;

  std::string path_;
  const sys::Disk& disk_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;  // of index_
  mutable std::unique_ptr<Index> index_;
  mutable std::mutex people_mutex_;  // of what follows
  mutable std::shared_ptr<const People> people_;
  mutable std::optional<sys::FileStamp> people_stamp_;  // of the file that `people_` was read from
};

/// Bytes of entries that are read at most.
inline constexpr std::uint64_t largest_people = std::uint64_t{1} << 30;
/// The entries of a file; none where it is not there. Errors: Code::store where one is damaged.
Result<People> read_people(const std::string& path, const sys::Disk& disk = sys::real_disk());
/// The file anew, durably, without some tokens.
Result<void> write_people(const std::string& path, const People& people,
                          const std::set<std::string>& without,
                          const sys::Disk& disk = sys::real_disk());

}  // namespace perfgate::store
