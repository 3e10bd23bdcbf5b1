#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/waivers.hpp"

// Any text is waivers, or a configuration error; and what is read is what is written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto waivers = config::read_waivers(text, "waivers.toml");
  if (!waivers && waivers.error().code != Code::config) std::abort();
  if (!waivers) return 0;
  for (Waiver waiver : *waivers) {
    const auto again = config::read_waivers(config::to_toml(waiver), "again");
    if (!again || again->size() != 1) std::abort();
    waiver.origin = again->front().origin;
    if (!(waiver == again->front())) std::abort();
  }
  return 0;
}
