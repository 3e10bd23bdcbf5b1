#pragma once
// The files of config/ and templates/ as they were when this program was built: the defaults that a
// file of the user's wins over.

#include <optional>
#include <span>
#include <string_view>

namespace perfgate {

struct Embedded {
  std::string_view path;  ///< below the source's top: templates/performance_report.html
  std::string_view bytes;
};

std::span<const Embedded> embedded_files();

/// Empty: there is none of that path.
constexpr std::optional<std::string_view> find_embedded(std::span<const Embedded> files,
                                                        std::string_view path) {
  for (const Embedded& file : files)
    if (file.path == path) return file.bytes;
  return std::nullopt;
}

/// The bytes of a file that was built in. A path that is not there is a mistake of the program's:
/// it ends.
std::string_view embedded(std::string_view path);

}  // namespace perfgate
