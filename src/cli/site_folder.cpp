#include "cli/site_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "cli/shared.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

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

constexpr std::string_view schema_name = "perfgate.site/1";
constexpr std::uint64_t largest_file = std::uint64_t{1} << 30;

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
  if (state.schema != schema_name)
    return fail(
        Code::schema,
        fmt::format("{}: /schema is not `{}`: another perfgate wrote this site", name, schema_name),
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

std::string SiteFolder::path_of(std::string_view path) const { return below(directory_, path); }

std::string SiteFolder::digest_of(const std::string& path) const {
  const auto bytes = sys::read_file(path_of(path), largest_file);
  return bytes ? sha256(*bytes) : "";
}

Result<void> SiteFolder::save(const SiteState& state) const {
  return sys::write_file_atomic(path_of(state_name), to_json(state));
}

Result<SiteFolder> SiteFolder::open(const std::string& directory) {
  SiteFolder folder;
  folder.directory_ = directory;
  folder.now_.schema = schema_name;
  CHECKED(sys::make_directories(directory));
  CHECKED(sys::check_writable(directory));
  const std::string path = folder.path_of(state_name);
  TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path));
  if (!stamp) {
    TRY(const std::optional<sys::FileStamp> index, sys::stamp_of(folder.path_of("index.html")));
    if (index)
      return fail(Code::usage,
                  fmt::format("{} holds an index.html, and no {}: it is not a site of perfgate's",
                              directory, state_name),
                  "give the site a folder of its own: --out FOLDER/performance");
    return folder;
  }
  TRY(const std::string text, sys::read_file(path, largest_file));
  TRY(folder.before_, read_site_state(text, path));
  std::erase_if(folder.before_.files,
                [](const SiteFile& file) { return !is_site_path(file.path); });
  for (const SiteFile& file : folder.before_.files) folder.known_.emplace(file.path, file);
  return folder;
}

Result<void> SiteFolder::plan(const std::vector<std::string>& paths, const std::string& feed_id) {
  now_.feed_id = feed_id;
  SiteState planned = before_;
  planned.schema = schema_name;
  planned.feed_id = feed_id;
  for (const std::string& path : paths)
    if (!known_.contains(path)) planned.files.push_back({.path = path, .from = "", .sha256 = ""});
  std::ranges::sort(planned.files, {}, &SiteFile::path);
  if (planned == before_) return {};
  return save(planned);
}

Result<void> SiteFolder::put(const std::string& path, const std::string& from, const Make& make) {
  const auto known = known_.find(path);
  if (known != known_.end() && !from.empty() && known->second.from == from &&
      !known->second.sha256.empty() && digest_of(path) == known->second.sha256) {
    now_.files.push_back(known->second);
    ++kept_;
    return {};
  }
  std::string bytes;
  CHECKED(make([&](std::string_view piece) { bytes += piece; }));
  SiteFile file{.path = path, .from = from, .sha256 = sha256(bytes)};
  if (digest_of(path) == file.sha256) {
    ++kept_;
  } else {
    const std::string whole = path_of(path);
    CHECKED(sys::make_directories(whole.substr(0, whole.rfind('/'))));
    CHECKED(sys::write_file_atomic(whole, bytes));
    ++written_;
  }
  now_.files.push_back(std::move(file));
  return {};
}

Result<void> SiteFolder::finish() {
  std::ranges::sort(now_.files, {}, &SiteFile::path);
  for (const SiteFile& file : before_.files) {
    if (std::ranges::binary_search(now_.files, file.path, {}, &SiteFile::path)) continue;
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path_of(file.path)));
    CHECKED(sys::remove_file(path_of(file.path)));
    if (stamp) ++removed_;
  }
  TRY(const std::string old, [&]() -> Result<std::string> {
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path_of(state_name)));
    return stamp ? sys::read_file(path_of(state_name), largest_file) : std::string();
  }());
  if (old == to_json(now_)) return {};
  return save(now_);
}

}  // namespace cli
}  // namespace perfgate
