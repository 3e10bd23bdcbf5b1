#pragma once
#include <optional>

namespace perfgate::sys {

/// Turns SIGINT, SIGTERM and SIGHUP into a flag, and into something to poll, while it lives; one
/// that was ignored (nohup) stays ignored. Only one may live at a time.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The first signal that came; the exit code is then 128 + it.
  std::optional<int> first() const;
  /// How many came. The second means: at once.
  int count() const;
  /// Readable when one has come since clear_wake().
  int wake_fd() const;
  void clear_wake() const;
};

}  // namespace perfgate::sys
