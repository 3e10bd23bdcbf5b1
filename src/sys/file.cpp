#include "sys/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace perfgate::sys {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

std::string_view hint_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full: free some space, or write to another one";
    case EROFS:
      return "the file system is read-only: write to another directory";
    case EACCES:
    case EPERM:
      return "check the permissions of the file and of the directories above it";
    case ENOENT:
      return "check the path; a directory of it may be missing";
    case ENOTDIR:
      return "a part of the path is a file, not a directory";
    case EISDIR:
      return "this is a directory; name a file";
    case EMFILE:
    case ENFILE:
      return "too many open files: raise the limit (ulimit -n)";
    case EIO:
      return "the disk reports a defect: see the kernel's log (dmesg)";
    case ELOOP:
      return "symbolic links point at each other";
    case ENAMETOOLONG:
      return "use a shorter path";
    default:
      return "";
  }
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int open_retrying(const Disk& disk, const std::string& path, int flags, mode_t mode = 0) {
  int fd;
  do fd = disk.open(path.c_str(), flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

// 0, or the errno of the write that failed.
int write_all(const Disk& disk, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = disk.write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::unexpected<Error> io_error(std::string_view doing, std::string_view path, int error) {
  return fail(Code::io,
              fmt::format("{} {}: {}", doing, path, std::generic_category().message(error)),
              std::string(hint_for(error)));
}

InputFile::InputFile(std::string path, int fd, const Disk& disk)
    : path_(std::move(path)), fd_(fd), disk_(&disk) {}
InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), disk_(other.disk_) {}
InputFile::~InputFile() {
  if (fd_ >= 0) disk_->close(fd_);
}

Result<InputFile> InputFile::open(const std::string& path, const Disk& disk) {
  const int fd = open_retrying(disk, path, O_RDONLY | O_NOCTTY);
  if (fd < 0) return io_error("opening", path, errno);
  return InputFile(path, fd, disk);
}

Result<std::size_t> InputFile::read(std::span<char> buffer) {
  ssize_t got;
  do got = disk_->read(fd_, buffer.data(), buffer.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) return io_error("reading", path_, errno);
  return static_cast<std::size_t>(got);
}

Result<std::string> read_file(const std::string& path, std::uint64_t limit, const Disk& disk) {
  TRY(InputFile file, InputFile::open(path, disk));
  std::string text;
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
    text.reserve(std::min<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), limit) + 1);
  for (;;) {
    const std::size_t size = text.size();
    text.resize(std::max(text.capacity(), size + buffer_size));
    TRY(const std::size_t got, file.read(std::span(text).subspan(size)));
    text.resize(size + got);
    if (text.size() > limit)
      return fail(
          Code::io,
          fmt::format("reading {}: it is larger than {} bytes, the most that is read", path, limit),
          "check that this is the right file");
    if (got == 0) return text;
  }
}

AtomicFile::AtomicFile(std::string path, std::string temporary, int fd, Durable durable,
                       const Disk& disk)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      fd_(fd),
      durable_(durable),
      disk_(&disk) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      buffer_(std::exchange(other.buffer_, {})),
      fd_(std::exchange(other.fd_, -1)),
      durable_(other.durable_),
      disk_(other.disk_) {}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
  if (fd_ >= 0) disk_->close(std::exchange(fd_, -1));
  if (!temporary_.empty()) disk_->unlink(std::exchange(temporary_, {}).c_str());
}

Result<AtomicFile> AtomicFile::create(const std::string& path, Durable durable, const Disk& disk) {
  std::string target = path;
  mode_t mode = 0666;
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return io_error("writing", path, EISDIR);
    if (!S_ISREG(status.st_mode)) {
      const int fd = open_retrying(disk, path, O_WRONLY | O_NOCTTY);
      if (fd < 0) return io_error("writing", path, errno);
      return AtomicFile(path, {}, fd, Durable::no, disk);
    }
    mode = status.st_mode & 0777;
    std::error_code failed;
    const auto resolved = std::filesystem::canonical(path, failed);
    if (!failed) target = resolved.string();
  }
  static std::atomic<unsigned> counter = 0;
  for (;;) {
    std::string temporary = fmt::format("{}.{}-{}.tmp", target, ::getpid(), counter++);
    const int fd = open_retrying(disk, temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd >= 0) return AtomicFile(std::move(target), std::move(temporary), fd, durable, disk);
    if (errno != EEXIST) return io_error("writing", path, errno);
  }
}

Result<void> AtomicFile::flush() {
  const int error = write_all(*disk_, fd_, buffer_);
  buffer_.clear();
  if (error == 0) return {};
  discard();
  return io_error("writing", path_, error);
}

Result<void> AtomicFile::write(std::string_view bytes) {
  if (fd_ < 0) return io_error("writing", path_, EBADF);
  buffer_.append(bytes);
  return buffer_.size() < buffer_size ? Result<void>() : flush();
}

Result<void> AtomicFile::commit() {
  if (fd_ < 0) return io_error("writing", path_, EBADF);
  CHECKED(flush());
  int error = 0;
  if (durable_ == Durable::yes && disk_->fsync(fd_) != 0) error = errno;
  // close() too reports what could not be written (NFS, quotas).
  if (disk_->close(std::exchange(fd_, -1)) != 0 && error == 0) error = errno;
  if (error == 0 && !temporary_.empty()) {
    if (disk_->rename(temporary_.c_str(), path_.c_str()) != 0)
      error = errno;
    else
      temporary_.clear();
  }
  discard();
  if (error != 0) return io_error("writing", path_, error);
  return durable_ == Durable::yes ? sync_directory(parent_of(path_), *disk_) : Result<void>();
}

