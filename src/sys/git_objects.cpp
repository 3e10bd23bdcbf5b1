#include "sys/git_objects.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/git_program.hpp"
#include "sys/worktree.hpp"

namespace perfgate::sys {
namespace {

namespace fs = std::filesystem;

constexpr auto git_deadline = std::chrono::seconds(60);

bool is_object_name(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string first_line(const fs::path& file) {
  const auto text = read_file(file.string(), 4096);
  return text ? std::string(trim(text->substr(0, text->find('\n')))) : "";
}

/// Where the common part of the repository is that `directory` stands in: .git, or what a .git
/// file of a work tree leads to. Asking git would read the repository's settings.
std::optional<fs::path> repository_of(const std::string& directory) {
  std::error_code error;
  fs::path at = fs::absolute(directory.empty() ? "." : directory, error).lexically_normal();
  for (;; at = at.parent_path()) {
    fs::path git = at / ".git";
    if (fs::is_regular_file(git, error)) {
      constexpr std::string_view leads = "gitdir: ";
      const std::string line = first_line(git);
      if (!line.starts_with(leads)) return std::nullopt;
      git = at / line.substr(leads.size());
      if (const std::string common = first_line(git / "commondir"); !common.empty())
        git = git / common;
    }
    if (fs::is_directory(git / "objects", error)) return fs::canonical(git, error);
    if (at == at.parent_path() || at.empty()) return std::nullopt;
  }
}

/// As git reads it: quoted where a separator or a quote stands in it.
std::string alternate(const std::string& path) {
  if (path.find_first_of(":\"\\\n") == path.npos) return path;
  std::string text = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

Environment closed_environment(const Environment& caller) {
  Environment environment = without_git(scrub_environment(caller));
  environment.erase("PERF");
  environment["GIT_CONFIG_NOSYSTEM"] = "1";
  environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
  environment["GIT_NO_REPLACE_OBJECTS"] = "1";
  environment["GIT_NO_LAZY_FETCH"] = "1";
  environment["GIT_LITERAL_PATHSPECS"] = "1";
  return environment;
}

}  // namespace

Result<std::optional<GitObjects>> GitObjects::open(const std::string& directory,
                                                   const std::string& parent,
                                                   const Environment& environment) {
  const auto repository = repository_of(directory);
  if (!repository) return std::nullopt;
  TRY(TemporaryDirectory own, TemporaryDirectory::make(parent));
  Environment closed = closed_environment(environment);
  const Git git{.place = {}, .environment = closed};
  TRY(const GitAnswer made,
      run_git(git, {.arguments = {"init", "--quiet", "--bare", "--template=", own.path()},
                    .timeout = git_deadline}));
  if (made.exit_code != 0)
    return fail(
        Code::git,
        fmt::format("making a repository of our own: git says: {}", safe_text(made.errors, 300)),
        "is there room in the temporary folder?");
  // Where history was cut, it must be known that it was.
  if (const auto shallow = read_file((*repository / "shallow").string(), 1 << 24))
    CHECKED(write_file_atomic(own.path() + "/shallow", *shallow));
  closed["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = alternate((*repository / "objects").string());
  return GitObjects(std::move(own), std::move(closed));
}

Result<bool> GitObjects::has(std::string_view sha) const {
  if (!is_object_name(sha)) return false;
  const Git git{.place = {"--git-dir", own_.path()}, .environment = environment_};
  TRY(const GitAnswer answer,
      run_git(git, {.arguments = {"cat-file", "-e", fmt::format("{}^{{commit}}", sha)},
                    .timeout = git_deadline}));
  return answer.exit_code == 0;
}

Result<std::optional<std::string>> GitObjects::read(std::string_view sha, const std::string& path,
                                                    std::uint64_t limit) const {
  if (!is_object_name(sha)) return std::nullopt;
  const Git git{.place = {"--git-dir", own_.path()}, .environment = environment_};
  const auto missing = [&](const GitAnswer& answer) {
    return fail(Code::git,
                fmt::format("reading {} of commit {}: git says: {}", safe_text(path, 200),
                            sha.substr(0, 10), safe_text(trim(answer.errors), 300)),
                "fetch the commit whole: actions/checkout with fetch-depth: 0 and no filter");
  };
  TRY(const GitAnswer listed,
      run_git(git, {.arguments = {"ls-tree", "-l", "-z", std::string(sha), "--", path},
                    .timeout = git_deadline}));
  if (listed.exit_code != 0) return missing(listed);
  // "100644 blob 1a2b...     512\tthresholds.toml\0"
  const std::string_view line = listed.output;
  if (!line.starts_with("100644 blob ") && !line.starts_with("100755 blob ")) return std::nullopt;
  const std::string_view rest = line.substr(12);
  const std::string object(rest.substr(0, rest.find(' ')));
  const std::string_view size_text =
      trim(rest.substr(object.size(), rest.find('\t') - object.size()));
  std::uint64_t size = 0;
  std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
  if (!is_object_name(object)) return missing(listed);
  if (size > limit)
    return fail(Code::io, fmt::format("{} of commit {}: {} bytes, more than the {} that are read",
                                      safe_text(path, 200), sha.substr(0, 10), size, limit));
  TRY(const GitAnswer content,
      run_git(git, {.arguments = {"cat-file", "blob", object}, .timeout = git_deadline}));
  if (content.exit_code != 0) return missing(content);
  return content.output;
}

Result<std::optional<std::string>> GitObjects::merge_base(std::string_view a,
                                                          std::string_view b) const {
  if (!is_object_name(a) || !is_object_name(b)) return std::nullopt;
  const Git git{.place = {"--git-dir", own_.path()}, .environment = environment_};
  TRY(const GitAnswer answer,
      run_git(git, {.arguments = {"merge-base", std::string(a), std::string(b)},
                    .timeout = git_deadline}));
  std::string sha(trim(answer.output));
  if (answer.exit_code != 0 || !is_object_name(sha)) return std::nullopt;
  return sha;
}

Result<std::optional<int>> GitObjects::distance(std::string_view older,
                                                std::string_view newer) const {
  TRY(const auto common, merge_base(older, newer));
  if (!common || *common != older) return std::nullopt;
  const Git git{.place = {"--git-dir", own_.path()}, .environment = environment_};
  TRY(const GitAnswer answer, run_git(git, {.arguments = {"rev-list", "--count", "--first-parent",
                                                          fmt::format("{}..{}", older, newer)},
                                            .timeout = git_deadline}));
  const std::string_view text = trim(answer.output);
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (answer.exit_code != 0 || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return count;
}

}  // namespace perfgate::sys
