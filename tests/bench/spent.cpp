// Runs a command and says what it spent, by the kernel's account:
//
//   spent COMMAND [ARGUMENT...]     prints wall, user and system seconds, and the peak RSS in bytes
//
// The kernel counts the memory of whoever starts a program as the program's own peak, up to its
// exec; this one is as small as can be, and what prints at its end goes to stderr.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

namespace {

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: spent COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const double begin = now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) {
    std::perror("spent");
    return 2;
  }
  std::fprintf(stderr, "spent %.6f %.6f %.6f %ld\n", now() - begin, seconds(usage.ru_utime),
               seconds(usage.ru_stime), usage.ru_maxrss * 1024);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