Result<void> write_file_atomic(const std::string& path, std::string_view bytes, Durable durable,
                               const Disk& disk) {
  TRY(AtomicFile file, AtomicFile::create(path, durable, disk));
  CHECKED(file.write(bytes));
  return file.commit();
}

namespace {

FileStamp stamp_from(const struct stat& status) {
  const auto ns = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {.size = static_cast<std::uint64_t>(status.st_size),
          .inode = status.st_ino,
          .changed_ns = ns(status.st_ctim),
          .modified_ns = ns(status.st_mtim)};
}

}  // namespace

Result<std::optional<FileStamp>> stamp_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return stamp_from(status);
  if (errno == ENOENT) return std::nullopt;
  return io_error("reading", path, errno);
}

AppendFile::AppendFile(std::string path, int fd, std::uint64_t old_size, const Disk& disk)
    : path_(std::move(path)), fd_(fd), old_size_(old_size), disk_(&disk) {}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      old_size_(other.old_size_),
      disk_(other.disk_) {}

AppendFile::~AppendFile() {
  if (fd_ >= 0) cut_back();
}

Result<AppendFile> AppendFile::open(const std::string& path, const Disk& disk) {
  const int fd = open_retrying(disk, path, O_WRONLY | O_APPEND | O_CREAT, 0666);
  if (fd < 0) return io_error("appending to", path, errno);
  struct stat status{};
  if (::fstat(fd, &status) != 0) {
    const int error = errno;
    disk.close(fd);
    return io_error("appending to", path, error);
  }
  return AppendFile(path, fd, static_cast<std::uint64_t>(status.st_size), disk);
}

void AppendFile::cut_back() {
  if (disk_->ftruncate(fd_, static_cast<off_t>(old_size_)) == 0) disk_->fsync(fd_);
  disk_->close(std::exchange(fd_, -1));
}

std::unexpected<Error> AppendFile::give_up(int error) {
  cut_back();
  return io_error("appending to", path_, error);
}

Result<void> AppendFile::write(std::string_view bytes) {
  if (fd_ < 0) return io_error("appending to", path_, EBADF);
  ssize_t written;
  do written = disk_->write(fd_, bytes.data(), bytes.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) return give_up(errno);
  // A regular file takes less than asked only where the disk or a limit is full.
  if (static_cast<std::size_t>(written) != bytes.size()) return give_up(ENOSPC);
  return {};
}

Result<FileStamp> AppendFile::commit() {
  if (fd_ < 0) return io_error("appending to", path_, EBADF);
  // File systems stamp by a clock that ticks every few milliseconds; this time has nanoseconds.
  // Only the owner may set it: without it the stamp is a little weaker, no more.
  timespec now{};
  (void)::clock_gettime(CLOCK_REALTIME, &now);
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, now};
  if (disk_->futimens(fd_, times) != 0) errno = 0;
  if (disk_->fsync(fd_) != 0) return give_up(errno);
  // An empty file is one whose first append failed, perhaps before its name was synced.
  if (old_size_ == 0)
    if (auto synced = sync_directory(parent_of(path_), *disk_); !synced) {
      cut_back();
      return std::unexpected(std::move(synced).error());
    }
  struct stat status{};
  const bool known = ::fstat(fd_, &status) == 0;
  // close() too reports what could not be written (NFS, quotas).
  if (disk_->close(std::exchange(fd_, -1)) != 0) return io_error("appending to", path_, errno);
  return known ? stamp_from(status) : FileStamp{};
}

Result<void> cut_file(const std::string& path, std::uint64_t size, const Disk& disk) {
  const int fd = open_retrying(disk, path, O_WRONLY);
  if (fd < 0) return io_error("cutting", path, errno);
  int error = disk.ftruncate(fd, static_cast<off_t>(size)) == 0 && disk.fsync(fd) == 0 ? 0 : errno;
  if (disk.close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return io_error("cutting", path, error);
  return {};
}

Result<void> remove_file(const std::string& path, const Disk& disk) {
  if (disk.unlink(path.c_str()) != 0 && errno != ENOENT) return io_error("removing", path, errno);
  return sync_directory(parent_of(path), disk);
}

Result<void> rename_file(const std::string& from, const std::string& to, const Disk& disk) {
  if (disk.rename(from.c_str(), to.c_str()) != 0) return io_error("renaming to", to, errno);
  return sync_directory(parent_of(to), disk);
}

Result<void> read_part(int fd, const std::string& path, std::uint64_t offset,
                       std::span<char> buffer) {
  while (!buffer.empty()) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("reading", path, errno);
    if (got == 0)
      return fail(Code::io, fmt::format("reading {}: it ends at byte {}, where more should follow",
                                        path, offset));
    buffer = buffer.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<void> sync_directory(const std::string& directory, const Disk& disk) {
  const int fd = open_retrying(disk, directory, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return io_error("syncing the directory", directory, errno);
  // EINVAL: a file system that cannot sync directories has nothing to lose by it.
  const int error = disk.fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  disk.close(fd);
  if (error != 0) return io_error("syncing the directory", directory, error);
  return {};
}

}  // namespace perfgate::sys
