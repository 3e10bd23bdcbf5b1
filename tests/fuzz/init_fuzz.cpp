// What `perfgate init` reads of a repository, and what git tells a pre-push hook. Whatever it
// finds, perfgate.toml as it writes it can be read.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/setup/init_files.hpp"
#include "cli/setup/init_suites.hpp"
#include "cli/setup/pushed_refs.hpp"
#include "config/project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)cli::pushed_refs(text);
  const cli::Tree tree{.files = {"CMakeLists.txt", "a/Cargo.toml", "a/b/CMakeLists.txt"},
                       .read = [&](const std::string&) -> Result<std::string> { return text; }};
  const auto found = cli::look_for_suites(tree);
  if (!found) std::abort();
  if (found->suites.empty()) return 0;
  if (!config::read_project(cli::project_text(found->suites), "perfgate.toml")) std::abort();
  return 0;
}
