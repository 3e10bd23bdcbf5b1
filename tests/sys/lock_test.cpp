#include "sys/lock.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

/// Another process that holds the lock until it is killed.
class Holder {
 public:
  explicit Holder(const std::string& directory) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      const auto locks = lock_host({directory});
      const bool told = locks && ::write(ends[1], "x", 1) == 1;
      while (told) ::pause();
      ::_exit(1);
    }
    char ready = 0;
    REQUIRE(::read(ends[0], &ready, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Holder() { end(); }
  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

// AC:host-lock
TEST_CASE("a lock that another process holds is refused with its pid until that has died") {
  const auto directory = test::temporary();
  Holder holder(directory.path());
  const auto refused = lock_host({directory.path()});
  REQUIRE(!refused);
  CHECK(refused.error().code == Code::host_busy);
  CHECK(refused.error().message == "another perfgate is measuring on this host: process " +
                                       std::to_string(holder.pid()) + " holds the lock " +
                                       directory.path() + "/perfgate.lock");
  CHECK(refused.error().hint == "wait until it has ended, or end it");
  holder.end();
  CHECK(lock_host({directory.path()}));
}

TEST_CASE("a lock that was given back can be taken again and holds no pid meanwhile") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/lock";
  {
    const auto lock = FileLock::take(path, Code::store, "the store is in use");
    REQUIRE(lock);
    CHECK(read_file(path, 100) == std::to_string(::getpid()) + "\n");
    CHECK(FileLock::take(path, Code::store, "the store is in use").error().code == Code::store);
  }
  CHECK(read_file(path, 100) == "");
  CHECK(FileLock::take(path, Code::store, "the store is in use"));
}

TEST_CASE("one directory in which a lock can be had is enough and none is an error") {
  const auto directory = test::temporary();
  CHECK(lock_host({"/nowhere", directory.path()})->size() == 1);
  const auto none = lock_host({"/nowhere"});
  REQUIRE(!none);
  CHECK(none.error().message ==
        "opening the lock /nowhere/perfgate.lock: No such file or directory");
}

TEST_CASE("a lock does not follow a symbolic link") {
  const auto directory = test::temporary();
  REQUIRE(::symlink("elsewhere", (directory.path() + "/lock").c_str()) == 0);
  CHECK(FileLock::take(directory.path() + "/lock", Code::store, "in use").error().code == Code::io);
}

}  // namespace
}  // namespace perfgate::sys
