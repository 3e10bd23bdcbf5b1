#include "sys/memory.hpp"

#include <malloc.h>

#include <charconv>
#include <optional>
#include <string>

#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

/// The first number after `key`; kernels write one fact a line.
std::optional<std::uint64_t> memory_number(const std::string& path, std::string_view key) {
  const auto text = read_file(path, 1 << 16);
  if (!text) return std::nullopt;
  std::size_t at = text->find(key);
  if (at == text->npos) return std::nullopt;
  at = text->find_first_of("0123456789", at + key.size());
  if (at == text->npos) return std::nullopt;
  std::uint64_t number = 0;
  if (std::from_chars(text->data() + at, text->data() + text->size(), number).ec != std::errc())
    return std::nullopt;
  return number;
}

}  // namespace

std::uint64_t available_memory() {
  std::uint64_t available = 0;
  if (const auto kilobytes = memory_number("/proc/meminfo", "MemAvailable:"))
    available = *kilobytes * 1024;
  const auto limit = memory_number("/sys/fs/cgroup/memory.max", "");
  const auto used = memory_number("/sys/fs/cgroup/memory.current", "");
  if (!limit || !used) return available;
  const std::uint64_t left = *limit > *used ? *limit - *used : 0;
  return available == 0 || left < available ? left : available;
}

void share_heaps(int heaps) {
#ifdef __GLIBC__
  static_cast<void>(::mallopt(M_ARENA_MAX, heaps));  // takes any number
#else
  static_cast<void>(heaps);
#endif
}

void give_back_memory() {
#ifdef __GLIBC__
  static_cast<void>(::malloc_trim(0));  // whether anything was given back makes no difference
#endif
}

}  // namespace perfgate::sys
