#include "sys/pressure.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/temporary.hpp"

using namespace perfgate;

namespace {

void write(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

constexpr std::string_view pressure(bool own) {
  return own ? "some avg10=1.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 total=9\n"
             : "some avg10=0.00 avg60=0.00 avg300=0.00 total=7000000\n";
}

}  // namespace

// AC:contention-measured
TEST_CASE("waiting for a processor is told of our own group where it can be") {
  const auto root = test::temporary();
  CHECK_FALSE(sys::cpu_wait_seconds({.root = root.path()}));
  write(root.path() + "/proc/pressure/cpu", pressure(false));
  CHECK(sys::cpu_wait_seconds({.root = root.path()}) == 7.0);
  write(root.path() + "/proc/self/cgroup", "1:cpu:/x\n0::/ci/job\n");
  CHECK(sys::cpu_wait_seconds({.root = root.path()}) == 7.0);
  write(root.path() + "/sys/fs/cgroup/ci/job/cpu.pressure", pressure(true));
  CHECK(sys::cpu_wait_seconds({.root = root.path()}) == 2.5);
}

TEST_CASE("what a hypervisor gave to others is waiting too") {
  const auto root = test::temporary();
  write(root.path() + "/proc/pressure/cpu", pressure(false));
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  write(root.path() + "/proc/stat", "cpu  1 2 3 4 5 6 7 250 9 10\ncpu0 1 2 3 4 5 6 7 125 9 10\n");
  CHECK(sys::cpu_wait_seconds({.root = root.path()}) == 7.0 + 250 / ticks);
  for (const std::string_view text :
       {"", "cpu  1 2 3 4 5 6 7\n", "intr 1 2 3 4 5 6 7 8\n", "cpu x\n"}) {
    write(root.path() + "/proc/stat", text);
    CHECK(sys::cpu_wait_seconds({.root = root.path()}) == 7.0);
  }
}

TEST_CASE("a pressure file of another shape says nothing") {
  const auto root = test::temporary();
  for (const std::string_view text : {"", "full avg10=0.00 total=9\n", "some total=\n", "some\n"}) {
    write(root.path() + "/proc/pressure/cpu", text);
    CHECK_FALSE(sys::cpu_wait_seconds({.root = root.path()}));
  }
}
