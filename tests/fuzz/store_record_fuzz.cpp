#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/record.hpp"

// Any line is a record or an error. Most lines fail at their checksum, so the input is also taken
// as the key and the value of a record, which must come back as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate::store;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto record = read_line(text, "log:1")) {
    const std::string line = to_line(*record);
    if (!read_line(std::string_view(line).substr(0, line.size() - 1), "written")) std::abort();
  }
  Record record{.seq = static_cast<std::int64_t>(size),
                .prev = std::string(no_record),
                .key = std::string(text.substr(0, size / 2)),
                .value = std::string(text.substr(size / 2))};
  const std::string line = to_line(record);
  const auto again = read_line(std::string_view(line).substr(0, line.size() - 1), "written");
  if (!again || again->key != record.key || again->value != record.value ||
      again->sha256 != record.sha256)
    std::abort();
  return 0;
}
