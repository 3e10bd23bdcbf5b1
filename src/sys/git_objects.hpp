#pragma once
// Files of commits, out of a repository's object database only: through a repository of our own, so
// that no setting, hook, reference or replacement of the other counts.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sys/directory.hpp"
#include "sys/environment.hpp"

namespace perfgate::sys {

class GitObjects {
 public:
  /// Of the repository that `directory` stands in; nullopt where it stands in none. `parent` is
  /// where a folder for our own is made. Errors: Code::git, Code::io.
  static Result<std::optional<GitObjects>> open(const std::string& directory,
                                                const std::string& parent,
                                                const Environment& environment);

  /// Whether the commit is there.
  Result<bool> has(std::string_view sha) const;
  /// A regular file of a commit; nullopt where it holds none of that path. Errors: Code::git where
  /// the object is missing (a partial clone), Code::io beyond `limit` bytes.
  Result<std::optional<std::string>> read(std::string_view sha, const std::string& path,
                                          std::uint64_t limit) const;
  /// How many commits `newer` has that `older` has not, along first parents; nullopt where one of
  /// them or what lies between is not here, or `older` is not what `newer` was made from.
  Result<std::optional<int>> distance(std::string_view older, std::string_view newer) const;
  /// Where two commits parted; nullopt where that is not here.
  Result<std::optional<std::string>> merge_base(std::string_view a, std::string_view b) const;

 private:
  GitObjects(TemporaryDirectory own, Environment environment)
      : own_(std::move(own)), environment_(std::move(environment)) {}

  TemporaryDirectory own_;
  Environment environment_;
};

}  // namespace perfgate::sys
