// Closed months become one packed file each.

#include <fmt/format.h>

#include <algorithm>

#include "store/directory_store.hpp"
#include "sys/directory.hpp"

namespace perfgate::store {

Result<void> DirectoryStore::remove_leftovers() const {
  TRY(const std::vector<sys::ListedFile> files, sys::list_files(records()));
  for (const sys::ListedFile& file : files)
    if (file.path.ends_with(".tmp") || file.path.ends_with(".new"))
      CHECKED(sys::remove_file(records() + "/" + file.path, disk_));
  TRY(const Tail end, tail());
  return remove_doubles(end.doubles);
}

Result<std::vector<IndexedFile>> DirectoryStore::closed_months() const {
  std::vector<IndexedFile> closed;
  CHECKED(with_index([&](Index& index) -> Result<void> {
    TRY(closed, index.files());
    return {};
  }));
  if (!closed.empty()) closed.pop_back();
  return closed;
}

Result<Compaction> DirectoryStore::compact(const Progress& progress) {
  Compaction compaction;
  TRY(std::vector<IndexedFile> closed, closed_months());
  if (closed.empty()) return compaction;  // where nothing was written there is no lock either
  {
    TRY(const sys::FileLock lock, take_lock());
    CHECKED(remove_leftovers());
  }
  const auto is_done = [](const IndexedFile& file) {
    return file.records == 0 || file.name.ends_with(".zst");
  };
  std::erase_if(closed, is_done);
  std::uint64_t total = 0, done = 0;
  for (const IndexedFile& file : closed) total += 2 * file.whole;
  const Progress part = [&](std::uint64_t bytes, std::uint64_t) {
    if (progress) progress(std::min(done + bytes, total), total);
  };
  for (const IndexedFile& wanted : closed) {
    // The lock is held for a month at a time, so that who writes need not wait for all of them.
    TRY(const sys::FileLock lock, take_lock());
    TRY(const std::vector<IndexedFile> now, closed_months());
    const auto file = std::ranges::find(now, wanted.name, &IndexedFile::name);
    if (file == now.end() || is_done(*file)) continue;  // another has done it
    const std::string plain = records() + "/" + file->name, sealed = plain + ".zst",
                      fresh = sealed + ".new";
    TRY(const SealedContent content, seal(plain,
                                          {.records = file->records,
                                           .first = file->first_seq,
                                           .last = file->last_seq,
                                           .prev = file->first_prev,
                                           .head = file->last_sha256,
                                           .bytes = file->whole},
                                          fresh, part, disk_));
    done += file->whole;
    // The lines go only after they were read in their new place.
    if (auto verified = verify_sealed(fresh, fresh, part); !verified) {
      disk_.unlink(fresh.c_str());
      return std::unexpected(std::move(verified).error());
    }
    CHECKED(sys::rename_file(fresh, sealed, disk_));
    CHECKED(sys::remove_file(plain, disk_));
    done += file->whole;
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(sealed));
    ++compaction.months;
    compaction.records += content.records;
    compaction.before += file->stamp.size;
    compaction.after += stamp ? stamp->size : 0;
    tell_index([&](Index& index) -> Result<void> {
      TRY(std::vector<IndexedFile> rows, index.files());
      const auto row = std::ranges::find(rows, wanted.name, &IndexedFile::name);
      if (row == rows.end() || row->whole != content.bytes || !stamp)
        return fail(Code::store, "the index is not as it was");
      row->name += ".zst";
      row->stamp = *stamp;
      return index.put(*row);  // its places are those in the lines, and stay
    });
  }
  return compaction;
}

}  // namespace perfgate::store
