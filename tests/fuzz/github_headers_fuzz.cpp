#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "github/headers.hpp"

using namespace perfgate::github;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // What next_link finds stands in the header between < and >.
  if (const auto next = next_link(text); next && !text.contains("<" + *next + ">")) std::abort();
  constexpr std::int64_t now = 1'800'000'000, ten_thousand_years = 400'000'000'000;
  if (const auto date = http_date(text);
      date && (*date > ten_thousand_years || *date < -ten_thousand_years))
    std::abort();
  const auto wait = retry_after(text, now);
  if (wait.has_value() == text.empty()) std::abort();
  if (wait && (wait->count() < 1 || wait->count() > 86'400)) std::abort();
  return 0;
}
