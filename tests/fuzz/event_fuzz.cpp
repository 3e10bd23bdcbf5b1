#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "github/event.hpp"

// Any text is an event, or a usage error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"", "pull_request", "workflow_run", "push", "merge_group", "schedule"}) {
    const auto event =
        github::read_event(text, "event.json", {.event_name = name, .repository = "o/r"});
    if (!event && event.error().code != Code::usage) std::abort();
    if (event && event->head_sha.size() != 40 && event->head_sha.size() != 64 &&
        !event->head_sha.empty())
      std::abort();
  }
  return 0;
}
