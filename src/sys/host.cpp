#include "sys/host.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/counted.hpp"
#include "base/hash.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

constexpr std::size_t longest = 200;

std::string_view without_quotes(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\"";
  const auto begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A text of the machine's, on one line of printable ASCII, or none.
std::optional<std::string> tidy(std::string_view text) {
  std::string result;
  for (const char c : without_quotes(text).substr(0, longest))
    if (c >= ' ' && c <= '~' && !(c == ' ' && result.ends_with(' '))) result += c;
  return result.empty() ? std::nullopt : std::optional(result);
}

std::optional<std::string> read(const HostSource& source, std::string_view path) {
  auto text = read_file(source.root + std::string(path), 4 << 20);
  return text ? std::optional(*std::move(text)) : std::nullopt;
}

// The value of the first line "key : value" or "key=value".
std::optional<std::string> value_of(const std::optional<std::string>& text, std::string_view key,
                                    char separator) {
  if (!text) return {};
  for (const std::string_view line : lines_of(*text)) {
    const auto at = line.find(separator);
    if (at != std::string_view::npos && without_quotes(line.substr(0, at)) == key)
      return tidy(line.substr(at + 1));
  }
  return {};
}

// The model's name; on arm64, which has none, who made it and which part it is, as lscpu's tables
// have them for the servers that are met in practice (Linux, arch/arm64/include/asm/cputype.h).
std::optional<std::string> cpu_model(const HostSource& source) {
  const auto info = read(source, "/proc/cpuinfo");
  if (auto name = value_of(info, "model name", ':')) return name;
  const auto maker = value_of(info, "CPU implementer", ':');
  const auto part = value_of(info, "CPU part", ':');
  if (!maker || !part) return value_of(info, "Model", ':');
  struct Part {
    std::string_view maker, part, name;
  };
  constexpr Part known[] = {
      {"0x41", "0xd03", "ARM Cortex-A53"},  {"0x41", "0xd08", "ARM Cortex-A72"},
      {"0x41", "0xd0b", "ARM Cortex-A76"},  {"0x41", "0xd0c", "ARM Neoverse-N1"},
      {"0x41", "0xd40", "ARM Neoverse-V1"}, {"0x41", "0xd49", "ARM Neoverse-N2"},
      {"0x41", "0xd4f", "ARM Neoverse-V2"}, {"0x6d", "0xd49", "Microsoft Azure Cobalt 100"},
      {"0xc0", "0xac3", "Ampere-1"},        {"0x61", "0x022", "Apple M1"},
  };
  for (const Part& row : known)
    if (row.maker == *maker && row.part == *part) return std::string(row.name);
  return fmt::format("arm implementer {} part {}", *maker, *part);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  text = without_quotes(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// The directories of a control group, from the process's own up to the root.
std::vector<std::string> upwards(std::string_view group) {
  std::vector<std::string> groups;
  for (std::string path(group); path.size() > 1; path.erase(path.rfind('/')))
    groups.push_back(path);
  groups.emplace_back();
  return groups;
}

// The least CPU time that a control group above us allows, in cores: version 2 has "quota period"
// in cpu.max, version 1 has two files.
std::optional<double> quota(const HostSource& source) {
  const auto membership = read(source, "/proc/self/cgroup");
  if (!membership) return {};
  std::optional<double> least;
  const auto take = [&](std::optional<double> granted, std::optional<double> period) {
    if (granted && period && *granted > 0 && *period > 0)
      least = std::min(least.value_or(*granted / *period), *granted / *period);
  };
  for (const std::string_view line : lines_of(*membership)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view group = line.substr(second + 1);
    if (controllers.empty()) {
      for (const std::string& path : upwards(group)) {
        const auto limit = read(source, "/sys/fs/cgroup" + path + "/cpu.max");
        if (!limit) continue;
        const auto space = limit->find(' ');
        if (space != std::string::npos)
          take(number(limit->substr(0, space)), number(limit->substr(space)));
      }
    } else if (fmt::format(",{},", controllers).find(",cpu,") != std::string::npos) {
      for (const std::string& path : upwards(group)) {
        const std::string directory = "/sys/fs/cgroup/cpu" + path;
        const auto granted = read(source, directory + "/cpu.cfs_quota_us");
        const auto period = read(source, directory + "/cpu.cfs_period_us");
        if (granted && period) take(number(*granted), number(*period));
      }
    }
  }
  return least;
}

std::optional<int> allowed_by_affinity() {
  // Larger machines than one cpu_set_t describes are asked with a larger one.
  for (std::size_t cpus = CPU_SETSIZE; cpus <= 1 << 16; cpus *= 4) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    const std::size_t size = CPU_ALLOC_SIZE(cpus);
    const bool answered = ::sched_getaffinity(0, size, set) == 0;
    const int count = answered ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (answered) return count;
    if (errno != EINVAL) break;
  }
  return {};
}

std::optional<int> cores(const HostSource& source) {
  std::optional<int> count = source.allowed_cores ? source.allowed_cores : allowed_by_affinity();
  if (!count) return {};
  if (const auto limit = quota(source))
    count = std::min(*count, std::max(1, static_cast<int>(std::ceil(*limit))));
  return count;
}

std::optional<std::string> os_image(const HostSource& source) {
  const auto release = read(source, "/etc/os-release");
  std::optional<std::string> name = value_of(release, "PRETTY_NAME", '=');
  const auto image = source.environment.find("ImageOS");
  const auto version = source.environment.find("ImageVersion");
  if (image == source.environment.end() || version == source.environment.end()) return name;
  return tidy(fmt::format("{} ({} {})", name.value_or("Linux"), image->second, version->second));
}

std::optional<std::string> governor(const HostSource& source) {
  const auto text = read(source, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  return text ? tidy(*text) : std::nullopt;
}

// The kernel draws a new boot id at random each time it starts: its digest tells one machine from
// another of the same class, and names neither.
std::optional<std::string> instance(const HostSource& source) {
  const auto boot = read(source, "/proc/sys/kernel/random/boot_id");
  if (!boot || without_quotes(*boot).empty()) return {};
  return sha256(fmt::format("perfgate instance {}", without_quotes(*boot))).substr(0, 16);
}

// Which kind of container, never its name.
std::optional<std::string> container(const HostSource& source) {
  if (read(source, "/.dockerenv")) return "docker";
  if (read(source, "/run/.containerenv")) return "podman";
  if (source.environment.contains("KUBERNETES_SERVICE_HOST")) return "kubernetes";
  const auto variable = source.environment.find("container");
  if (variable != source.environment.end()) return tidy(variable->second);
  const auto groups = read(source, "/proc/1/cgroup");
  for (const std::string_view kind : {"kubepods", "docker", "lxc", "containerd"})
    if (groups && groups->find(kind) != std::string::npos) return std::string(kind);
  return {};
}

}  // namespace

Fingerprint read_fingerprint(const HostSource& source) {
  utsname name{};
  const bool named = ::uname(&name) == 0;
  const auto or_kernel = [&](const std::optional<std::string>& given, const char* asked) {
    return given || !named ? given : tidy(asked);
  };
  return {.cpu_model = cpu_model(source),
          .cores = cores(source),
          .arch = or_kernel(source.arch, name.machine),
          .os_image = os_image(source),
          .kernel = or_kernel(source.kernel, name.release),
          .compiler = {},
          .flags = {},
          .governor = governor(source),
          .container = container(source),
          .instance = instance(source)};
}

std::vector<std::string> noise_hints(const HostSource& source) {
  std::vector<std::string> hints;
  const auto load_text = read(source, "/proc/loadavg");
  const double load =
      number(load_text ? load_text->substr(0, load_text->find(' ')) : "").value_or(0);
  const auto count = cores(source);
  if (count && load > *count / 2.0)
    hints.push_back(fmt::format("the machine was busy at the start: load average {:.1f} on {}",
                                load, counted(*count, "core")));
  const auto active = governor(source);
  if (active && *active != "performance")
    hints.push_back(fmt::format(
        "the CPU's clock follows its load (scaling governor `{}`): `performance` measures steadier",
        *active));
  const auto boost = read(source, "/sys/devices/system/cpu/cpufreq/boost");
  if (active && boost && without_quotes(*boost) == "1")
    hints.emplace_back("the CPU's boost is on: its clock depends on how warm it is");
  return hints;
}

}  // namespace perfgate::sys
