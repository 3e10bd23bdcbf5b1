#pragma once
// site.json: what `perfgate report site` wrote into a folder last.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate::cli {

inline constexpr std::string_view site_state_name = "site.json";
inline constexpr std::string_view site_state_schema = "perfgate.site/1";

/// A file of the site, as site.json tells it.
struct SiteFile {
  std::string path;    ///< below the folder
  std::string from;    ///< digest of what it was made from; empty: always made again
  std::string sha256;  ///< of its bytes; empty: it may be there, half a site was written

  bool operator==(const SiteFile&) const = default;
};

struct SiteState {
  std::string schema;  ///< perfgate.site/1
  std::string feed_id;
  std::vector<SiteFile> files;  ///< by path

  bool operator==(const SiteState&) const = default;
};

std::string to_json(const SiteState& state);
/// Errors: Code::schema, with the place.
Result<SiteState> read_site_state(std::string_view text, std::string_view name);

/// Whether a path is one that sites have: index.html, feed.xml, branch/NAME/..., run/NAME.html.
/// What else a state may say is left alone: nobody's file is removed on the word of a file.
bool is_site_path(std::string_view path);

}  // namespace perfgate::cli
