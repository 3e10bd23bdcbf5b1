#pragma once
// Real processes for tests, and the search for what is left of them.

#include <dirent.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "sys/process.hpp"

namespace perfgate::test {

inline sys::Environment plain_environment() { return {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}; }

inline sys::Command shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .environment = plain_environment()};
}

/// The processes, zombies aside, whose command line holds `mark`.
inline std::vector<int> processes_with(const std::string& mark) {
  std::vector<int> found;
  DIR* directory = ::opendir("/proc");
  while (const dirent* entry = ::readdir(directory)) {
    const int pid = std::atoi(entry->d_name);
    if (pid == 0) continue;
    std::ifstream file(std::string("/proc/") + entry->d_name + "/cmdline");
    std::string line;
    std::getline(file, line,
                 '\xff');  // all: no argument holds it. Does not throw where it has ended
    if (line.find(mark) != std::string::npos) found.push_back(pid);
  }
  ::closedir(directory);
  return found;
}

}  // namespace perfgate::test
