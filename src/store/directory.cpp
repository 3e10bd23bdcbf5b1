#include "store/directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "base/parallel.hpp"
#include "store/directory_store.hpp"
#include "sys/directory.hpp"

namespace perfgate::store {
namespace {

/// The month after: "2026-12" gives "2027-01".
std::string next_month(std::string_view month) {
  int year = 0, number = 0;
  for (const char c : month.substr(0, 4)) year = 10 * year + (c - '0');
  for (const char c : month.substr(5, 2)) number = 10 * number + (c - '0');
  return number == 12 ? fmt::format("{:04}-01", year + 1)
                      : fmt::format("{:04}-{:02}", year, number + 1);
}

/// The file of a record's month, but never one before the newest that there is: a clock that was
/// set back must not break the order.
std::string file_for(Time at, std::string_view newest) {
  std::string wanted = month_of(at) + ".jsonl";
  if (newest.ends_with(".zst")) {
    const std::string after = next_month(newest.substr(0, 7)) + ".jsonl";
    return std::max(wanted, after);
  }
  return std::max(wanted, std::string(newest));
}

std::unexpected<Error> not_as_indexed(std::string_view place) {
  return fail(Code::store, fmt::format("{}: there is another record than the index knows", place),
              "`perfgate history verify` reads all of it and tells what is wrong");
}

/// Reads records by their places; each thread has its own.
class BodyReader {
 public:
  BodyReader(std::string records, const std::map<std::int64_t, std::string>& names)
      : records_(std::move(records)), names_(names) {}

  Result<Record> read(const Head& head, const Place& place) {
    if (!reader_ || file_ != place.file) {
      const auto name = names_.find(place.file);
      if (name == names_.end()) return not_as_indexed(fmt::format("record {}", head.seq));
      path_ = records_ + "/" + name->second;
      reader_.reset();
      TRY(reader_, MonthReader::open(path_));
      file_ = place.file;
    }
    const std::string shown = fmt::format("{}:{}", path_, place.line);
    TRY(const std::string_view bytes, reader_->read(place.offset, place.length + 1));
    if (!bytes.ends_with('\n')) return not_as_indexed(shown);
    TRY(Record record, read_line(bytes.substr(0, bytes.size() - 1), shown));
    if (record.sha256 != place.sha256 || record.seq != head.seq || record.kind != head.kind ||
        record.key != head.key)
      return not_as_indexed(shown);
    return record;
  }

