#pragma once
// Runs one process and leaves nothing of it behind.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sys/counters.hpp"
#include "sys/diagnostics.hpp"
#include "sys/environment.hpp"
#include "sys/signals.hpp"

namespace perfgate::sys {

/// Where what a process prints goes.
struct Stream {
  enum class To {
    keep,  ///< into memory: the first and the last bytes, see Diagnostics
    file,  ///< into `path`, at most `limit` bytes; the rest is counted
    join,  ///< stderr only: to where stdout goes
    nowhere,
  };
  To to = To::keep;
  std::string path = {};
  std::uint64_t limit = 0;
  std::size_t head = 1 << 20, tail = 1 << 20;  ///< what `keep` keeps
};

struct Command {
  std::vector<std::string> argv;  ///< never given to a shell
  std::string cwd = {};           ///< empty: ours
  Environment environment = {};   ///< all of it; nothing is inherited
  std::string input = {};         ///< path of the file that is its stdin; empty: /dev/null
  Stream output = {}, errors = {};
};

struct Watch {
  std::chrono::nanoseconds timeout = std::chrono::minutes(30);
  /// From SIGTERM to SIGKILL, after the deadline or an interruption.
  std::chrono::nanoseconds grace = std::chrono::seconds(2);
  const Signals* signals = nullptr;  ///< ends the process when one came
  std::function<void()> tick = {};   ///< called every `tick_every` while it runs
  std::chrono::nanoseconds tick_every = std::chrono::seconds(1);
};

struct Outcome {
  std::optional<int> exit_code;
  std::optional<int> signal;  ///< the one that ended it
  bool timed_out = false, interrupted = false;
  int survivors = 0;  ///< processes that outlived it, and were killed

  std::int64_t wall_ns = 0;  ///< from exec to the end
  // Of the process and the descendants that it waited for.
  std::int64_t user_ns = 0, system_ns = 0;
  std::int64_t peak_rss_bytes =
      0;  ///< Linux counts from fork: never below perfgate's own memory then
  std::int64_t minor_faults = 0, major_faults = 0;
  std::int64_t voluntary_switches = 0, involuntary_switches = 0;
  Counts counts;

  Diagnostics output{0, 0}, errors{0, 0};  ///< what was kept
  std::uint64_t output_bytes = 0, errors_bytes = 0;
  bool output_cut = false, errors_cut = false;  ///< more than the file's limit was printed
};

/// Runs a command in a session of its own until it has ended and its
/// descendants with it: those that hold on after it get a tenth of a second, then SIGKILL, whatever
/// session they hide in. After the deadline, or when a signal came, SIGTERM to its group, after
/// `grace` SIGKILL to all; a second signal kills at once. One at a time: a second thread waits.
/// Errors: Code::process_failed where it could not be started, naming the command; Code::io where
/// what it printed could not be written.
Result<Outcome> run_process(const Command& command, const Watch& watch);

}  // namespace perfgate::sys
