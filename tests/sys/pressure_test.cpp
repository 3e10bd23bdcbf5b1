#include "sys/pressure.hpp"

#include <doctest/doctest.h>

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

TEST_CASE("a pressure file of another shape says nothing") {
  const auto root = test::temporary();
  for (const std::string_view text : {"", "full avg10=0.00 total=9\n", "some total=\n", "some\n"}) {
    write(root.path() + "/proc/pressure/cpu", text);
    CHECK_FALSE(sys::cpu_wait_seconds({.root = root.path()}));
  }
}
