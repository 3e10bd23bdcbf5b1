#pragma once
// The seam between perfgate and the file system: every call that changes a file goes through here,
// so that tests can fail any of them and can drop what was not synced.

#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <functional>

namespace perfgate::sys {

/// System calls by their POSIX names and rules: -1 and errno where they fail.
struct Disk {
  std::function<int(const char* path, int flags, mode_t mode)> open;
  std::function<ssize_t(int fd, void* bytes, std::size_t count)> read;
  std::function<ssize_t(int fd, const void* bytes, std::size_t count)> write;
  std::function<int(int fd)> fsync;
  std::function<int(int fd, off_t length)> ftruncate;
  std::function<int(int fd, const timespec times[2])> futimens;
  std::function<int(int fd)> close;
  std::function<int(const char* from, const char* to)> rename;
  std::function<int(const char* path)> unlink;
  std::function<int(const char* path, mode_t mode)> mkdir;
};

const Disk& real_disk();

}  // namespace perfgate::sys
