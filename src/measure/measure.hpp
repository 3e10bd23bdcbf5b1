#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "harness/harness.hpp"
#include "measure/progress.hpp"
#include "measure/suite.hpp"
#include "model/run.hpp"
#include "sys/host.hpp"
#include "sys/signals.hpp"

namespace perfgate::measure {

struct Conditions {
  sys::Environment environment;  ///< ours; suites see it scrubbed
  std::string temporary = "/tmp";
  std::function<Time()> now;  ///< for the run's start
  const sys::Signals* signals = nullptr;
  std::uint64_t output_limit = std::uint64_t{1} << 30;
  std::function<Result<harness::Harness>(std::string_view)> find_harness = harness::find;
  std::vector<std::string> lock_directories = {"/run/lock", "/tmp"};
  sys::HostSource host = {};
};

/// Measures: the setup of each suite first, then its launches, the suites taking turns. What goes
/// wrong with a suite is an error note in the run, with its code; that suite is then not launched
/// again, the others go on, and what was measured stays. An interruption ends it with a note of its
/// own. Fills the run's start, duration, fingerprint, suites, harnesses, launches, metrics,
/// benchmarks, statistics and notes; schema, tool, id, commit and headlines are the caller's.
/// Errors: Code::host_busy; Code::io (no lock, no temporary directory); Code::usage (an unknown
/// harness).
Result<Run> measure(const std::vector<Suite>& suites, const Conditions& conditions,
                    Progress& progress);

}  // namespace perfgate::measure
