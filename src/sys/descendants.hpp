#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace perfgate::sys {

/// While it lives, orphans of the processes that we start become our children, whatever sessions
/// and groups they made for themselves: none can hide. Children that we had before are not touched.
class Descendants {
 public:
  Descendants();
  ~Descendants();
  Descendants(const Descendants&) = delete;
  Descendants& operator=(const Descendants&) = delete;

  /// Whether any is left. Cheap where none is. Collects those that have ended, but not `kept`,
  /// whose end is awaited elsewhere.
  bool any(pid_t kept = 0);
  /// Kills all, the kept one too, until none is left, and collects them (but not `kept`). Returns
  /// how many live ones besides `kept` it met. Gives up after `patience`: a process that hangs in
  /// the kernel cannot be killed, and is then left behind.
  int kill_all(std::chrono::milliseconds patience, pid_t kept = 0);

 private:
  struct Found {
    pid_t pid = 0, parent = 0;
    bool ended = false;
  };
  std::vector<Found> find() const;

  std::vector<pid_t> before_;  // sorted
  bool was_subreaper_ = false;
};

}  // namespace perfgate::sys
