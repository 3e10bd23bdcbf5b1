#include "store/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/parallel.hpp"
#include "sys/directory.hpp"

namespace perfgate::store {
namespace {

constexpr std::uint64_t window = 2 << 20;

}  // namespace

std::string month_of(Time at) { return perfgate::to_text(at).substr(0, 7); }

Result<std::vector<MonthFile>> month_files(const std::string& records) {
  struct stat info{};
  if (::stat(records.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::vector<MonthFile>{};
    return sys::io_error("reading the store", records, errno);
  }
  TRY(const std::vector<sys::ListedFile> listed, sys::list_files(records));
  std::vector<MonthFile> files;
  for (const sys::ListedFile& file : listed) {
    const std::string_view ending =
        std::string_view(file.path).substr(std::min<std::size_t>(7, file.path.size()));
    if (ending != ".jsonl" && ending != ".jsonl.zst") continue;
    const std::string path = records + "/" + file.path;
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path));
    if (stamp) files.push_back({.name = file.path, .path = path, .stamp = *stamp});
  }
  std::ranges::sort(files, [](const MonthFile& a, const MonthFile& b) {
    return a.month() != b.month() ? a.month() < b.month() : a.sealed() && !b.sealed();
  });
  return files;
}

Result<MonthReader> MonthReader::open(const std::string& path) {
  MonthReader reader(path, sys::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)));
  if (!reader.fd_) return sys::io_error("opening", path, errno);
  if (path.ends_with(".jsonl")) {
    struct stat status{};
    if (::fstat(reader.fd_.get(), &status) != 0) return sys::io_error("reading", path, errno);
    reader.size_ = static_cast<std::uint64_t>(status.st_size);
  } else {
    TRY(reader.sealed_, SealedFile::open(reader.fd_.get(), path));
    reader.size_ = reader.sealed_->content().bytes;
  }
  return reader;
}

Result<std::string_view> MonthReader::read(std::uint64_t offset, std::uint64_t length) {
  if (offset > size_ || length > size_ - offset)
    return fail(
        Code::store,
        fmt::format("{}: it ends at byte {}, before byte {}", path_, size_, offset + length),
        "restore the file from a copy");
  if (!sealed_) {
    buffer_.resize(length);
    CHECKED(sys::read_part(fd_.get(), path_, offset, buffer_));
    return buffer_;
  }
  buffer_.clear();
  for (;;) {
    const std::size_t number = length == 0 ? 0 : sealed_->frame_of(offset);
    if (length == 0) return buffer_;
    if (number != frame_number_) {
      frame_number_ = static_cast<std::size_t>(-1);
      CHECKED(sealed_->unpack(fd_.get(), path_, number, frame_));
      frame_number_ = number;
    }
    const std::uint64_t within = offset - sealed_->frame(number).at;
    const std::uint64_t here = std::min(length, frame_.size() - within);
    const std::string_view part = std::string_view(frame_).substr(within, here);
    if (buffer_.empty() && here == length) return part;
    buffer_ += part;
    offset += here;
    length -= here;
  }
}

Result<void> follow(Link& link, const Record& record) {
  if (record.seq != link.seq + 1 || record.prev != link.sha256)
    return fail(Code::store,
                fmt::format("{}: the chain is broken: record {} does not follow record {}",
                            record.place, record.seq, link.seq),
                "a line was taken out, put in or changed: restore the file from a copy");
  link = {.seq = record.seq, .sha256 = record.sha256};
  return {};
}

Result<ScanFrom> scan_lines(MonthReader& reader, const std::string& path, ScanFrom from,
                            std::uint64_t end,
                            const std::function<Result<void>(ScannedLine&)>& visit) {
  constexpr std::size_t lines_a_task = 64;
  std::vector<std::string_view> lines;
  std::vector<ScannedLine> scanned;
  for (std::uint64_t wanted = window; from.offset < end;) {
    const std::uint64_t length = std::min(wanted, end - from.offset);
    TRY(const std::string_view bytes, reader.read(from.offset, length));
    lines.clear();
    std::size_t at = 0;
    for (std::size_t newline; (newline = bytes.find('\n', at)) != bytes.npos; at = newline + 1)
      lines.push_back(bytes.substr(at, newline - at));
    if (at == 0) {  // not one whole line
      if (length == end - from.offset) break;
      wanted *= 2;
      continue;
    }
    scanned.clear();
    scanned.resize(lines.size());
    const std::size_t tasks = (lines.size() + lines_a_task - 1) / lines_a_task;
    // A few short lines are done sooner than a thread is made.
    const unsigned workers = at < window / 8 ? 1 : processors();
    CHECKED(parallel_for(tasks, workers, [&](std::size_t task) -> Result<void> {
      for (std::size_t i = task * lines_a_task;
           i < std::min(lines.size(), (task + 1) * lines_a_task); ++i) {
        ScannedLine& line = scanned[i];
        line.line = from.lines + static_cast<std::int64_t>(i) + 1;
        line.offset = from.offset + static_cast<std::uint64_t>(lines[i].data() - bytes.data());
        line.length = lines[i].size();
        line.record = read_line(lines[i], fmt::format("{}:{}", path, line.line));
        if (!line.record) continue;
        const Record& record = *line.record;
        auto indexed = index_entity(record.kind, record.value, record.at);
        line.is_json = indexed.has_value();
        line.indexed = indexed ? *std::move(indexed) : Indexed{.time = record.at};
      }
      return {};
    }));
    for (ScannedLine& line : scanned) CHECKED(visit(line));
    from.offset += at;
    from.lines += static_cast<std::int64_t>(lines.size());
    wanted = window;
  }
  return from;
}

}  // namespace perfgate::store
