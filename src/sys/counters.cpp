#include "sys/counters.hpp"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

#include <cerrno>
#include <system_error>

namespace perfgate::sys {
namespace {

Fd open_counter(pid_t pid, std::uint64_t what) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = what;
  attributes.disabled = 1;
  attributes.inherit = 1;
  attributes.enable_on_exec = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return Fd(static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

// A counter that had to share the hardware was there only part of the time: its value would be an
// estimate, and an estimate is not a count.
std::optional<std::int64_t> value_of(const Fd& fd) {
  std::uint64_t read[3] = {};  // value, time enabled, time running
  if (::read(fd.get(), read, sizeof read) != sizeof read) return {};
  if (read[2] == 0 || read[2] < read[1]) return {};
  return static_cast<std::int64_t>(read[0]);
}

}  // namespace

std::string why_no_counters(int error) {
  switch (error) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "this machine offers no hardware counters (a virtual machine)";
    case EACCES:
    case EPERM:
      return "not permitted (kernel.perf_event_paranoid, or a container's seccomp)";
    case ENOSYS:
      return "the kernel has no perf_event_open";
    default:
      return fmt::format("perf_event_open: {}", std::generic_category().message(error));
  }
}

Counters::Counters(pid_t pid) : cycles_(open_counter(pid, PERF_COUNT_HW_CPU_CYCLES)) {
  if (cycles_) instructions_ = open_counter(pid, PERF_COUNT_HW_INSTRUCTIONS);
  if (!cycles_ || !instructions_) absent_ = why_no_counters(errno);
}

Counts Counters::read() const {
  if (!absent_.empty()) return {.cycles = {}, .instructions = {}, .absent = absent_};
  Counts counts{.cycles = value_of(cycles_), .instructions = value_of(instructions_), .absent = {}};
  if (!counts.cycles || !counts.instructions)
    counts = {.cycles = {},
              .instructions = {},
              .absent = "the counters were shared with others, and counted only part of the time"};
  return counts;
}

}  // namespace perfgate::sys
