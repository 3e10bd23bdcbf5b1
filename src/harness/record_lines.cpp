#include "harness/record_lines.hpp"

#include <fmt/format.h>

#include <string>

#include "base/text.hpp"

namespace perfgate::harness {
namespace {

constexpr std::size_t piece_size = 256 * 1024;
constexpr std::size_t longest_line = 1024 * 1024;

}  // namespace

Result<void> read_lines(Document& document, const std::function<Result<void>(const Line&)>& use) {
  std::string buffer(piece_size, '\0');
  std::size_t filled = 0;   // so much of it is text
  std::size_t begin = 0;    // of the line that is not yet handed on
  std::size_t scanned = 0;  // from there to here is no end of line
  std::size_t number = 0;
  const auto hand_on = [&](std::string_view text, bool ended) -> Result<void> {
    ++number;
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (number == 1 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")))
      return fail(Code::parse, fmt::format("{}:1: the text is UTF-16", document.name),
                  "write it as UTF-8");
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (trim(text).empty()) return {};
    return use({.text = text, .number = number, .ended = ended});
  };
  while (true) {
    const std::string_view text(buffer.data(), filled);
    const std::size_t end = text.find('\n', scanned);
    if (end != text.npos) {
      CHECKED(hand_on(text.substr(begin, end - begin), true));
      begin = scanned = end + 1;
      continue;
    }
    scanned = filled;
    if (filled - begin > longest_line)
      return fail(Code::parse,
                  fmt::format("{}:{}: the line is longer than 1 MiB", document.name, number + 1),
                  "one record a line: does it end in LF?");
    if (filled == buffer.size()) {
      buffer.erase(0, begin);
      filled = scanned = buffer.size();
      begin = 0;
      buffer.resize(filled + piece_size);
    }
    TRY(const std::size_t count, document.read(std::span(buffer).subspan(filled)));
    if (count == 0 && filled > begin)
      return hand_on(std::string_view(buffer).substr(begin, filled - begin), false);
    if (count == 0) return {};
    filled += count;
  }
}

}  // namespace perfgate::harness
