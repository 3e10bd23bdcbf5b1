#include "sys/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

// With fs.protected_regular the kernel refuses O_CREAT on another user's file in /tmp, so it is
// created only where it is missing. Reading is enough to lock.
Fd open_lock(const std::string& path) {
  constexpr int flags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  for (int attempt = 0; attempt < 3; ++attempt) {
    for (const int mode : {O_RDWR, O_RDONLY})
      if (Fd fd(::open(path.c_str(), mode | flags)); fd) return fd;
    if (errno != ENOENT) return Fd();
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | flags, 0666));
    if (fd) {
      ::fchmod(fd.get(), 0666);  // whatever the umask: others must be able to lock it too
      return fd;
    }
    if (errno != EEXIST) return Fd();
  }
  return Fd();
}

std::optional<long> holder_of(int fd) {
  char text[32] = {};
  const ssize_t size = ::pread(fd, text, sizeof text - 1, 0);
  long pid = 0;
  const auto [end, error] = std::from_chars(text, text + std::max<ssize_t>(size, 0), pid);
  if (error != std::errc() || pid <= 0) return {};
  return pid;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, Code busy, std::string_view what) {
  Fd fd = open_lock(path);
  if (!fd) return io_error("opening the lock", path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error("locking", path, errno);
    const auto holder = holder_of(fd.get());
    return fail(busy,
                holder ? fmt::format("{}: process {} holds the lock {}", what, *holder, path)
                       : fmt::format("{}: another process holds the lock {}", what, path),
                "wait until it has ended, or end it");
  }
  // The pid is for the message only; the kernel keeps the lock.
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd.get(), 0) == 0 && ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) errno = 0;
  return FileLock(std::move(fd));
}

FileLock::~FileLock() {
  if (fd_ && ::ftruncate(fd_.get(), 0) != 0) errno = 0;
}

Result<std::vector<FileLock>> lock_host(const std::vector<std::string>& directories) {
  std::vector<FileLock> locks;
  std::optional<Error> refused;
  for (const std::string& directory : directories) {
    auto lock = FileLock::take(directory + "/perfgate.lock", Code::host_busy,
                               "another perfgate is measuring on this host");
    if (lock)
      locks.push_back(std::move(*lock));
    else if (lock.error().code == Code::host_busy)
      return std::unexpected(std::move(lock).error());
    else
      refused = std::move(lock).error();
  }
  if (locks.empty() && refused) return std::unexpected(std::move(*refused));
  return locks;
}

}  // namespace perfgate::sys
