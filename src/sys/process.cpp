#include "sys/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <limits>
#include <mutex>
#include <system_error>

#include "sys/descendants.hpp"
#include "sys/fd.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int pipe_size = 1 << 20;
/// After reading we let the pipes fill for a while, so that a chatty child does not wake us a
/// thousand times a second; the less comes, the longer.
constexpr Clock::duration shortest_pause = 250us, longest_pause = 100ms;
constexpr auto survivor_grace = 100ms;
constexpr auto kill_patience = 2s;

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe(int flags) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | flags) != 0) return io_error("making", "a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

/// One of the two streams of the child, at our end.
class Receiver {
 public:
  static Result<Receiver> make(const Stream& stream) {
    Receiver receiver(stream);
    if (stream.to == Stream::To::nowhere) {
      receiver.child_ = Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
      if (!receiver.child_) return io_error("opening", "/dev/null", errno);
    } else if (stream.to != Stream::To::join) {
      TRY(Pipe pipe, make_pipe(0));
      ::fcntl(pipe.write.get(), F_SETPIPE_SZ, pipe_size);
      ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
      // An unprivileged user may have used up what pipes may take together.
      const int capacity = ::fcntl(pipe.read.get(), F_GETPIPE_SZ);
      if (capacity > 0) receiver.capacity_ = static_cast<std::size_t>(capacity);
      receiver.pipe_ = std::move(pipe.read);
      receiver.child_ = std::move(pipe.write);
    }
    if (stream.to == Stream::To::file) {
      receiver.file_ =
          Fd(::open(stream.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
      if (!receiver.file_) return io_error("writing", stream.path, errno);
      receiver.buffer_.resize(256 * 1024);
    }
    return receiver;
  }

  int child_fd() const { return child_.get(); }
  void close_child_end() { child_.reset(); }
  int pipe_fd() const { return pipe_.get(); }
  std::size_t capacity() const { return capacity_; }  ///< of the pipe

  /// Takes what lies in the pipe now, not what goes on to be written; how much it was.
  Result<std::size_t> drain() {
    std::size_t taken = 0;
    while (pipe_ && taken < capacity_) {
      TRY(const std::size_t got, take());
      if (got == 0) break;
      taken += got;
    }
    return taken;
  }

  Diagnostics take_kept() { return std::move(kept_); }
  std::uint64_t total() const { return total_; }
  bool cut() const { return file_ && total_ > written_; }

 private:
  explicit Receiver(const Stream& stream) : stream_(stream), kept_(stream.head, stream.tail) {}

  /// Takes one piece; how large it was. At the end of the stream the pipe is closed.
  Result<std::size_t> take() {
    const std::span<char> room = file_ ? std::span(buffer_) : kept_.room();
    const ssize_t got = ::read(pipe_.get(), room.data(), room.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (got <= 0) {
      pipe_.reset();
      return 0;
    }
    const auto count = static_cast<std::size_t>(got);
    total_ += count;
    if (!file_) {
      kept_.filled(count);
      return count;
    }
    const std::size_t wanted = std::min<std::uint64_t>(count, stream_.limit - written_);
    for (std::size_t done = 0; done < wanted;) {
      const ssize_t written = ::write(file_.get(), buffer_.data() + done, wanted - done);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return io_error("writing what was printed to", stream_.path, errno);
      done += static_cast<std::size_t>(written);
    }
    written_ += wanted;
    return count;
  }

  Stream stream_;
  Fd pipe_, child_, file_;
  std::vector<char> buffer_;
  Diagnostics kept_;
  std::uint64_t total_ = 0, written_ = 0;
  std::size_t capacity_ = 64 * 1024;
};

/// What the child tells of its failure before exec.
struct StartFailure {
  int error = 0;
  bool in_chdir = false;
};

/// All that the child needs between fork and exec, where it may neither allocate nor lock.
struct Image {
  std::string program;
  std::vector<char*> argv, environment;
  std::vector<std::string> entries;
  const char* cwd = nullptr;
  int fds[3] = {-1, -1, -1};
  int go = -1, failure = -1;
  pid_t parent = 0;
};

[[noreturn]] void become(const Image& image) {
  StartFailure failure;
  ::setsid();
  // Should perfgate itself be killed, the child goes with it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != image.parent) ::_exit(127);
  char go = 0;
  while (::read(image.go, &go, 1) < 0 && errno == EINTR) {
  }
  struct sigaction normal{};
  normal.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &normal, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  // Away from 0 to 2 first, in case ours were closed and these took their places.
  int above[3];
  for (int i = 0; i < 3; ++i) above[i] = ::fcntl(image.fds[i], F_DUPFD_CLOEXEC, 3);
  const int report = ::fcntl(image.failure, F_DUPFD_CLOEXEC, 3);
  for (int i = 0; i < 3; ++i) ::dup2(above[i], i);
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);

  if (image.cwd != nullptr && ::chdir(image.cwd) != 0)
    failure = {errno, true};
  else {
    ::execve(image.program.c_str(), image.argv.data(), image.environment.data());
    failure = {errno, false};
  }
  while (::write(report, &failure, sizeof failure) < 0 && errno == EINTR) {
  }
  ::_exit(127);
}

Error start_error(const Command& command, StartFailure failure) {
  const std::string reason = std::generic_category().message(failure.error);
  if (failure.in_chdir)
    return {Code::process_failed,
            fmt::format("starting `{}` in {}: {}", command.argv[0], command.cwd, reason),
            "correct the suite's cwd"};
  return {Code::process_failed, fmt::format("starting `{}`: {}", command.argv[0], reason),
          failure.error == ENOEXEC ? "a script needs a first line such as #!/bin/sh" : ""};
}

std::int64_t nanoseconds(const timeval& time) {
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_usec * std::int64_t{1'000};
}

void account(Outcome& outcome, int status, const rusage& usage) {
  if (WIFEXITED(status))
    outcome.exit_code = WEXITSTATUS(status);
  else
    outcome.signal = WTERMSIG(status);
  outcome.user_ns = nanoseconds(usage.ru_utime);
  outcome.system_ns = nanoseconds(usage.ru_stime);
  outcome.peak_rss_bytes = std::int64_t{usage.ru_maxrss} * 1024;
  outcome.minor_faults = usage.ru_minflt;
  outcome.major_faults = usage.ru_majflt;
  outcome.voluntary_switches = usage.ru_nvcsw;
  outcome.involuntary_switches = usage.ru_nivcsw;
}

struct Started {
  pid_t pid = 0;
  Fd end;  // a pidfd
  Counters counters;
  Clock::time_point at;
};

Result<Started> start(const Command& command, Receiver& output, Receiver& errors) {
  Image image;
  TRY(image.program,
      find_program(command.argv.empty() ? "" : command.argv[0], command.cwd, command.environment));
  // The child looks from its cwd, we looked from ours.
  if (!command.cwd.empty() && !image.program.starts_with('/') && !command.cwd.starts_with('/'))
    image.program.erase(0, command.cwd.size() + 1);
  for (const std::string& argument : command.argv)
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): execve takes them so, and changes none
    image.argv.push_back(const_cast<char*>(argument.c_str()));
  image.argv.push_back(nullptr);
  for (const auto& [name, value] : command.environment)
    image.entries.push_back(fmt::format("{}={}", name, value));
  for (std::string& entry : image.entries) image.environment.push_back(entry.data());
  image.environment.push_back(nullptr);
  if (!command.cwd.empty()) image.cwd = command.cwd.c_str();
  image.parent = ::getpid();

  const std::string input = command.input.empty() ? "/dev/null" : command.input;
  const Fd given(::open(input.c_str(), O_RDONLY | O_CLOEXEC));
  if (!given) return io_error("opening", input, errno);
  TRY(Pipe go, make_pipe(0));
  TRY(Pipe failed, make_pipe(0));
  const int output_fd = output.child_fd();
  image.fds[0] = given.get();
  image.fds[1] = output_fd;
  image.fds[2] = errors.child_fd() >= 0 ? errors.child_fd() : output_fd;
  image.go = go.read.get();
  image.failure = failed.write.get();

  const pid_t pid = ::fork();
  if (pid < 0)
    return fail(
        Code::process_failed,
        fmt::format("starting `{}`: {}", command.argv[0], std::generic_category().message(errno)),
        "the machine has too many processes or too little memory");
  if (pid == 0) become(image);
  output.close_child_end();
  errors.close_child_end();
  failed.write.reset();

  Fd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!end) {
    const int error = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return fail(Code::process_failed,
                fmt::format("watching `{}`: pidfd_open: {}", command.argv[0],
                            std::generic_category().message(error)),
                "perfgate needs Linux 5.3 or later, and a sandbox that permits pidfd_open");
  }
  Counters counters(pid);
  const auto at = Clock::now();
  if (::write(go.write.get(), "g", 1) < 0) errno = 0;  // it was killed: its end will be seen

  StartFailure failure;
  ssize_t told;
  do told = ::read(failed.read.get(), &failure, sizeof failure);
  while (told < 0 && errno == EINTR);
  if (told == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    return std::unexpected(start_error(command, failure));
  }
  return Started{.pid = pid, .end = std::move(end), .counters = std::move(counters), .at = at};
}

/// When to do what to a process that does not end by itself.
class Schedule {
 public:
  Schedule(const Watch& watch, Clock::time_point begin)
      : watch_(watch),
        deadline_(watch.timeout < std::chrono::hours(24 * 365) ? begin + watch.timeout : never),
        next_tick_(watch.tick ? begin + watch.tick_every : never) {}

  static constexpr auto never = Clock::time_point::max();

  void advance(Clock::time_point now, pid_t child, Descendants& descendants, Outcome& outcome) {
    if (now >= next_tick_) {
      watch_.tick();
      next_tick_ = now + watch_.tick_every;
    }
    if (watch_.signals != nullptr && watch_.signals->count() > 0) {
      watch_.signals->clear_wake();
      if (!outcome.interrupted) terminate(now, child);
      outcome.interrupted = true;
      if (watch_.signals->count() > 1) kill_at_ = std::min(kill_at_, now);
    }
    if (now >= deadline_) {
      deadline_ = never;
      outcome.timed_out = !outcome.interrupted;
      terminate(now, child);
    }
    if (now >= kill_at_ && give_up_at_ == never) {
      outcome.survivors += descendants.kill_all(kill_patience, child);
      give_up_at_ = Clock::now() + kill_patience;
    }
  }

  void terminate(Clock::time_point now, pid_t child) {
    if (kill_at_ != never) return;
    ::kill(-child, SIGTERM);
    ::kill(-child, SIGCONT);
    kill_at_ = now + watch_.grace;
  }

  Clock::time_point next() const {
    const auto kill = give_up_at_ == never ? kill_at_ : give_up_at_;
    return std::min({deadline_, next_tick_, kill});
  }
  bool given_up(Clock::time_point now) const { return now >= give_up_at_; }

 private:
  const Watch& watch_;
  Clock::time_point deadline_, next_tick_, kill_at_ = never, give_up_at_ = never;
};

void wait_for(std::span<pollfd> polled, Clock::time_point until) {
  timespec time{};
  if (until != Schedule::never) {
    const auto left = std::max(Clock::duration::zero(), until - Clock::now());
    time = {.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count(),
            .tv_nsec = (left % 1s).count()};
  }
  if (::ppoll(polled.data(), polled.size(), until == Schedule::never ? nullptr : &time, nullptr) <=
      0)
    for (pollfd& fd : polled) fd.revents = 0;
}

}  // namespace

Result<Outcome> run_process(const Command& command, const Watch& watch) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);

  TRY(Receiver output, Receiver::make(command.output));
  TRY(Receiver errors, Receiver::make(command.errors));
  Descendants descendants;
  TRY(const Started child, start(command, output, errors));

  Outcome outcome;
  std::optional<Error> broken;  // what it prints can no longer be kept
  Schedule schedule(watch, child.at);
  const std::array receivers = {&output, &errors};
  Clock::time_point read_again = child.at;
  Clock::duration pause = shortest_pause;
  enum { ended, interrupted, first_stream };
  for (;;) {
    const auto now = Clock::now();
    schedule.advance(now, child.pid, descendants, outcome);
    if (schedule.given_up(now)) {
      return fail(outcome.interrupted ? Code::interrupted : Code::timeout,
                  fmt::format("`{}` (process {}) hangs in the kernel and could not be killed",
                              command.argv[0], child.pid),
                  "see the kernel's log (dmesg): a disk or network file system may not answer");
    }
    const bool reading = now >= read_again;
    std::array<pollfd, 4> polled = {
        pollfd{child.end.get(), POLLIN, 0},
        pollfd{watch.signals ? watch.signals->wake_fd() : -1, POLLIN, 0}};
    for (std::size_t i = 0; i < receivers.size(); ++i)
      polled[first_stream + i] = {reading ? receivers[i]->pipe_fd() : -1, POLLIN, 0};
    wait_for(polled, reading ? schedule.next() : std::min(schedule.next(), read_again));
    if (polled[ended].revents != 0) break;

    bool read = false;
    std::size_t fullest = 0;  // in sixteenths
    for (std::size_t i = 0; i < receivers.size(); ++i) {
      if (polled[first_stream + i].revents == 0) continue;
      const auto taken = receivers[i]->drain();
      if (taken) {
        read = true;
        fullest = std::max(fullest, *taken * 16 / receivers[i]->capacity());
      } else if (!broken) {
        broken = taken.error();
        schedule.terminate(now, child.pid);
      }
    }
    if (!read) continue;
    if (fullest >= 4) pause = std::max(pause / 2, shortest_pause);
    if (fullest < 1) pause = std::min(pause * 2, longest_pause);
    read_again = Clock::now() + pause;
  }

  outcome.wall_ns = std::chrono::nanoseconds(Clock::now() - child.at).count();
  int status = 0;
  rusage usage{};
  while (::wait4(child.pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  account(outcome, status, usage);
  outcome.counts = child.counters.read();

  const auto drain = [&] {
    for (Receiver* receiver : receivers)
      if (const auto drained = receiver->drain(); !drained && !broken) broken = drained.error();
  };
  drain();
  for (const auto until = Clock::now() + survivor_grace;
       descendants.any() && Clock::now() < until && !outcome.timed_out && !outcome.interrupted;) {
    std::array<pollfd, 0> none;
    wait_for(none, std::min(until, Clock::now() + 5ms));
    drain();
  }
  outcome.survivors += descendants.kill_all(kill_patience);
  drain();
  if (broken) return std::unexpected(*std::move(broken));

  outcome.output_bytes = output.total();
  outcome.errors_bytes = errors.total();
  outcome.output_cut = output.cut();
  outcome.errors_cut = errors.cut();
  outcome.output = output.take_kept();
  outcome.errors = errors.take_kept();
  return outcome;
}

}  // namespace perfgate::sys
