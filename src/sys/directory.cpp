#include "sys/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

constexpr int deepest = 64;

struct CloseDir {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDir>;

// fdopendir and openat with O_NOFOLLOW, so that no link is followed even if it is put there
// meanwhile.
Result<void> list_into(std::vector<ListedFile>& files, int parent, const std::string& name,
                       const std::string& below, const std::string& root, int depth,
                       std::size_t limit) {
  const std::string shown = below.empty() ? root : root + "/" + below;
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW : 0);
  const int fd = ::openat(parent, name.c_str(), flags);
  if (fd < 0) return io_error("listing", shown, errno);
  const Directory directory(::fdopendir(fd));
  if (depth > deepest)
    return fail(Code::io, fmt::format("listing {}: more than {} levels deep", root, deepest));
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view child = entry->d_name;
    if (child == "." || child == "..") continue;
    const std::string path =
        below.empty() ? std::string(child) : fmt::format("{}/{}", below, child);
    struct stat status{};
    if (::fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // just removed
    if (S_ISDIR(status.st_mode)) {
      CHECKED(list_into(files, fd, entry->d_name, path, root, depth + 1, limit));
    } else if (S_ISREG(status.st_mode)) {
      if (files.size() == limit)
        return fail(Code::io, fmt::format("listing {}: more than {} files", root, limit),
                    "check that this is the right directory");
      files.push_back(
          {.path = path,
           .size = static_cast<std::uint64_t>(status.st_size),
           .inode = status.st_ino,
           .changed_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec});
    }
  }
  return {};
}

std::filesystem::path nearest_existing(const std::string& path) {
  std::error_code failed;
  std::filesystem::path at = std::filesystem::absolute(path, failed);
  while (!std::filesystem::exists(at, failed) && at.has_relative_path()) at = at.parent_path();
  return at;
}

}  // namespace

Result<void> make_directories(const std::string& directory, const Disk& disk) {
  for (std::size_t at = 0; at != std::string::npos;) {
    at = directory.find('/', at + 1);
    const std::string part = directory.substr(0, at);
    if (part.empty() || disk.mkdir(part.c_str(), 0777) == 0) continue;
    // Another error than EEXIST does not matter either where the directory is there (a read-only
    // root).
    const int error = errno;
    struct stat status{};
    const bool exists = ::stat(part.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) continue;
    return io_error("making the directory", part, exists ? ENOTDIR : error);
  }
  return {};
}

Result<std::vector<ListedFile>> list_files(const std::string& directory, std::size_t limit) {
  std::vector<ListedFile> files;
  CHECKED(list_into(files, AT_FDCWD, directory, "", directory, 0, limit));
  std::ranges::sort(files, {}, &ListedFile::path);
  return files;
}

Result<std::uint64_t> free_space(const std::string& path) {
  struct statvfs status{};
  if (::statvfs(nearest_existing(path).c_str(), &status) != 0)
    return io_error("asking for the free space of", path, errno);
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

Result<void> check_writable(const std::string& directory, const Disk& disk) {
  const std::string probe =
      (nearest_existing(directory) / fmt::format(".perfgate-probe-{}", ::getpid())).string();
  const int fd = disk.open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("writing into", directory, errno);
  disk.close(fd);
  disk.unlink(probe.c_str());
  return {};
}

Result<void> remove_with_directory(const std::string& directory, std::string_view name) {
  const std::string path = fmt::format("{}/{}", directory, name);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    return io_error("removing", path, errno);
  if (::rmdir(directory.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR &&
      errno != ENOTEMPTY && errno != EEXIST)
    return io_error("removing", directory, errno);
  return {};
}

Result<TemporaryDirectory> TemporaryDirectory::make(const std::string& parent) {
  std::string path = parent + "/perfgate-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return io_error("making a temporary directory in", parent, errno);
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace perfgate::sys
