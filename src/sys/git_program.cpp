#include "sys/git_program.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>

#include "sys/process.hpp"

namespace perfgate::sys {
namespace {

constexpr std::size_t max_answer = std::size_t{1} << 30, max_errors = 256 * 1024;

}  // namespace

Result<GitAnswer> run_git(const Git& git, const GitCall& call) {
  Command command{.argv = {"git", "--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c",
                           "core.fsmonitor=false"},
                  .environment = git.environment,
                  .input = call.input,
                  .output = {.head = max_answer, .tail = 0},
                  .errors = {.head = max_errors / 2, .tail = max_errors / 2}};
  if (!call.output.empty())
    command.output = {.to = Stream::To::file,
                      .path = call.output,
                      .limit = std::numeric_limits<std::uint64_t>::max()};
  command.argv.insert(command.argv.end(), git.place.begin(), git.place.end());
  command.argv.insert(command.argv.end(), call.arguments.begin(), call.arguments.end());
  command.environment["LC_ALL"] = "C";
  command.environment["GIT_TERMINAL_PROMPT"] = "0";
  command.environment.erase("LANGUAGE");

  const std::string doing = fmt::format("running `git {}`", call.arguments.front());
  const auto ended = run_process(command, {.timeout = call.timeout});
  if (!ended && ended.error().code == Code::process_failed)
    return fail(Code::git, fmt::format("{}: {}", doing, ended.error().message),
                "install git (Debian, Ubuntu: apt-get install git), or put it on the PATH");
  if (!ended) return std::unexpected(ended.error());
  if (ended->timed_out)
    return fail(Code::git,
                fmt::format("{}: it did not end within {} s", doing,
                            std::chrono::duration_cast<std::chrono::seconds>(call.timeout).count()),
                "the remote or the network does not answer: try again");
  if (!ended->exit_code)
    return fail(Code::git, fmt::format("{}: it was ended by signal {}", doing, *ended->signal),
                "say it again; if it goes on, see the kernel's log (dmesg) for want of memory");
  return GitAnswer{.exit_code = *ended->exit_code,
                   .output = ended->output.text(),
                   .errors = ended->errors.text()};
}

}  // namespace perfgate::sys
