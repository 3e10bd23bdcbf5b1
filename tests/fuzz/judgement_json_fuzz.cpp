#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/history_json.hpp"
#include "model/judgement_json.hpp"

// Any text is a judgement, an entity of the history or an error; what was read is written so that
// it can be read again, and then is written the same.
namespace {

template <class E>
void same_again(std::string_view text,
                perfgate::Result<E> (*read)(std::string_view, std::string_view)) {
  const auto entity = read(text, "given");
  if (!entity) return;
  const std::string once = perfgate::to_json(*entity);
  const auto again = read(once, "written");
  if (!again || perfgate::to_json(*again) != once) std::abort();
}

}  // namespace

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
  same_again(text, read_baseline);
  same_again(text, read_incident);
  same_again(text, read_waiver);
  same_again(text, read_mark);
  same_again(text, read_audit_record);
  return 0;
}
