#include "sys/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace perfgate::sys {

const Disk& real_disk() {
  static const Disk disk{
      .open = [](const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); },
      .read = [](int fd, void* bytes, std::size_t count) { return ::read(fd, bytes, count); },
      .write = [](int fd, const void* bytes,
                  std::size_t count) { return ::write(fd, bytes, count); },
      .fsync = [](int fd) { return ::fsync(fd); },
      .ftruncate = [](int fd, off_t length) { return ::ftruncate(fd, length); },
      .futimens = [](int fd, const timespec times[2]) { return ::futimens(fd, times); },
      .close = [](int fd) { return ::close(fd); },
      .rename = [](const char* from, const char* to) { return ::rename(from, to); },
      .unlink = [](const char* path) { return ::unlink(path); },
      .mkdir = [](const char* path, mode_t mode) { return ::mkdir(path, mode); },
  };
  return disk;
}

}  // namespace perfgate::sys
