#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/perf.hpp"

// Any text is a perf.json or an error; what was read is written so that it reads as the same
// values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto keys = perf_keys(text, "perf.json");
  if (!keys) return 0;
  const auto perf = read_perf(text, "perf.json", perf_schema(*keys), "schema");
  if (!perf) return 0;
  const auto again = read_perf(perf_json(*perf), "written", perf_schema(*keys), "schema");
  if (!again || again->values != perf->values) std::abort();
  return 0;
}
