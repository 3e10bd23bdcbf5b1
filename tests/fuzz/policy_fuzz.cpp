#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/policy.hpp"

// Any text is a policy, or a configuration error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = perfgate::config::read_policy(text, "thresholds.toml");
  if (!policy && policy.error().code != perfgate::Code::config) std::abort();
  return 0;
}
