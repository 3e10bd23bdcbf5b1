#include "sys/pressure.hpp"

#include <unistd.h>

#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

/// "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345", in microseconds.
std::optional<double> total_of(const Result<std::string>& pressure) {
  if (!pressure) return std::nullopt;
  const std::string_view some = std::string_view(*pressure).substr(0, pressure->find('\n'));
  const std::size_t at = some.find("total=");
  if (!some.starts_with("some ") || at == some.npos) return std::nullopt;
  const std::string_view digits = some.substr(at + 6);
  double microseconds = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), microseconds);
  if (error != std::errc()) return std::nullopt;
  return microseconds * 1e-6;
}

/// The path of our group in the unified hierarchy: the line "0::/path" of /proc/self/cgroup.
std::optional<std::string> unified_group(const HostSource& source) {
  const auto groups = read_file(source.root + "/proc/self/cgroup", 1 << 20);
  if (!groups) return std::nullopt;
  for (std::size_t at = 0; at < groups->size();) {
    const std::size_t end = std::min(groups->find('\n', at), groups->size());
    const std::string_view line = std::string_view(*groups).substr(at, end - at);
    if (line.starts_with("0::/")) return std::string(line.substr(3));
    at = end + 1;
  }
  return std::nullopt;
}

/// The eighth figure of the first line of /proc/stat, in clock ticks, as seconds.
double stolen_seconds(const HostSource& source) {
  const auto stat = read_file(source.root + "/proc/stat", 1 << 20);
  if (!stat || !stat->starts_with("cpu ")) return 0;
  std::istringstream figures(stat->substr(4, stat->find('\n') - 4));
  double stolen = 0;
  for (int i = 0; i < 8; ++i)
    if (!(figures >> stolen)) return 0;
  return stolen / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<double> waited_here(const HostSource& source) {
  constexpr std::uint64_t limit = 1 << 16;
  if (const auto group = unified_group(source); group && *group != "/") {
    const auto own =
        total_of(read_file(source.root + "/sys/fs/cgroup" + *group + "/cpu.pressure", limit));
    if (own) return own;
  }
  return total_of(read_file(source.root + "/proc/pressure/cpu", limit));
}

}  // namespace

std::optional<double> cpu_wait_seconds(const HostSource& source) {
  auto waited = waited_here(source);
  if (waited) *waited += stolen_seconds(source);
  return waited;
}

}  // namespace perfgate::sys
