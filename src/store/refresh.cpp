// The index is held to the files.

#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>

#include "store/directory_store.hpp"

namespace perfgate::store {
namespace {

// File systems stamp by a clock that ticks every 1 to 10 ms: of a file that was changed just before
// it was looked at, a change just afterwards does not show.
constexpr std::int64_t settling_ns = 100'000'000;

std::int64_t now_ns() {
  timespec now{};
  static_cast<void>(::clock_gettime(CLOCK_REALTIME, &now));  // cannot fail
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// A month, and the files that may be taken for it: the sealed one before the plain one.
using Month = std::vector<MonthFile>;

std::vector<Month> months_in(const std::vector<MonthFile>& files) {
  std::vector<Month> months;
  for (const MonthFile& file : files) {
    if (months.empty() || months.back().front().month() != file.month()) months.emplace_back();
    months.back().push_back(file);
  }
  return months;
}

const IndexedFile* row_of(const std::vector<IndexedFile>& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &IndexedFile::name);
  return found == rows.end() ? nullptr : &*found;
}

bool is_known(const IndexedFile* row, const MonthFile& file) {
  return row != nullptr && row->settled && row->stamp == file.stamp;
}

/// Whether the rows are those of the files, one a month, and trusted.
bool agree(const std::vector<MonthFile>& files, const std::vector<IndexedFile>& rows) {
  const std::vector<Month> months = months_in(files);
  return months.size() == rows.size() && std::ranges::all_of(months, [&](const Month& month) {
           return is_known(row_of(rows, month.front().name), month.front());
         });
}

/// Brings an index up to the files: month after month, along the chain.
class Refreshing {
 public:
  Refreshing(Index& index, std::vector<IndexedFile> rows, std::int64_t looked_ns)
      : index_(index), rows_(std::move(rows)), looked_ns_(looked_ns) {}

  Result<void> all(const std::vector<MonthFile>& files) {
    for (const IndexedFile& row : rows_)
      if (std::ranges::find(files, row.name, &MonthFile::name) == files.end()) CHECKED(drop(row));
    const std::vector<Month> months = months_in(files);
    for (const Month& month : months) {
      TRY(const Taken taken, take(month));
      const IndexedFile& row = taken.row;
      if (!taken.file->sealed() && row.whole != row.stamp.size && &month != &months.back())
        return fail(Code::store,
                    fmt::format("{}: its last line is incomplete, and later files follow",
                                taken.file->path),
                    "restore the file from a copy; nothing was changed");
      if (row.records == 0) continue;
      if (link_.seq == 0 && (row.first_seq != 1 || row.first_prev != no_record))
        begin_ = {.seq = row.first_seq, .prev = row.first_prev, .place = taken.file->path + ":1"};
      link_ = {.seq = row.last_seq, .sha256 = row.last_sha256};
    }
    return dropped_ ? index_.mend_superseded() : Result<void>();
  }

  /// The first record, where it is not the first there ever was: a deletion must name its `prev`.
  const std::optional<Record>& begin() const { return begin_; }

 private:
  struct Taken {
    IndexedFile row;
    const MonthFile* file;
  };

  Result<Taken> take(const Month& month) {
    std::optional<Taken> taken;
    std::optional<Error> trouble;
    for (const MonthFile& file : month) {
      const IndexedFile* const row = row_of(rows_, file.name);
      if (taken) {  // by the sealed file
        if (row != nullptr) CHECKED(drop(*row));
        continue;
      }
      if (is_known(row, file) && follows(*row)) {
        taken = Taken{*row, &file};
        continue;
      }
      Result<IndexedFile> fresh = read_again(file, row);
      if (fresh)
        taken = Taken{*std::move(fresh), &file};
      else if (!trouble)
        trouble = std::move(fresh).error();
      if (index_.failed()) break;
    }
    if (!taken) return std::unexpected(std::move(*trouble));
    return *std::move(taken);
  }

