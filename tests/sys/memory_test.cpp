#include "sys/memory.hpp"

#include <doctest/doctest.h>

namespace perfgate::sys {
namespace {

TEST_CASE("the memory that is available is known and no wild number") {
  CHECK(available_memory() > 1'000'000);
  CHECK(available_memory() < (std::uint64_t{1} << 50));
}

}  // namespace
}  // namespace perfgate::sys