 private:
  std::string records_;
  const std::map<std::int64_t, std::string>& names_;
  std::int64_t file_ = 0;
  std::string path_;
  std::optional<MonthReader> reader_;
};

}  // namespace

DirectoryStore::DirectoryStore(std::string path, DirectoryOptions options)
    : path_(std::move(path)),
      disk_(options.disk ? *options.disk : sys::real_disk()),
      patience_(options.lock_patience) {}

Result<sys::FileLock> DirectoryStore::take_lock() const {
  using namespace std::chrono;
  const auto deadline = steady_clock::now() + patience_;
  for (milliseconds pause{1};; pause = std::min(2 * pause, milliseconds(20))) {
    auto lock = sys::FileLock::take(path_ + "/lock", Code::store, "writing to the store " + path_);
    if (lock || lock.error().code != Code::store || steady_clock::now() >= deadline) return lock;
    std::this_thread::sleep_for(pause);
  }
}

Result<void> DirectoryStore::read_stored(std::span<const Head> heads, const Visit& visit,
                                         unsigned workers) const {
  // All are looked up first, so that what visits may use the store.
  std::vector<Place> places(heads.size());
  std::map<std::int64_t, std::string> names;
  CHECKED(look_up(heads, places, names));

  // Neighbours are read by one thread: of a sealed month they are in the same frame.
  const std::size_t piece =
      std::clamp<std::size_t>(heads.size() / (std::size_t{4} * std::max(1U, workers)), 1, 256);
  std::atomic<std::size_t> next = 0;
  return parallel_for(std::max(1U, workers), workers, [&](std::size_t) -> Result<void> {
    BodyReader reader(records(), names);
    for (;;) {
      const std::size_t from = next.fetch_add(piece);
      if (from >= heads.size()) return {};
      for (std::size_t i = from; i < std::min(heads.size(), from + piece); ++i) {
        Result<Record> record = reader.read(heads[i], places[i]);
        if (!record) record = read_doubted(heads[i], places[i].file);
        if (!record) {
          next = heads.size();
          return std::unexpected(std::move(record).error());
        }
        const Result<bool> more = visit(i, *record);
        if (more && *more) continue;
        next = heads.size();
        if (!more) return std::unexpected(more.error());
        return {};
      }
    }
  });
}

Result<Record> DirectoryStore::read_doubted(const Head& head, std::int64_t file) const {
  tell_index([&](Index& index) -> Result<void> {
    TRY(std::vector<IndexedFile> files, index.files());
    for (IndexedFile& row : files) {
      if (row.id != file) continue;
      row.settled = false;
      row.stamp = {};
      CHECKED(index.put(row));
    }
    return {};
  });
  for (int attempt = 0;; ++attempt) {
    Place place;
    std::map<std::int64_t, std::string> names;
    CHECKED(look_up({&head, 1}, {&place, 1}, names));
    Result<Record> record = BodyReader(records(), names).read(head, place);
    // It may be packed, and then pruned, between the looking up and the reading.
    if (record || attempt == 3) return record;
  }
}

Result<void> DirectoryStore::look_up(std::span<const Head> heads, std::span<Place> places,
                                     std::map<std::int64_t, std::string>& names) const {
  return with_index([&](Index& index) -> Result<void> {
    names.clear();
    TRY(const std::vector<IndexedFile> files, index.files());
    for (const IndexedFile& file : files) names[file.id] = file.name;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      TRY(const std::optional<Place> place, index.place(heads[i].seq));
      if (!place)
        return fail(Code::store,
                    fmt::format("{}: record {} ({} `{}`) is not there any more", url(),
                                heads[i].seq, perfgate::to_text(heads[i].kind), heads[i].key),
                    "it was pruned meanwhile: look again");
      places[i] = *place;
    }
    return {};
  });
}

Result<void> DirectoryStore::append_if(const Decide& decide) {
  CHECKED(sys::make_directories(records(), disk_));
  TRY(const sys::FileLock lock, take_lock());
  return append_locked(decide);
}

Result<void> DirectoryStore::append_locked(const Decide& decide) {
  // A damaged history is not built upon.
  TRY(Tail end, tail());
  TRY(std::vector<Addition> additions, decide(*this));
  if (additions.empty()) return {};
  TRY(additions, keep_names(std::move(additions)));
  // What a compaction that was killed left can wait for another time.
  if (!end.doubles.empty() && !remove_doubles(end.doubles)) end.doubles.clear();
  return write(end, additions);
}

Result<DirectoryStore::Tail> DirectoryStore::tail() const {
  Tail end;
  std::optional<Head> last;
  std::optional<Place> place;
  std::map<std::int64_t, std::string> names;
  CHECKED(with_index([&](Index& index) -> Result<void> {
    end = {};
    last.reset();
    TRY(const std::vector<IndexedFile> files, index.files());
    for (const IndexedFile& file : files) {
      names[file.id] = file.name;
      end.file = file;
      if (file.records > 0) end.last = {.seq = file.last_seq, .sha256 = file.last_sha256};
    }
    if (end.last.seq == 0) return {};
    TRY(place, index.place(end.last.seq));
    TRY(last, index.head(end.last.seq));
    return {};
  }));
  if (last && place) {
    Result<Record> record = BodyReader(records(), names).read(*last, *place);
    if (!record) record = read_doubted(*last, place->file);
    if (!record) return std::unexpected(std::move(record).error());
  }
  TRY(const std::vector<MonthFile> files, month_files(records()));
  for (std::size_t f = 1; f < files.size(); ++f)
    if (files[f].month() == files[f - 1].month()) end.doubles.push_back(files[f].path);
  return end;
}

Result<void> DirectoryStore::remove_doubles(const std::vector<std::string>& doubles) const {
  for (const std::string& plain : doubles) {
    TRY(const std::string digest, digest_of(plain));
    TRY(const MonthReader sealed, MonthReader::open(plain + ".zst"));
    if (sealed.content()->sha256 == digest) CHECKED(sys::remove_file(plain, disk_));
  }
  return {};
}

