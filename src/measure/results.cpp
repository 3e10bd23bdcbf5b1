#include "measure/results.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "sys/file.hpp"

namespace perfgate::measure {

harness::Document document_of_file(std::string name, std::string path, std::uint64_t size) {
  struct Reading {
    std::string path;
    std::optional<sys::InputFile> file = {};
    bool ended = false;
  };
  auto reading = std::make_shared<Reading>(std::move(path));
  return {.name = std::move(name),
          .read = [reading](std::span<char> buffer) -> Result<std::size_t> {
            if (reading->ended) return 0;
            if (!reading->file) {
              TRY(sys::InputFile file, sys::InputFile::open(reading->path));
              reading->file.emplace(std::move(file));
            }
            TRY(const std::size_t count, reading->file->read(buffer));
            if (count == 0) {
              reading->ended = true;
              reading->file.reset();
            }
            return count;
          },
          .size = size};
}

ResultsBefore::ResultsBefore(const Suite& suite, const harness::Harness& harness)
    : shown_(suite.results),
      path_(suite.cwd.empty() || suite.results.starts_with('/') ? suite.results
                                                                : suite.cwd + "/" + suite.results),
      reads_(harness.reads) {
  if (auto files = list()) before_ = *std::move(files);
}

// A single file is listed under an empty path.
Result<std::vector<sys::ListedFile>> ResultsBefore::list() const {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0)
    return fail(Code::parse, fmt::format("the suite wrote no `{}`", shown_),
                "check `results`, which is taken from the suite's cwd");
  if (!S_ISDIR(status.st_mode))
    return std::vector<sys::ListedFile>{
        {.path = "",
         .size = static_cast<std::uint64_t>(status.st_size),
         .inode = status.st_ino,
         .changed_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec}};
  TRY(std::vector<sys::ListedFile> files, sys::list_files(path_));
  std::erase_if(
      files, [&](const sys::ListedFile& file) { return reads_ == nullptr || !reads_(file.path); });
  return files;
}

Result<ResultsBefore::Written> ResultsBefore::written() const {
  TRY(const std::vector<sys::ListedFile> files, list());
  Written written;
  for (const sys::ListedFile& file : files) {
    const auto old = std::ranges::lower_bound(before_, file.path, {}, &sys::ListedFile::path);
    if (old != before_.end() && *old == file) {
      ++written.stale;
      continue;
    }
    const std::string below = file.path.empty() ? "" : "/" + file.path;
    written.documents.push_back(document_of_file(shown_ + below, path_ + below, file.size));
  }
  return written;
}

}  // namespace perfgate::measure
