#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sys/disk.hpp"

namespace perfgate::sys {

/// Makes a directory and those above it. Errors: Code::io.
Result<void> make_directories(const std::string& directory, const Disk& disk = real_disk());

/// A regular file below a directory, and what tells whether it was written since.
struct ListedFile {
  std::string path;  ///< below the directory, with slashes
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::int64_t changed_ns =
      0;  ///< ctime: the kernel sets it, so that copying does not carry it over

  bool operator==(const ListedFile&) const = default;
};

/// The regular files below `directory`, sorted by path. Symbolic links are not followed. Errors:
/// Code::io, also beyond `limit` files or 64 levels.
Result<std::vector<ListedFile>> list_files(const std::string& directory,
                                           std::size_t limit = 1'000'000);

/// Bytes that may still be written below `path`, which need not exist yet.
Result<std::uint64_t> free_space(const std::string& path);

/// Tries it: makes a file in `directory`, or in the nearest directory above it that exists, and
/// removes it again. Errors: Code::io.
Result<void> check_writable(const std::string& directory, const Disk& disk = real_disk());

/// Removes the file `name` of a directory, and the directory if that leaves it empty. What is not
/// there is no error. Errors: Code::io.
Result<void> remove_with_directory(const std::string& directory, std::string_view name);

/// A new directory of our own in `parent`, removed with all that is in it.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> make(const std::string& parent);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace perfgate::sys
