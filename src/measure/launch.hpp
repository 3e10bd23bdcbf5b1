#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "harness/harness.hpp"
#include "measure/suite.hpp"
#include "model/run.hpp"
#include "sys/host.hpp"
#include "sys/signals.hpp"

namespace perfgate::measure {

/// What a suite is run in.
struct Surroundings {
  sys::Environment environment;                         ///< ours; the suite sees it scrubbed
  std::string temporary;                                ///< a directory for what is spooled
  std::uint64_t output_limit = std::uint64_t{1} << 30;  ///< of what is spooled from stdout
  Scrubber scrubber = {};                               ///< of what children print
  const sys::Signals* signals = nullptr;
  sys::HostSource host = {};
  std::function<void()> tick = {};  ///< called every second while a process runs
};

/// What went wrong, and the end of what the process printed: harmless, scrubbed, of several lines.
struct Trouble {
  Error error;
  std::string log = {};
};

struct Attempt {
  std::optional<Launch> launch;    ///< absent where the process could not be started
  std::optional<Trouble> trouble;  ///< why it did not measure all that it should
  int survivors = 0;               ///< processes that outlived it, and were ended
  std::size_t stale = 0;           ///< result files of an earlier run, which were not read
};

/// Runs a suite's process once and reads its results into the collector; where it crashed or timed
/// out, what can be read. Codes of trouble: timeout, process_failed, parse (unreadable, nothing
/// printed, or only results of an earlier run), nothing_measured, interrupted, io.
Attempt launch(const Suite& suite, const harness::Harness& harness,
               const Surroundings& surroundings, harness::Collector& collector);

/// Runs a suite's setup, if it has one. Codes: setup_failed, interrupted, io.
std::optional<Trouble> set_up(const Suite& suite, const Surroundings& surroundings);

}  // namespace perfgate::measure
