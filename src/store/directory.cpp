#include "store/directory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <thread>

#include "store/kinds.hpp"
#include "store/record.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"
#include "sys/lock.hpp"

namespace perfgate::store {
namespace {

constexpr std::uint64_t max_file = std::uint64_t{4} << 30;

/// What stands in one file: whole lines, and the bytes of one that was never completed.
struct Content {
  std::string text;
  std::size_t whole = 0;  // bytes up to and including the last newline
};

class Directory final : public Store {
 public:
  Directory(std::string path, DirectoryOptions options)
      : path_(std::move(path)),
        disk_(options.disk ? *options.disk : sys::real_disk()),
        patience_(options.lock_patience) {}

  std::string url() const override { return "dir:" + path_; }

  Result<void> append_if(const Decide& decide) override {
    CHECKED(sys::make_directories(records(), disk_));
    TRY(const sys::FileLock lock, take_lock());
    // All of it is read and checked before anything is added: a damaged history is not built upon.
    Record last{.seq = 0, .sha256 = std::string(no_record)};
    CHECKED(every([&](const Record& record) -> Result<bool> {
      last.seq = record.seq;
      last.sha256 = record.sha256;
      return true;
    }));
    TRY(const std::vector<Addition> additions, decide(*this));
    for (const Addition& addition : additions) {
      Record record{.seq = last.seq + 1,
                    .prev = last.sha256,
                    .kind = addition.kind,
                    .key = addition.key,
                    .at = addition.at,
                    .value = addition.value};
      const std::string line = to_line(record);
      TRY(const std::vector<std::string> files, months());
      // Only the newest can have a torn end, and must not keep it once another follows.
      if (!files.empty()) CHECKED(cut_torn_end(files.back()));
      CHECKED(sys::append_durable(file_for(addition.at, files), line, disk_));
      last = record;
    }
    return {};
  }

  Result<std::vector<Head>> list(const Selection& selection) const override {
    std::vector<Head> heads;
    std::map<std::pair<Kind, std::string>, std::size_t> newest;
    CHECKED(every([&](const Record& record) -> Result<bool> {
      if (selection.kind && record.kind != *selection.kind) return true;
      if (!selection.key.empty() && record.key != selection.key) return true;
      if (!record.key.starts_with(selection.key_prefix)) return true;
      TRY(const Indexed indexed, index_entity(record.kind, record.value, record.at));
      if (!record.erased()) {
        if (selection.since && indexed.time < *selection.since) return true;
        if (selection.until && !(indexed.time < *selection.until)) return true;
      }
      const auto before = newest.find({record.kind, record.key});
      if (before != newest.end()) heads[before->second].superseded = true;
      newest[{record.kind, record.key}] = heads.size();
      const bool matches = std::ranges::all_of(selection.terms, [&](const Term& term) {
        return std::ranges::find(indexed.terms, term) != indexed.terms.end();
      });
      heads.push_back({.seq = matches ? record.seq : 0,
                       .kind = record.kind,
                       .key = record.key,
                       .at = record.at,
                       .time = indexed.time,
                       .erased = record.erased()});
      return true;
    }));
    std::erase_if(heads, [&](const Head& head) {
      return head.seq == 0 || (!selection.all_versions && (head.superseded || head.erased));
    });
    if (selection.newest_first) std::ranges::reverse(heads);
    if (selection.limit > 0 && heads.size() > selection.limit) heads.resize(selection.limit);
    return heads;
  }

  Result<void> read(std::span<const Head> heads, const Visit& visit, unsigned) const override {
    std::map<std::int64_t, Record> records;
    CHECKED(every([&](const Record& record) -> Result<bool> {
      records[record.seq] = record;
      return true;
    }));
    for (std::size_t i = 0; i < heads.size(); ++i) {
      TRY(const bool more, visit(i, records[heads[i].seq]));
      if (!more) break;
    }
    return {};
  }

