#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sys/fd.hpp"

namespace perfgate::sys {

/// An exclusive lock, held until destruction or death, whatever kills us. The file stays.
class FileLock {
 public:
  /// Does not wait. Errors: `busy` where another process holds it, naming its pid where it is
  /// known; Code::io where the file cannot be opened.
  static Result<FileLock> take(const std::string& path, Code busy, std::string_view what);

  FileLock(FileLock&&) = default;
  FileLock& operator=(FileLock&&) = default;
  ~FileLock();

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

/// What keeps two perfgates from measuring at once: a lock in each of the directories in which we
/// may have one, because users may differ in which those are. Errors: Code::host_busy; Code::io
/// where there is none.
Result<std::vector<FileLock>> lock_host(const std::vector<std::string>& directories = {"/run/lock",
                                                                                       "/tmp"});

}  // namespace perfgate::sys
