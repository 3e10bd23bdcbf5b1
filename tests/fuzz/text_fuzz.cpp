#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/decimal.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

// The small readers: decimals, times, JSON, UTF-8, globs and suggestions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = Decimal::parse(text)) {
    // 7e400 is written with 401 digits, which is more than is read.
    if (const auto again = Decimal::parse(value->text()); again && *again != *value) std::abort();
    (void)value->to_double();
    (void)value->fixed(2);
    if (!(*value * Decimal(3)).is_multiple_of(*value) && value->sign() != 0) std::abort();
  }
  // A year beyond 9999 has no text of RFC 3339: an offset at the ends may lead there.
  if (const auto time = time_from_text(text))
    if (const auto again = time_from_text(to_text(*time)); again && *again != *time) std::abort();
  if (!is_utf8(safe_text(text, size)) || display_width(text) > 2 * size) std::abort();
  const std::size_t middle = size / 2;
  const std::string_view candidates[] = {"display_gibs", text.substr(middle)};
  (void)nearest(text.substr(0, middle), candidates);
  const Scrubber scrubber = scrubber_for(text.substr(0, middle), "host", {});
  (void)scrubber.scrub(text);
  return 0;
}
