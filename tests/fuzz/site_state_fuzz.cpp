#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cli/reports/site_state.hpp"

// Any text is a state that is written as it was read, or an error; and no path of one leaves the
// site's folder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (cli::is_site_path(text) && (text.contains("..") || text.starts_with('/'))) std::abort();
  const auto state = cli::read_site_state(text, "site.json");
  if (!state) {
    if (state.error().code != Code::schema) std::abort();
    return 0;
  }
  const auto again = cli::read_site_state(cli::to_json(*state), "site.json");
  if (!again || *again != *state) std::abort();
  return 0;
}
