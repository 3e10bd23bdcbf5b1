#pragma once
// What takes long says so, and what takes much memory says so before.

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "cli/env.hpp"
#include "cli/shared.hpp"

namespace perfgate::cli {

/// "perfgate: reading runs: 1200 of 5000 (24 %)" on stderr, from the second second on: a line that
/// is written over on a terminal, else one every five seconds. May be told from any thread.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  Progress(Env& env, bool quiet, std::string doing, std::size_t total,
           Clock clock = std::chrono::steady_clock::now);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void add(std::size_t count = 1);
  /// Bytes that are done, of so many; for the store, which must not outlive this.
  std::function<void(std::uint64_t done, std::uint64_t total)> of_bytes();

 private:
  void tell(const std::string& text, std::uint64_t done, std::uint64_t total);

  Env& env_;
  bool quiet_;
  std::string doing_;
  std::size_t total_, done_ = 0;
  Clock clock_;
  std::chrono::steady_clock::time_point next_;
  bool on_line_ = false;
  std::mutex mutex_;
};

/// --max-memory
struct MemoryLimit {
  std::string written;
};
void add_max_memory(CLI::App& app, MemoryLimit& limit);

/// Warns where `needed` bytes are more than half of what is available; with --max-memory, refuses
/// where they are more than that. `narrow` says how to need less. Errors: Code::memory,
/// Code::usage.
Result<void> check_memory(const MemoryLimit& limit, std::uint64_t needed, std::string_view doing,
                          std::string_view narrow, Env& env);

/// Threads for reading: one per processor that we may use.
unsigned workers();

}  // namespace perfgate::cli
