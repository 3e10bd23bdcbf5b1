#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "store/query.hpp"

// Any text is a filter or an error of its own kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::vector<std::string> texts{std::string(reinterpret_cast<const char*>(data), size)};
  const auto query = store::parse_query(texts, Time{1'800'000'000'000});
  if (!query) {
    if (query.error().code != Code::usage) std::abort();
    return 0;
  }
  store::selection_of(*query);
  for (const store::Condition& condition : query->conditions) store::holds(condition, texts[0]);
  return 0;
}
