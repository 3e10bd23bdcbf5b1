#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/exported.hpp"

// Any line is a record or an error; a record that was read is written as a line that reads the
// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate::store;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = read_record_line(text, "file:1");
  if (!read) return 0;
  const std::string line =
      record_line({.kind = read->kind, .key = read->key, .at = read->at, .value = read->value});
  const auto again = read_record_line(line, "file:1");
  if (!again || again->key != read->key || again->value != read->value) std::abort();
  return 0;
}
