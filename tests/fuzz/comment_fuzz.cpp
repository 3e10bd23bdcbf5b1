#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "report/comment.hpp"

// A comment that anybody may have edited is read within bounds, and what is made of it stays within
// its bytes; any template is one or a configuration error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string marker = report::marker_line({.id = std::string(64, '0')}) + "\n";
  if (const auto comment = report::read_state(marker + std::string(text))) {
    const auto again =
        report::comment_text(*comment, {.page = "{{verdict}}{{results}}{{history}}"});
    if (!again || again->size() > report::comment_bytes) std::abort();
    if (!report::read_state(*again)) std::abort();
  }
  const auto checked = report::check_template(text, "x");
  if (!checked && checked.error().code != Code::config) std::abort();
  return 0;
}
