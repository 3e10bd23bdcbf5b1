#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/gab.hpp"
#include "model/run_json.hpp"

// Any text is a history or an error; a run that was read is one that run.json can hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto runs = harness::read_gab(text, "file");
  if (!runs) return 0;
  for (const Run& run : *runs) {
    std::string json;
    write_run(run, [&](std::string_view piece) { json += piece; }, 0);
    const auto again = read_run(json, "run.json");
    if (!again || *again != run) std::abort();
  }
  return 0;
}
