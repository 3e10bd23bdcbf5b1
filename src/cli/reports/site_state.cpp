#include "cli/reports/site_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.hpp"
#include "base/json.hpp"

namespace perfgate {

template <>
struct Describe<cli::SiteFile> {
  static constexpr std::string_view name = "SiteFile";
  static constexpr std::string_view doc = "A file of the site.";
  static constexpr auto fields =
      std::tuple(field("path", &cli::SiteFile::path, "below the site's folder", {.key = true}),
                 field("from", &cli::SiteFile::from, "digest of what it was made from"),
                 field("sha256", &cli::SiteFile::sha256, "of its bytes"));
};

template <>
struct Describe<cli::SiteState> {
  static constexpr std::string_view name = "SiteState";
  static constexpr std::string_view doc = "What `perfgate report site` wrote last.";
  static constexpr auto fields =
      std::tuple(field("schema", &cli::SiteState::schema, "perfgate.site/1"),
                 field("feed_id", &cli::SiteState::feed_id, "of the feed, for ever"),
                 field("files", &cli::SiteState::files, "by path"));
};

namespace cli {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

std::string to_json(const SiteState& state) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 2);
    codec::write(out, state);
  }
  return text;
}

Result<SiteState> read_site_state(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  TRY(SiteState state, codec::read<SiteState>(document, codec::Place{.key = name}));
  if (state.schema != site_state_schema)
    return fail(Code::schema,
                fmt::format("{}: /schema is not `{}`: another perfgate wrote this site", name,
                            site_state_schema),
                "write the site into a new folder");
  return state;
}

bool is_site_path(std::string_view path) {
  if (path == "index.html" || path == "feed.xml") return true;
  constexpr std::string_view branch = "branch/", run = "run/", html = ".html";
  if (path.starts_with(run) && path.ends_with(html))
    return path.size() > run.size() + html.size() &&
           is_name(path.substr(run.size(), path.size() - run.size() - html.size()));
  if (!path.starts_with(branch)) return false;
  path.remove_prefix(branch.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || !is_name(path.substr(0, slash))) return false;
  const std::string_view file = path.substr(slash + 1);
  return file == "index.html" || file == "latest.html";
}

}  // namespace cli
}  // namespace perfgate
