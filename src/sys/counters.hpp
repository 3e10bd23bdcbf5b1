#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "sys/fd.hpp"

namespace perfgate::sys {

/// Cycles and instructions in user mode, of a process and all that it starts. Always without the
/// kernel's share, so that the number means the same whatever perfgate is permitted.
struct Counts {
  std::optional<std::int64_t> cycles, instructions;
  std::string absent;  ///< why there are none
};

class Counters {
 public:
  /// Opened before the process execs, which is when they begin to count.
  explicit Counters(pid_t pid);
  /// Once the process has ended.
  Counts read() const;

 private:
  Fd cycles_, instructions_;
  std::string absent_;
};

/// The reason in words, for the errno of perf_event_open.
std::string why_no_counters(int error);

}  // namespace perfgate::sys
