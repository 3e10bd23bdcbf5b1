#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gate/audit_document.hpp"
#include "model/audit_json.hpp"

// Any text is a report, or a schema error; what is read is what is written again, and can be told.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto audit = read_audit(text, "audit.json");
  if (!audit) return 0;
  std::string written;
  write_audit(*audit, [&](std::string_view piece) { written += piece; });
  const auto again = read_audit(written, "again");
  if (!again || !(*again == *audit)) std::abort();
  if (gate::audit_document(*audit).blocks.empty()) std::abort();
  return 0;
}
