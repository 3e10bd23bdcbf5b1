#pragma once
#include <optional>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

/// Where to read what the machine is; tests name fixtures.
struct HostSource {
  std::string root = "";             ///< put before /proc, /sys and /etc
  Environment environment = {};      ///< for ImageOS and ImageVersion, which GitHub's runners set
  std::optional<int> allowed_cores;  ///< absent: asked of the kernel (sched_getaffinity)
  std::optional<std::string> arch, kernel;  ///< absent: asked of the kernel (uname)
};

/// What the machine is, as far as it can be read, without any name of the host or its users.
/// Compiler and flags are the caller's to add.
Fingerprint read_fingerprint(const HostSource& source);

/// What may disturb a measurement on this machine now: load of others, a governor that changes the
/// clock. Empty texts are never returned.
std::vector<std::string> noise_hints(const HostSource& source);

}  // namespace perfgate::sys
