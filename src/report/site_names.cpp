// Names of files and ids that are made from texts.

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "report/site.hpp"

namespace perfgate::report {

std::string file_name_of(std::string_view text) {
  constexpr std::size_t longest = 40, digest = 8;
  std::string name;
  bool same = !text.empty() && text.size() <= longest;
  for (const char c : text.substr(0, longest)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    same = same && (kept || c == '-');
    if (kept || lower != c)
      name += lower;
    else if (!name.ends_with('-'))
      name += '-';
  }
  // Device names of Windows are no file names there, and an own digest must not be forged.
  static constexpr std::string_view devices[] = {"con", "prn", "aux", "nul"};
  const bool device = std::ranges::find(devices, text) != std::end(devices) ||
                      (text.size() == 4 && (text.starts_with("com") || text.starts_with("lpt")));
  const std::size_t dash = text.rfind('-');
  const bool like_digest = dash != std::string_view::npos && text.size() - dash - 1 == digest;
  if (same && name == text && !device && !like_digest && !text.starts_with('-')) return name;
  while (name.ends_with('-')) name.pop_back();
  while (name.starts_with('-')) name.erase(0, 1);
  return fmt::format("{}{}{}", name, name.empty() ? "" : "-", sha256(text).substr(0, digest));
}

std::string urn_of(std::string_view text) {
  std::string hex = sha256(text).substr(0, 32);
  constexpr std::size_t version = 12, variant = 16;
  hex[version] = '8';
  hex[variant] = "89ab"[static_cast<unsigned>(hex[variant]) % 4];
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                     hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

}  // namespace perfgate::report