Result<void> DirectoryStore::cut_torn_end(const IndexedFile& newest) const {
  const std::string path = records() + "/" + newest.name;
  TRY(MonthReader reader, MonthReader::open(path));
  if (newest.name.ends_with(".zst") || reader.size() <= newest.whole) return {};
  TRY(const std::string_view torn, reader.read(newest.whole, reader.size() - newest.whole));
  CHECKED(sys::write_file_atomic(fmt::format("{}.torn-at-{}", path, newest.whole), torn,
                                 sys::Durable::yes, disk_));
  return sys::cut_file(path, newest.whole, disk_);
}

Result<void> DirectoryStore::write(const Tail& end, const std::vector<Addition>& additions) {
  std::vector<Indexed> indexed;
  for (const Addition& addition : additions) {
    auto terms = index_entity(addition.kind, addition.value, addition.at);
    if (!terms || addition.value.contains('\n'))
      return fail(
          Code::store,
          fmt::format("writing to the store {}: the value of the {} `{}` is not JSON on one "
                      "line",
                      path_, perfgate::to_text(addition.kind), addition.key));
    indexed.push_back(*std::move(terms));
  }
  // Only the newest can have a torn end, and must not keep it once another follows.
  if (end.file) CHECKED(cut_torn_end(*end.file));

  struct Row {
    Head head;
    Place place;
  };
  Link link = end.last;
  IndexedFile file = end.file.value_or(IndexedFile{});
  for (std::size_t i = 0; i < additions.size();) {
    const std::string name = file_for(additions[i].at, file.name);
    if (name != file.name) file = {.name = name};
    const IndexedFile before = file;
    TRY(sys::AppendFile out, sys::AppendFile::open(records() + "/" + name, disk_));
    if (out.old_size() != file.whole)
      return fail(Code::store,
                  fmt::format("writing to the store {}: {} was changed meanwhile", path_, name),
                  "only perfgate may write to it: say it again");
    std::vector<Row> rows;
    const std::size_t first = i;
    for (; i < additions.size() && file_for(additions[i].at, name) == name; ++i) {
      const Addition& addition = additions[i];
      Record record{.seq = link.seq + 1,
                    .prev = link.sha256,
                    .kind = addition.kind,
                    .key = addition.key,
                    .at = addition.at,
                    .value = addition.value};
      const std::string line = to_line(record);
      CHECKED(out.write(line));
      if (file.records++ == 0) {
        file.first_seq = record.seq;
        file.first_prev = record.prev;
      }
      rows.push_back({.head = {.seq = record.seq,
                               .kind = record.kind,
                               .key = record.key,
                               .at = record.at,
                               .time = indexed[i].time,
                               .erased = record.erased()},
                      .place = {.offset = file.whole,
                                .length = line.size() - 1,
                                .line = file.records,
                                .sha256 = record.sha256}});
      file.whole += line.size();
      link = {.seq = record.seq, .sha256 = record.sha256};
    }
    file.last_seq = link.seq;
    file.last_sha256 = link.sha256;
    TRY(file.stamp, out.commit());
    file.settled = true;  // commit() saw to it

    tell_index([&](Index& index) -> Result<void> {
      TRY(const std::vector<IndexedFile> files, index.files());
      const auto known = std::ranges::find(files, name, &IndexedFile::name);
      // A reader may have seen the lines before we come to tell of them; of one that knows another
      // file we cannot say that it is up to date.
      const std::uint64_t whole = known == files.end() ? 0 : known->whole;
      if (whole != before.whole && whole != file.whole)
        return fail(Code::store, "the index is not as it was");
      file.id = known == files.end() ? 0 : known->id;
      CHECKED(index.put(file));
      for (std::size_t r = 0; r < rows.size(); ++r) {
        rows[r].place.file = file.id;
        CHECKED(index.add(rows[r].head, indexed[first + r].terms, rows[r].place));
      }
      TRY(const std::int64_t acknowledged, index.acknowledged());
      if (acknowledged >= rows.front().head.seq)
        CHECKED(index.add_loss({.first = rows.front().head.seq, .last = acknowledged}));
      return index.acknowledge(link.seq);
    });
  }
  return {};
}

std::unique_ptr<Store> open_directory(std::string path, DirectoryOptions options) {
  return std::make_unique<DirectoryStore>(std::move(path), options);
}

}  // namespace perfgate::store
