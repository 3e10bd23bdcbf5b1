#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/audit.hpp"
#include "config/yaml.hpp"

// Any text is a tree, or a configuration error; what is a tree is a configuration or is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tree = config::parse_yaml(text, "a.yaml");
  if (!tree && tree.error().code != Code::config) std::abort();
  const auto config = config::read_audit_config(text, "a.yaml", {"SOX", "PCI-DSS", "GDPR"});
  if (!tree && config) std::abort();
  if (!config && config.error().code != Code::config && config.error().code != Code::audit)
    std::abort();
  return 0;
}