  Result<IndexedFile> read_again(const MonthFile& file, const IndexedFile* row) {
    TRY(MonthReader reader, MonthReader::open(file.path));
    IndexedFile fresh{.name = file.name};
    if (row != nullptr && !file.sealed() && row->stamp.inode == file.stamp.inode &&
        row->stamp.size < file.stamp.size && row->records > 0 && follows(*row) &&
        ends_intact(reader, *row))
      fresh = *row;
    else if (row != nullptr)
      CHECKED(drop(*row));
    const std::uint64_t end =
        file.sealed() ? reader.size() : std::min(reader.size(), file.stamp.size);
    fresh.stamp = file.stamp;
    fresh.settled = file.stamp.changed_ns + settling_ns < looked_ns_;
    CHECKED(index_.put(fresh));
    Link link = fresh.records > 0 ? Link{fresh.last_seq, fresh.last_sha256} : link_;
    auto end_of_lines = scan_lines(reader, file.path, {fresh.whole, fresh.records}, end,
                                   [&](ScannedLine& line) -> Result<void> {
                                     if (!line.record) return std::unexpected(line.record.error());
                                     const Record& record = *line.record;
                                     if (fresh.records == 0 && link_.seq == 0 &&
                                         (record.seq != 1 || record.prev != no_record)) {
                                       begin_ = record;
                                       link = {.seq = record.seq - 1, .sha256 = record.prev};
                                     }
                                     CHECKED(follow(link, record));
                                     if (fresh.records++ == 0) {
                                       fresh.first_seq = record.seq;
                                       fresh.first_prev = record.prev;
                                     }
                                     return index_.add({.seq = record.seq,
                                                        .kind = record.kind,
                                                        .key = record.key,
                                                        .at = record.at,
                                                        .time = line.indexed.time,
                                                        .erased = record.erased()},
                                                       line.indexed.terms,
                                                       {.file = fresh.id,
                                                        .offset = line.offset,
                                                        .length = line.length,
                                                        .line = line.line,
                                                        .sha256 = record.sha256});
                                   });
    if (const SealedContent* said = reader.content(); end_of_lines && said != nullptr) {
      const auto checked = check_content(*said,
                                         {.records = fresh.records,
                                          .first = fresh.first_seq,
                                          .last = link.seq,
                                          .prev = fresh.first_prev,
                                          .head = link.sha256,
                                          .bytes = end_of_lines->offset,
                                          .sha256 = said->sha256},  // every line has its own
                                         file.path);
      if (!checked) end_of_lines = std::unexpected(checked.error());
    }
    if (!end_of_lines) {
      if (!index_.failed()) CHECKED(drop(fresh));
      return std::unexpected(std::move(end_of_lines).error());
    }
    fresh.whole = end_of_lines->offset;
    fresh.last_seq = link.seq;
    fresh.last_sha256 = link.sha256;
    CHECKED(index_.put(fresh));
    return fresh;
  }

  bool follows(const IndexedFile& row) const {
    return row.records == 0 || link_.seq == 0 ||
           (row.first_seq == link_.seq + 1 && row.first_prev == link_.sha256);
  }

  /// Whether the last line that the index knows of a file is where it was.
  bool ends_intact(MonthReader& reader, const IndexedFile& row) {
    const auto place = index_.place(row.last_seq);
    if (!place || !*place) return false;
    const auto bytes = reader.read((*place)->offset, (*place)->length + 1);
    if (!bytes || !bytes->ends_with('\n')) return false;
    const auto record = read_line(bytes->substr(0, bytes->size() - 1), row.name);
    return record && record->sha256 == row.last_sha256 && record->seq == row.last_seq;
  }

  Result<void> drop(const IndexedFile& row) {
    dropped_ = true;
    return index_.drop(row.id);
  }

