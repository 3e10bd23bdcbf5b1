#include "sys/signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace perfgate::sys {
namespace {

constexpr int handled[] = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> first_signal = 0;
std::atomic<int> signal_count = 0;
std::atomic<int> wake = -1;
struct sigaction before[std::size(handled)];

void on_signal(int number) {
  const int saved = errno;
  int none = 0;
  first_signal.compare_exchange_strong(none, number);
  ++signal_count;
  const std::uint64_t one = 1;
  if (::write(wake, &one, sizeof one) < 0) errno = saved;
  errno = saved;
}

}  // namespace

Signals::Signals() {
  first_signal = 0;
  signal_count = 0;
  wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < std::size(handled); ++i) {
    ::sigaction(handled[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) ::sigaction(handled[i], &action, nullptr);
  }
}

Signals::~Signals() {
  for (std::size_t i = 0; i < std::size(handled); ++i) ::sigaction(handled[i], &before[i], nullptr);
  ::close(wake.exchange(-1));
}

std::optional<int> Signals::first() const {
  const int number = first_signal;
  return number == 0 ? std::nullopt : std::optional(number);
}
int Signals::count() const { return signal_count; }
int Signals::wake_fd() const { return wake; }

void Signals::clear_wake() const {
  std::uint64_t count = 0;
  if (::read(wake, &count, sizeof count) < 0) errno = 0;
}

}  // namespace perfgate::sys
