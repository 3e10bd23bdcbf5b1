#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.hpp"
#include "harness/criterion.hpp"
#include "harness/google_benchmark.hpp"
#include "harness/harness.hpp"
#include "harness/records.hpp"

namespace perfgate::harness {

std::span<const Harness> all() {
  static const std::array table = {
      google_benchmark(),
      criterion(),
      records(),
  };
  return table;
}

Result<Harness> find(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Harness& harness : all()) {
    if (harness.name == name) return harness;
    names.push_back(harness.name);
  }
  const auto likely = nearest(name, names);
  return fail(Code::usage, fmt::format("no harness is called `{}`", safe_text(name, 100)),
              likely ? fmt::format("did you mean `{}`?", *likely)
                     : fmt::format("known: {}", fmt::join(names, ", ")));
}

Result<std::string> read_all(Document& document, std::size_t limit) {
  std::string text;
  while (true) {
    const std::size_t before = text.size();
    // One byte more than allowed, to tell "just as much" from "more".
    text.resize(std::min(limit + 1, std::max<std::size_t>(before * 2, 64 * 1024)));
    TRY(const std::size_t count, document.read(std::span(text).subspan(before)));
    text.resize(before + count);
    if (count == 0) return text;
    if (text.size() > limit)
      return fail(
          Code::parse,
          fmt::format("{}: larger than {} bytes, which such a file never is", document.name, limit),
          "check that it is the file that was meant");
  }
}

Document document_of(std::string name, std::string_view text) {
  return {.name = std::move(name),
          .read = [text](std::span<char> buffer) mutable -> Result<std::size_t> {
            const std::size_t count = std::min(buffer.size(), text.size());
            std::memcpy(buffer.data(), text.data(), count);
            text.remove_prefix(count);
            return count;
          }};
}

}  // namespace perfgate::harness