  Index& index_;
  std::vector<IndexedFile> rows_;
  std::int64_t looked_ns_;  // when the stamps were taken
  Link link_;
  std::optional<Record> begin_;
  bool dropped_ = false;
};

/// Whether a record of a deletion says that the chain was cut behind the record of this checksum.
bool deletion_names(Index& index, const std::vector<MonthFile>& files, std::string_view head) {
  const auto known = index.list(
      {.kind = Kind::deletion, .terms = {{"head", std::string(head)}}, .all_versions = true});
  if (known && !known->empty()) return true;
  // It may stand behind damage, which is then what must be told.
  bool named = false;
  for (const MonthFile& file : files) {
    auto reader = MonthReader::open(file.path);
    if (!reader) continue;
    const auto looked =
        scan_lines(*reader, file.path, {}, reader->size(), [&](ScannedLine& line) -> Result<void> {
          named =
              named || (line.record && line.record->kind == Kind::deletion &&
                        std::ranges::find(line.indexed.terms, Term{"head", std::string(head)}) !=
                            line.indexed.terms.end());
          return {};
        });
    if (named || !looked) break;
  }
  return named;
}

}  // namespace

std::unique_ptr<Index> DirectoryStore::make_index(bool in_file) const {
  const std::string file = path_ + "/index.sqlite";
  if (in_file) {
    auto index = std::make_unique<Index>(file);
    if (!index->failed()) return index;
    if (index->state() == Index::State::broken) {
      index.reset();
      // One at a time: another may have made a good one meanwhile.
      const auto lock = sys::FileLock::take(path_ + "/index.lock", Code::store, "making the index");
      if (lock) {
        index = std::make_unique<Index>(file);
        if (index->state() == Index::State::broken) {
          index.reset();
          for (const char* part : {"", "-wal", "-shm"}) disk_.unlink((file + part).c_str());
          index = std::make_unique<Index>(file);
        }
        if (!index->failed()) return index;
      }
    }
  }
  return std::make_unique<Index>("");
}

Result<void> DirectoryStore::with_index(const UseIndex& use) const {
  const std::scoped_lock lock(mutex_);
  struct stat info{};
  if (::stat(records().c_str(), &info) != 0 && errno == ENOENT) {
    Index empty("");  // nothing is made before the first append
    return use(empty);
  }
  for (int attempt = 0;; ++attempt) {
    if (!index_) index_ = make_index(attempt < 2);
    Result<void> done = refresh(*index_);
    // What `use` asks is answered of one moment, whatever others do to the index.
    if (done) done = index_->begin_reading();
    if (done) {
      done = use(*index_);
      index_->roll_back();
    }
    if (!index_->failed() || attempt == 3) return done;
    index_->roll_back();
    // One that is locked or cannot be written is not waited for twice.
    if (index_->state() == Index::State::unavailable) attempt = 2;
    index_.reset();
  }
}

void DirectoryStore::tell_index(const UseIndex& use) const {
  const std::scoped_lock lock(mutex_);
  if (!index_) index_ = make_index(true);
  if (index_->begin() && use(*index_) && index_->commit()) return;
  index_->roll_back();
  index_.reset();
}

Result<void> DirectoryStore::refresh(Index& index) const {
  {
    TRY(const std::vector<MonthFile> files, month_files(records()));
    TRY(const std::vector<IndexedFile> rows, index.files());
    if (agree(files, rows)) return {};
  }
  CHECKED(index.begin());
  Result<void> done;
  // What seems damaged may be a file that was written to, packed or removed while it was looked at.
  for (int attempt = 0; attempt < 5; ++attempt) {
    // Each file is looked at before it is read: what is written meanwhile shows in its next stamp.
    const std::int64_t looked_ns = now_ns();
    TRY(const std::vector<MonthFile> before, month_files(records()));
    done = bring_up(index, before, looked_ns);
    if (done) {
      done = index.commit();
      index.give_back_memory();
      return done;
    }
    if (index.failed()) return done;
    const auto after = month_files(records());
    if (!after || *after == before) break;
    index.roll_back();
    CHECKED(index.begin());
  }
  index.roll_back();
  return done;
}

Result<void> DirectoryStore::bring_up(Index& index, const std::vector<MonthFile>& files,
                                      std::int64_t looked_ns) const {
  TRY(std::vector<IndexedFile> rows, index.files());
  Refreshing refreshing(index, std::move(rows), looked_ns);
  const Result<void> done = refreshing.all(files);
  if (index.failed() || !refreshing.begin()) return done;
  Link none;
  if (!deletion_names(index, files, refreshing.begin()->prev))
    return follow(none, *refreshing.begin());
  return done;
}

}  // namespace perfgate::store
