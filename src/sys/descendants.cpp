#include "sys/descendants.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <thread>

#include "sys/fd.hpp"

namespace perfgate::sys {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

struct Process {
  pid_t pid, parent;
  bool ended;
};

// "pid (name) state parent ...", where the name may hold spaces and brackets.
std::optional<Process> read_stat(pid_t pid) {
  const Fd fd(::open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[512];
  const ssize_t size = fd ? ::read(fd.get(), buffer, sizeof buffer) : -1;
  if (size <= 0) return {};
  const std::string_view text(buffer, static_cast<std::size_t>(size));
  const auto close = text.rfind(')');
  if (close == std::string_view::npos || close + 4 >= text.size()) return {};
  const char state = text[close + 2];
  pid_t parent = 0;
  std::from_chars(text.data() + close + 4, text.data() + text.size(), parent);
  return Process{pid, parent, state == 'Z' || state == 'X'};
}

std::vector<Process> all_processes() {
  std::vector<Process> processes;
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir("/proc"));
  if (!directory) return processes;
  while (const dirent* entry = ::readdir(directory.get())) {
    pid_t pid = 0;
    const char* end = entry->d_name + std::strlen(entry->d_name);
    if (std::from_chars(entry->d_name, end, pid).ptr != end) continue;
    if (const auto process = read_stat(pid)) processes.push_back(*process);
  }
  return processes;
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

}  // namespace

Descendants::Descendants() {
  int before = 0;
  ::prctl(PR_GET_CHILD_SUBREAPER, &before);
  was_subreaper_ = before != 0;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (!has_children()) return;
  const pid_t self = ::getpid();
  for (const Process& process : all_processes())
    if (process.parent == self) before_.push_back(process.pid);
  std::ranges::sort(before_);
}

Descendants::~Descendants() { ::prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_ ? 1 : 0); }

std::vector<Descendants::Found> Descendants::find() const {
  std::vector<Process> others = all_processes();
  std::set<pid_t> family = {::getpid()};
  std::vector<Found> found;
  for (bool grew = true; grew;) {
    grew = false;
    std::erase_if(others, [&](const Process& process) {
      const bool ours =
          family.contains(process.parent) && !std::ranges::binary_search(before_, process.pid);
      if (!ours) return false;
      family.insert(process.pid);
      found.push_back({process.pid, process.parent, process.ended});
      return grew = true;
    });
  }
  return found;
}

bool Descendants::any(pid_t kept) {
  if (!has_children()) return false;
  bool live = false;
  for (const Found& process : find()) {
    if (process.pid == kept) continue;
    if (process.ended && process.parent == ::getpid())
      ::waitpid(process.pid, nullptr, WNOHANG | __WALL);
    else
      live = live || !process.ended;
  }
  return live;
}

int Descendants::kill_all(std::chrono::milliseconds patience, pid_t kept) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  std::set<pid_t> met;
  for (;;) {
    bool live = false;
    if (!has_children()) return static_cast<int>(met.size());
    for (const Found& process : find()) {
      if (!process.ended) {
        if (process.pid != kept) met.insert(process.pid);
        ::kill(process.pid, SIGKILL);
        live = true;
      } else if (process.pid != kept && process.parent == ::getpid()) {
        ::waitpid(process.pid, nullptr, WNOHANG | __WALL);
      }
    }
    if (!live || std::chrono::steady_clock::now() > give_up) return static_cast<int>(met.size());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace perfgate::sys
