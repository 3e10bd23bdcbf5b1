#include "cli/reports/site_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "cli/shared.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{1} << 30;

}  // namespace

std::string SiteFolder::path_of(std::string_view path) const { return below(directory_, path); }

std::string SiteFolder::digest_of(const std::string& path) const {
  const auto bytes = sys::read_file(path_of(path), largest_file);
  return bytes ? sha256(*bytes) : "";
}

Result<void> SiteFolder::save(const SiteState& state) const {
  return sys::write_file_atomic(path_of(site_state_name), to_json(state));
}

Result<SiteFolder> SiteFolder::open(const std::string& directory) {
  SiteFolder folder;
  folder.directory_ = directory;
  folder.now_.schema = site_state_schema;
  CHECKED(sys::make_directories(directory));
  CHECKED(sys::check_writable(directory));
  const std::string path = folder.path_of(site_state_name);
  TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path));
  if (!stamp) {
    TRY(const std::optional<sys::FileStamp> index, sys::stamp_of(folder.path_of("index.html")));
    if (index)
      return fail(Code::usage,
                  fmt::format("{} holds an index.html, and no {}: it is not a site of perfgate's",
                              directory, site_state_name),
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
  planned.schema = site_state_schema;
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
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path_of(site_state_name)));
    return stamp ? sys::read_file(path_of(site_state_name), largest_file) : std::string();
  }());
  if (old == to_json(now_)) return {};
  return save(now_);
}

}  // namespace perfgate::cli
