#pragma once
// Files, read and written whole. Every error is Code::io, names the path and the system's reason.

#include <cstdint>
#include <memory>
#include <optional>
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

/// What tells whether a file was written since, as far as the system can.
struct FileStamp {
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::int64_t changed_ns = 0;   ///< ctime: the kernel sets it
  std::int64_t modified_ns = 0;  ///< mtime: writing sets it, and who writes may set it

  bool operator==(const FileStamp&) const = default;
};
/// Nullopt where there is no such file.
Result<std::optional<FileStamp>> stamp_of(const std::string& path);

/// Adds to the end of a file: all of it, or nothing. Until commit() returns, and after any failure,
/// the file is cut to its old length, if the system lets us: a crash may still leave a torn end.
class AppendFile {
 public:
  static Result<AppendFile> open(const std::string& path, const Disk& disk = real_disk());
  AppendFile(AppendFile&& other) noexcept;
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  AppendFile& operator=(AppendFile&&) = delete;
  ~AppendFile();

  std::uint64_t old_size() const { return old_size_; }
  /// One write().
  Result<void> write(std::string_view bytes);
  /// Syncs the file, and a new one into its directory. The stamp is one that no later write gives
  /// the file again, even within the same tick of the file system's clock.
  Result<FileStamp> commit();

 private:
  AppendFile(std::string path, int fd, std::uint64_t old_size, const Disk& disk);
  void cut_back();
  std::unexpected<Error> give_up(int error);

  std::string path_;
  int fd_;
  std::uint64_t old_size_;
  const Disk* disk_;
};

/// Cuts a file to `size` bytes, durably.
Result<void> cut_file(const std::string& path, std::uint64_t size, const Disk& disk = real_disk());

/// Removes a file, durably. One that is not there is no error.
Result<void> remove_file(const std::string& path, const Disk& disk = real_disk());
/// Gives a file another name, durably; one of that name goes.
Result<void> rename_file(const std::string& from, const std::string& to,
                         const Disk& disk = real_disk());

/// A part of a file that may be written to meanwhile: `length` bytes from `offset`. Errors:
/// Code::io, also where it ends before.
Result<void> read_part(int fd, const std::string& path, std::uint64_t offset,
                       std::span<char> buffer);

/// Syncs a directory's entries: after it, a rename or a new file survives a power failure.
Result<void> sync_directory(const std::string& directory, const Disk& disk = real_disk());

}  // namespace perfgate::sys
