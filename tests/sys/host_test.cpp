#include "sys/host.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

/// A machine made of files.
class Machine {
 public:
  Machine() : directory_(test::temporary()) {}
  Machine& file(const std::string& path, std::string_view text) {
    const std::string whole = directory_.path() + path;
    REQUIRE(make_directories(std::filesystem::path(whole).parent_path().string()));
    REQUIRE(write_file_atomic(whole, text));
    return *this;
  }
  HostSource source(Environment environment = {}) const {
    return {.root = directory_.path(),
            .environment = std::move(environment),
            .allowed_cores = 8,
            .arch = "x86_64",
            .kernel = "6.1.0"};
  }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("an x64 machine is told by its model cores image and governor") {
  Machine machine;
  machine.file("/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD  EPYC 7763 64-Core Processor \n")
      .file("/etc/os-release", "NAME=\"Ubuntu\"\nPRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\n")
      .file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  const Fingerprint print = read_fingerprint(machine.source());
  CHECK(print == Fingerprint{.cpu_model = "AMD EPYC 7763 64-Core Processor",
                             .cores = 8,
                             .arch = "x86_64",
                             .os_image = "Ubuntu 24.04.1 LTS",
                             .kernel = "6.1.0",
                             .compiler = {},
                             .flags = {},
                             .governor = "powersave",
                             .container = {},
                             .instance = {}});
}

// AC:machine-instance
TEST_CASE("one boot of one machine is told from another without naming either") {
  Machine machine, again, other;
  machine.file("/proc/sys/kernel/random/boot_id", "7f8f2c3e-0000-4000-8000-000000000001\n");
  again.file("/proc/sys/kernel/random/boot_id", "7f8f2c3e-0000-4000-8000-000000000001\n");
  other.file("/proc/sys/kernel/random/boot_id", "7f8f2c3e-0000-4000-8000-000000000002\n");
  const auto instance = read_fingerprint(machine.source()).instance;
  REQUIRE(instance);
  CHECK(instance->size() == 16);
  CHECK(!instance->contains("7f8f"));
  CHECK(read_fingerprint(again.source()).instance == instance);
  CHECK(read_fingerprint(other.source()).instance != instance);
}

TEST_CASE("the image of a hosted runner is told with its version") {
  Machine machine;
  machine.file("/etc/os-release", "PRETTY_NAME='x'\nPRETTY_NAME=\"Ubuntu 24.04\"\n");
  CHECK(read_fingerprint(machine.source({{"ImageOS", "ubuntu24"}, {"ImageVersion", "20261101.1"}}))
            .os_image == "'x' (ubuntu24 20261101.1)");
}

TEST_CASE("an arm64 machine without a model name is told by its part") {
  Machine known, unknown, board;
  known.file("/proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
  unknown.file("/proc/cpuinfo", "CPU implementer\t: 0x99\nCPU part\t: 0x001\n");
  board.file("/proc/cpuinfo", "Model\t: Raspberry Pi 5\n");
  CHECK(read_fingerprint(known.source()).cpu_model == "ARM Neoverse-N1");
  CHECK(read_fingerprint(unknown.source()).cpu_model == "arm implementer 0x99 part 0x001");
  CHECK(read_fingerprint(board.source()).cpu_model == "Raspberry Pi 5");
}

TEST_CASE("cores are what control groups of either version and all above leave") {
  Machine second, above, first, unlimited;
  second.file("/proc/self/cgroup", "0::/a/b\n")
      .file("/sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
  above.file("/proc/self/cgroup", "0::/a/b\n")
      .file("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n")
      .file("/sys/fs/cgroup/a/cpu.max", "400000 100000\n");
  first.file("/proc/self/cgroup", "3:cpuset:/\n1:cpu,cpuacct:/docker/x\nnonsense\n")
      .file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n")
      .file("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  unlimited.file("/proc/self/cgroup", "1:cpu:/\n")
      .file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n")
      .file("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK(read_fingerprint(second.source()).cores == 2);
  CHECK(read_fingerprint(above.source()).cores == 4);
  CHECK(read_fingerprint(first.source()).cores == 1);
  CHECK(read_fingerprint(unlimited.source()).cores == 8);
}

TEST_CASE("a container is told by its kind and never by its name") {
  Machine docker, podman, pod, plain;
  docker.file("/.dockerenv", "");
  podman.file("/run/.containerenv", "name=\"secret-name\"");
  pod.file("/proc/1/cgroup", "0::/kubepods/burstable/pod1234\n");
  CHECK(read_fingerprint(docker.source()).container == "docker");
  CHECK(read_fingerprint(podman.source()).container == "podman");
  CHECK(read_fingerprint(pod.source()).container == "kubepods");
  CHECK(read_fingerprint(plain.source({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}})).container ==
        "kubernetes");
  CHECK(read_fingerprint(plain.source({{"container", "lxc"}})).container == "lxc");
  CHECK(!read_fingerprint(plain.source()).container);
}

TEST_CASE("what cannot be read is absent") {
  Machine empty;
  empty.file("/proc/cpuinfo", "model name\t:  \n").file("/etc/os-release", "");
  const Fingerprint print = read_fingerprint(empty.source());
  CHECK(!print.cpu_model);
  CHECK(!print.os_image);
  CHECK(!print.governor);
}

// AC:no-names
TEST_CASE("the fingerprint of this machine names neither the host nor a user") {
  const Fingerprint print = read_fingerprint({});
  CHECK(print.cores.value() >= 1);
  CHECK(!print.arch.value().empty());
  CHECK(!print.kernel.value().empty());
  if (host_name().size() >= 4)
    for (const auto& text : {print.cpu_model, print.arch, print.os_image, print.kernel,
                             print.governor, print.container})
      CHECK(!text.value_or("").contains(host_name()));
}

TEST_CASE("a busy machine and a changing clock are hints") {
  Machine machine;
  machine.file("/proc/loadavg", "4.10 1.00 0.50 2/345 6789\n");
  REQUIRE(noise_hints(machine.source()).size() == 1);
  CHECK(noise_hints(machine.source())[0] ==
        "the machine was busy at the start: load average 4.1 on 8 cores");
  machine.file("/proc/loadavg", "3.90 1.00 0.50 2/345 6789\n")
      .file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n")
      .file("/sys/devices/system/cpu/cpufreq/boost", "1\n");
  CHECK(noise_hints(machine.source()).size() == 2);
  machine.file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n")
      .file("/sys/devices/system/cpu/cpufreq/boost", "0\n");
  CHECK(noise_hints(machine.source()).empty());
}

}  // namespace
}  // namespace perfgate::sys
