#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "cli/command.hpp"

extern char** environ;

namespace {

/// Writes all of it; a reader that went away ends the program as it ends others.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      ::usleep(1000);
      continue;
    }
    if (count <= 0) {
      // What was asked for could not be given: a gate must not end green then.
      if (fd == STDOUT_FILENO) std::_Exit(9);
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

int terminal_width(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

}  // namespace

int main(int argc, char** argv) {
  const perfgate::sys::Signals signals;
  perfgate::cli::Env env{
      .out = [](std::string_view text) { write_all(STDOUT_FILENO, text); },
      .err = [](std::string_view text) { write_all(STDERR_FILENO, text); },
      .environment = perfgate::sys::environment_from(environ),
      .now =
          [] {
            const auto since = std::chrono::system_clock::now().time_since_epoch();
            return perfgate::Time{
                std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
          },
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
      .width = terminal_width(STDOUT_FILENO),
      .signals = &signals};
  return perfgate::cli::main({argv + 1, argv + argc}, env);
}
