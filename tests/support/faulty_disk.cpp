#include "support/faulty_disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace perfgate::test {
namespace {

const sys::Disk& real() { return sys::real_disk(); }

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) return {};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void put(const std::string& path, const std::optional<std::string>& content) {
  if (!content) {
    std::filesystem::remove(path);
    return;
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << *content;
}

std::string directory_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

int FaultyDisk::begin(const char* call) {
  const int step = steps();
  log_.emplace_back(call);
  if (crash_at_ && step >= *crash_at_) crashed_ = true;
  if (crashed_) return EIO;
  return fail_at_ && fail_at_->first == step ? fail_at_->second : 0;
}

sys::Disk FaultyDisk::disk() {
  const auto failed = [](int error) {
    errno = error;
    return -1;
  };
  return {
      .open =
          [=, this](const char* path, int flags, mode_t mode) {
            if (const int error = begin("open")) return failed(error);
            const bool exists = std::filesystem::exists(path);
            if (exists && !synced_.contains(path))
              if (const auto content = content_of(path)) synced_[path] = *content;
            const int fd = real().open(path, flags, mode);
            if (fd >= 0) open_[fd] = path;
            if (fd >= 0 && !exists) entries_.push_back({path, {}});
            return fd;
          },
      .read = [=, this](int fd, void* bytes, std::size_t count) -> ssize_t {
        if (const int error = begin("read")) return failed(error);
        return real().read(fd, bytes, count);
      },
      .write = [=, this](int fd, const void* bytes, std::size_t count) -> ssize_t {
        const int step = steps();
        if (const int error = begin("write")) return failed(error);
        touched_.insert(open_[fd]);
        return real().write(fd, bytes, cut_at_ == step ? count / 2 : count);
      },
      .fsync =
          [=, this](int fd) {
            if (const int error = begin("fsync")) return failed(error);
            const std::string path = open_[fd];
            if (std::filesystem::is_directory(path)) {
              std::erase_if(entries_, [&](const Entry& e) { return directory_of(e.path) == path; });
            } else {
              synced_[path] = content_of(path).value_or("");
              touched_.erase(path);
            }
            return real().fsync(fd);
          },
      .ftruncate =
          [=, this](int fd, off_t length) {
            if (const int error = begin("ftruncate")) return failed(error);
            touched_.insert(open_[fd]);
            return real().ftruncate(fd, length);
          },
      .futimens =
          [=, this](int fd, const timespec times[2]) {
            if (const int error = begin("futimens")) return failed(error);
            return real().futimens(fd, times);
          },
      .close =
          [=, this](int fd) {
            const int error = begin("close");
            real().close(fd);
            open_.erase(fd);
            return error != 0 ? failed(error) : 0;
          },
      .rename =
          [=, this](const char* from, const char* to) {
            if (const int error = begin("rename")) return failed(error);
            entries_.push_back({to, synced_.contains(to) ? synced_[to] : content_of(to)});
            // The new name has the content of the old one, and its syncedness.
            const bool dirty = touched_.erase(from) > 0;
            if (dirty) touched_.insert(to);
            synced_[to] = synced_[from];
            return real().rename(from, to);
          },
      .unlink =
          [=, this](const char* path) {
            if (const int error = begin("unlink")) return failed(error);
            return real().unlink(path);
          },
      .mkdir =
          [=, this](const char* path, mode_t mode) {
            if (const int error = begin("mkdir")) return failed(error);
            return real().mkdir(path, mode);
          },
  };
}

void FaultyDisk::lose_power() {
  crashed_ = true;
  for (const std::string& path : touched_)
    if (std::filesystem::exists(path)) put(path, synced_[path]);
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    put(entry->path, entry->old_content);
}

}  // namespace perfgate::test
