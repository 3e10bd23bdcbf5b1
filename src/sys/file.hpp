#pragma once
// Files, read and written whole. Every error is Code::io, names the path and the system's reason.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sys/disk.hpp"

namespace perfgate::sys {

/// "reading a/b: Permission denied" with a hint by the errno: what to free, mount or permit.
std::unexpected<Error> io_error(std::string_view doing, std::string_view path, int error);

/// All of a file (or pipe). Errors: beyond `limit` bytes too.
Result<std::string> read_file(const std::string& path, std::uint64_t limit,
                              const Disk& disk = real_disk());

/// A file read in pieces.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path, const Disk& disk = real_disk());
  InputFile(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  /// How many bytes were put into `buffer`; 0 at the end.
  Result<std::size_t> read(std::span<char> buffer);

 private:
  InputFile(std::string path, int fd, const Disk& disk);

  std::string path_;
  int fd_;
  const Disk* disk_;
};

/// Whether a write returns only when the bytes would survive a power failure.
enum class Durable { no, yes };

/// A file that appears, or replaces the old one, only by commit(): until then, and after any
/// failure, the old content stands and no temporary is left. What is not a regular file
/// (/dev/stdout, a pipe) is written as it comes; a symbolic link stays, and what it points to is
/// replaced.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path, Durable durable = Durable::no,
                                   const Disk& disk = real_disk());
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  Result<void> write(std::string_view bytes);
  Result<void> commit();

 private:
  AtomicFile(std::string path, std::string temporary, int fd, Durable durable, const Disk& disk);
  Result<void> flush();
  void discard();

  std::string path_;       // with symbolic links resolved
  std::string temporary_;  // empty: written in place, or committed
  std::string buffer_;
  int fd_;
  Durable durable_;
  const Disk* disk_;
};

Result<void> write_file_atomic(const std::string& path, std::string_view bytes,
                               Durable durable = Durable::no, const Disk& disk = real_disk());

/// Appends with one write() and syncs; a file that was created is synced into its directory. Where
/// it fails the file is cut to its old length, if the system lets us: a crash may still leave a
/// torn end.
Result<void> append_durable(const std::string& path, std::string_view bytes,
                            const Disk& disk = real_disk());

/// Syncs a directory's entries: after it, a rename or a new file survives a power failure.
Result<void> sync_directory(const std::string& directory, const Disk& disk = real_disk());

}  // namespace perfgate::sys
