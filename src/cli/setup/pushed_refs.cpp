#include "cli/setup/pushed_refs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace perfgate::cli {
namespace {

std::unexpected<Error> no_ref(std::string_view line) {
  return fail(Code::usage,
              fmt::format("stdin says `{}`: this is not what git tells a pre-push hook",
                          safe_text(line, 200)),
              "let git call it: `perfgate init --pre-push` writes the hook");
}

/// SHA-1 or SHA-256 in hex; zeros are none.
Result<std::string> object_id(std::string_view text, std::string_view line) {
  const bool hex = std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  constexpr std::size_t sha1 = 40, sha256 = 64;
  if (!hex || (text.size() != sha1 && text.size() != sha256)) return no_ref(line);
  if (text.find_first_not_of('0') == std::string_view::npos) return std::string();
  return std::string(text);
}

}  // namespace

Result<std::vector<PushedRef>> pushed_refs(std::string_view lines) {
  std::vector<PushedRef> refs;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trim(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    std::array<std::string_view, 4> words;
    std::string_view rest = line;
    std::size_t count = 0;
    for (; count < words.size() && !rest.empty(); ++count) {
      const std::size_t space = std::min(rest.find(' '), rest.size());
      words[count] = rest.substr(0, space);
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    if (count != words.size() || !rest.empty()) return std::unexpected(no_ref(line));
    PushedRef ref{.name = std::string(words[0])};
    TRY(ref.local_sha, object_id(words[1], line));
    TRY(ref.remote_sha, object_id(words[3], line));
    refs.push_back(std::move(ref));
  }
  return refs;
}

Result<std::vector<PushedRef>> refs_of_pre_commit(const sys::Environment& environment) {
  const std::string to = sys::variable(environment, "PRE_COMMIT_TO_REF");
  if (to.empty()) return std::vector<PushedRef>();
  const std::string from = sys::variable(environment, "PRE_COMMIT_FROM_REF");
  PushedRef ref{.name = sys::variable(environment, "PRE_COMMIT_REMOTE_BRANCH")};
  if (ref.name.empty()) ref.name = "PRE_COMMIT_TO_REF";
  TRY(ref.local_sha, object_id(to, to));
  if (!from.empty()) {
    TRY(ref.remote_sha, object_id(from, from));
  }
  return std::vector{std::move(ref)};
}

}  // namespace perfgate::cli
