#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/project.hpp"

// Any text is a project, or a configuration error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto project = perfgate::config::read_project(text, "perfgate.toml");
  if (!project && project.error().code != perfgate::Code::config) std::abort();
  return 0;
}
