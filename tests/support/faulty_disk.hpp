#pragma once
// A disk that fails when it is told to, and that forgets what was not synced when the power fails.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sys/disk.hpp"

namespace perfgate::test {

class FaultyDisk {
 public:
  /// Calls through this count as steps, from 0. It must not outlive the FaultyDisk.
  sys::Disk disk();

  /// The step fails with this errno. (close() fails too, after closing.)
  void fail_at(int step, int error) { fail_at_ = {step, error}; }
  /// The write at this step takes half of what it is given.
  void cut_write_at(int step) { cut_at_ = step; }
  /// From this step on nothing happens any more: every call fails with EIO.
  void crash_at(int step) { crash_at_ = step; }
  /// fsync() says that it was done, and does nothing.
  void lie_about_fsync() { lies_ = true; }
  /// Removals whose directory was not synced may have come to the disk or not.
  enum class Unlinked { gone, back };
  /// After a crash: puts the files back to what was synced. Contents that were not fsynced are cut
  /// away, and new names and renames whose directory was not synced are undone.
  void lose_power(Unlinked unlinked = Unlinked::gone);

  int steps() const { return static_cast<int>(log_.size()); }
  const std::vector<std::string>& log() const { return log_; }  ///< "open", "write", "fsync", ...

 private:
  struct Entry {  // a name whose directory has not been synced since
    std::string path;
    std::optional<std::string> old_content;  // absent: there was no such file
  };
  int begin(const char* call);

  std::optional<std::pair<int, int>> fail_at_;
  std::optional<int> cut_at_, crash_at_;
  bool crashed_ = false, lies_ = false;
  std::vector<std::string> log_;
  std::map<int, std::string> open_;
  std::map<std::string, std::string> synced_;  // path -> content at its last fsync
  std::set<std::string> touched_;              // written since
  std::vector<Entry> entries_, unlinked_;
};

}  // namespace perfgate::test