 private:
  Result<void> every(const std::function<Result<bool>(const Record&)>& visit) const {
    TRY(const std::vector<std::string> files, months());
    std::int64_t seq = 0;
    std::string prev(no_record);
    for (std::size_t f = 0; f < files.size(); ++f) {
      TRY(const Content content, read(files[f]));
      if (content.whole != content.text.size() && f + 1 != files.size())
        return fail(
            Code::store,
            fmt::format("{}: its last line is incomplete, and later files follow", files[f]),
            "restore the file from a copy; nothing was changed");
      std::size_t at = 0;
      for (int number = 1; at < content.whole; ++number) {
        const std::size_t end = content.text.find('\n', at);
        const std::string place = fmt::format("{}:{}", files[f], number);
        TRY(const Record record,
            read_line(std::string_view(content.text).substr(at, end - at), place));
        if (record.seq != seq + 1 || record.prev != prev)
          return fail(Code::store,
                      fmt::format("{}: the chain is broken: record {} does not follow record {}",
                                  place, record.seq, seq),
                      "a line was taken out, put in or changed: restore the file from a copy");
        seq = record.seq;
        prev = record.sha256;
        at = end + 1;
        TRY(const bool more, visit(record));
        if (!more) return {};
      }
    }
    return {};
  }

  std::string records() const { return path_ + "/records"; }

  Result<sys::FileLock> take_lock() const {
    using namespace std::chrono;
    const auto deadline = steady_clock::now() + patience_;
    for (;;) {
      auto lock =
          sys::FileLock::take(path_ + "/lock", Code::store, "writing to the store " + path_);
      if (lock || lock.error().code != Code::store || steady_clock::now() >= deadline) return lock;
      std::this_thread::sleep_for(milliseconds(20));
    }
  }

  /// The months' files, oldest first. No directory: no records.
  Result<std::vector<std::string>> months() const {
    struct stat info{};
    if (::stat(records().c_str(), &info) != 0) {
      if (errno == ENOENT) return std::vector<std::string>{};
      return sys::io_error("reading the store", records(), errno);
    }
    TRY(const std::vector<sys::ListedFile> listed, sys::list_files(records()));
    std::vector<std::string> files;
    for (const sys::ListedFile& file : listed)
      if (file.path.size() == 13 && file.path.ends_with(".jsonl"))
        files.push_back(records() + "/" + file.path);
    return files;
  }

  Result<Content> read(const std::string& file) const {
    TRY(std::string text, sys::read_file(file, max_file, disk_));
    const std::size_t newline = text.rfind('\n');
    const std::size_t whole = newline == text.npos ? 0 : newline + 1;
    return Content{std::move(text), whole};
  }

  /// The month of the record, but never one before the newest that there is: a clock that was set
  /// back must not break the order.
  std::string file_for(Time at, const std::vector<std::string>& files) const {
    const std::string wanted =
        fmt::format("{}/{}.jsonl", records(), perfgate::to_text(at).substr(0, 7));
    return files.empty() || files.back() < wanted ? wanted : files.back();
  }

  /// A line that was never completed (we were killed, the disk was full) was never acknowledged. It
  /// is kept beside the file and cut off, so that the next line begins at a line's beginning.
  Result<void> cut_torn_end(const std::string& file) {
    TRY(const Content content, read(file));
    if (content.whole == content.text.size()) return {};
    CHECKED(sys::write_file_atomic(fmt::format("{}.torn-at-{}", file, content.whole),
                                   std::string_view(content.text).substr(content.whole),
                                   sys::Durable::yes, disk_));
    return sys::write_file_atomic(file, std::string_view(content.text).substr(0, content.whole),
                                  sys::Durable::yes, disk_);
  }

  std::string path_;
  const sys::Disk& disk_;
  std::chrono::milliseconds patience_;
};

}  // namespace

std::unique_ptr<Store> open_directory(std::string path, DirectoryOptions options) {
  return std::make_unique<Directory>(std::move(path), options);
}

}  // namespace perfgate::store
