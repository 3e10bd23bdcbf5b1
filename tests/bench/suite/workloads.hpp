#pragma once
// What the suite decodes, and what must come of it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "layout.hpp"

namespace mainframe {

/// The JSON text of `records` records made from `suite_seed`.
struct Expected {
  std::size_t records;
  std::size_t size;
  std::uint64_t digest;
};

struct Workload {
  std::string name;
  Layout layout;
  std::vector<Expected> expected;
};

inline constexpr std::uint64_t suite_seed = 37;

/// `display`, a customer's account: mostly text and zoned decimals, 212 bytes.
/// `comp3`, a ledger: an identifier and packed decimals, 148 bytes.
std::vector<Workload> workloads();

/// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t digest(std::string_view text);

}  // namespace mainframe
