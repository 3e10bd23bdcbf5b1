// How long a program that does nothing takes from start to end: perfgate beside others, in one run.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <string>
#include <vector>

extern char** environ;

namespace {

void start(benchmark::State& state, std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0);
  for (auto _ : state) {
    pid_t child = 0;
    int status = 0;
    if (::posix_spawnp(&child, arguments[0], &silent, nullptr, arguments.data(), environ) != 0 ||
        ::waitpid(child, &status, 0) != child || status != 0) {
      state.SkipWithError("the program cannot be run");
      break;
    }
  }
  posix_spawn_file_actions_destroy(&silent);
}

BENCHMARK_CAPTURE(start, perfgate, {PERFGATE_BINARY, "--version"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(start, git, {"git", "--version"})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(start, nothing, {"true"})->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
