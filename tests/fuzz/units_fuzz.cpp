#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/units.hpp"
#include "model/names.hpp"

using namespace perfgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto quantity = parse_quantity(text))
    (void)render(quantity->in_base().to_double(), quantity->unit->base);
  // What is written is read again as the same.
  if (const auto value = Decimal::parse(text))
    if (const auto again = Decimal::parse(value->text()); again && *again != *value) std::abort();
  if (!Identifier::make(Identifier::from_name(text).text())) std::abort();
  if (!is_utf8(repair_utf8(text)) || !is_utf8(safe_lines(text, size))) std::abort();
  if (count_code_points(safe_text(text, 50)) > 50 || !Title::make(safe_text(text, 50)))
    std::abort();
  const std::size_t middle = size / 2;
  (void)glob_matches(text.substr(0, middle), text.substr(middle));
  return 0;
}
