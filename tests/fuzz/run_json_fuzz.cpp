#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/run_json.hpp"

// Any text is a run or an error; a run that was read is written so that it reads as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto run = perfgate::read_run(text, "run.json");
  if (!run) return 0;
  std::string written;
  perfgate::write_run(*run, [&](std::string_view piece) { written += piece; });
  const auto again = perfgate::read_run(written, "written");
  if (!again || !(*again == *run)) std::abort();
  return 0;
}
