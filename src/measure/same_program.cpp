#include "measure/same_program.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>

#include "sys/file.hpp"

namespace perfgate::measure {
namespace {

namespace fs = std::filesystem;

/// One file under two names, or through a link.
bool same_file(const std::string& one, const std::string& other) {
  struct stat a{}, b{};
  return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

bool is_machine_code(const std::string& path) {
  std::array<char, 4> magic{};
  auto file = sys::InputFile::open(path);
  if (!file) return false;
  const auto count = file->read(magic);
  return count && *count == magic.size() &&
         std::string_view(magic.data(), 4) ==
             "\x7F"
             "ELF";
}

/// Names of the shared objects in the program's own directory.
std::set<std::string> shared_objects(const std::string& program) {
  std::set<std::string> names;
  std::error_code unreadable;
  for (const auto& entry :
       fs::directory_iterator(fs::path(program).parent_path() / ".", unreadable)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".so") || name.find(".so.") != std::string::npos) names.insert(name);
  }
  return names;
}

bool same_shared_objects(const std::string& one, const std::string& other) {
  const auto names = shared_objects(one);
  if (names != shared_objects(other)) return false;
  return std::ranges::all_of(names, [&](const std::string& name) {
    return same_bytes((fs::path(one).parent_path() / name).string(),
                      (fs::path(other).parent_path() / name).string());
  });
}

bool same_arguments(const Suite& base, const Suite& head) {
  return std::ranges::equal(
             std::span(base.command).subspan(std::min<std::size_t>(1, base.command.size())),
             std::span(head.command).subspan(std::min<std::size_t>(1, head.command.size()))) &&
         base.env == head.env;
}

}  // namespace

std::string program_of(const Suite& suite, const sys::Environment& environment) {
  const auto path = sys::find_program(suite.command.empty() ? "" : suite.command[0], suite.cwd,
                                      sys::scrub_environment(environment, suite.env));
  return path.value_or("");
}

bool same_bytes(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return false;
  if (same_file(one, other)) return true;
  auto a = sys::InputFile::open(one), b = sys::InputFile::open(other);
  if (!a || !b) return false;
  std::string x(1 << 16, '\0'), y(1 << 16, '\0');
  // A read may give less than it could: what is there of both is compared.
  std::string_view left, right;
  for (;;) {
    if (left.empty()) {
      const auto count = a->read(x);
      if (!count) return false;
      left = std::string_view(x).substr(0, *count);
    }
    if (right.empty()) {
      const auto count = b->read(y);
      if (!count) return false;
      right = std::string_view(y).substr(0, *count);
    }
    const std::size_t common = std::min(left.size(), right.size());
    if (common == 0) return left.empty() && right.empty();
    if (left.substr(0, common) != right.substr(0, common)) return false;
    left.remove_prefix(common);
    right.remove_prefix(common);
  }
}

bool same_program(const Suite& base, const Suite& head, Sameness surroundings,
                  const sys::Environment& environment) {
  if (surroundings == Sameness::unlike || !same_arguments(base, head)) return false;
  const std::string one = program_of(base, environment), other = program_of(head, environment);
  if (!same_bytes(one, other)) return false;
  if (surroundings == Sameness::same) return true;
  // One interpreter on both sides says nothing of what it runs.
  return !same_file(one, other) && is_machine_code(one) && same_shared_objects(one, other);
}

}  // namespace perfgate::measure
