#pragma once
// The files of a directory store: one a month, of lines, plain (.jsonl) or sealed (.jsonl.zst).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/kinds.hpp"
#include "store/record.hpp"
#include "store/sealed.hpp"
#include "sys/fd.hpp"
#include "sys/file.hpp"

namespace perfgate::store {

struct MonthFile {
  std::string name;  ///< "2026-11.jsonl"
  std::string path;
  sys::FileStamp stamp;

  bool sealed() const { return name.ends_with(".zst"); }
  std::string_view month() const { return std::string_view(name).substr(0, 7); }
  bool operator==(const MonthFile&) const = default;
};
/// The months' files, oldest first; of a month that has both, the sealed one comes first. No
/// directory: no files.
Result<std::vector<MonthFile>> month_files(const std::string& records);
std::string month_of(Time at);  ///< "2026-11"

/// The lines of a month, by their place in it, however they are packed.
class MonthReader {
 public:
  static Result<MonthReader> open(const std::string& path);

  std::uint64_t size() const { return size_; }
  /// What a sealed file says of itself; nullptr: it is not sealed.
  const SealedContent* content() const { return sealed_ ? &sealed_->content() : nullptr; }
  /// Stands until the next call.
  Result<std::string_view> read(std::uint64_t offset, std::uint64_t length);

 private:
  MonthReader(std::string path, sys::Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  sys::Fd fd_;
  std::optional<SealedFile> sealed_;
  std::uint64_t size_ = 0;
  std::string buffer_, frame_;
  std::size_t frame_number_ = static_cast<std::size_t>(-1);  // which one `frame_` is
};

/// The last record of a chain.
struct Link {
  std::int64_t seq = 0;
  std::string sha256 = std::string(no_record);
};
/// The record is the next one. Errors: Code::store, at the record's place.
Result<void> follow(Link& link, const Record& record);

struct ScannedLine {
  Result<Record> record;
  Indexed indexed;  ///< without terms where the value is no JSON
  bool is_json = false;
  std::uint64_t offset = 0, length = 0;
  std::int64_t line = 0;
};
struct ScanFrom {
  std::uint64_t offset = 0;
  std::int64_t lines = 0;  ///< that stand before
};
/// Every whole line from `from` to byte `end`, its checksum verified, in order; the checksums are
/// made on all cores. Gives where the whole lines end.
Result<ScanFrom> scan_lines(MonthReader& reader, const std::string& path, ScanFrom from,
                            std::uint64_t end,
                            const std::function<Result<void>(ScannedLine&)>& visit);

}  // namespace perfgate::store
