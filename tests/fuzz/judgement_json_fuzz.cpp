#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/judgement_json.hpp"

// Any text is a judgement, a promotion or an error; what was read is written so that it can be read
// again, and then is written the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto written = [](const Judgement& judgement) {
    std::string result;
    write_judgement(judgement, [&](std::string_view piece) { result += piece; });
    return result;
  };
  if (const auto judgement = read_judgement(text, "judgement.json")) {
    const std::string once = written(*judgement);
    const auto again = read_judgement(once, "written");
    if (!again || written(*again) != once) std::abort();
  }
  if (const auto promotion = read_promotion(text, "promotion")) {
    const std::string once = to_json(*promotion);
    const auto again = read_promotion(once, "written");
    if (!again || to_json(*again) != once) std::abort();
  }
  return 0;
}
