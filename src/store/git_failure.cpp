#include "store/git_failure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace perfgate::store {
namespace {

using enum GitTrouble;

struct Words {
  std::string_view words;
  GitTrouble trouble;
};

// The first that is found decides: "hung up unexpectedly" follows many other causes.
constexpr Words table[] = {
    {"couldn't find remote ref", no_branch},
    {"(non-fast-forward)", rewritten},
    {"stale info", race},
    {"fetch first", race},
    {"cannot lock ref", race},
    {"failed to update ref", race},
    {"reference already exists", race},
    {"incorrect old value", race},
    {"protected branch", declined},
    {"GH006", declined},
    {"GH013", declined},
    {"hook declined", declined},
    {"deny updating", declined},
    {"prohibited", declined},
    {"No space left on device", full},
    {"Disk quota exceeded", full},
    {"Read-only file system", full},
    {"insufficient permission for adding an object", full},
    {"unable to create temporary", full},
    {"unable to migrate objects", full},
    {"unpacker error", full},
    {"error: 401", permission},
    {"error: 403", permission},
    {"Authentication failed", permission},
    {"could not read Username", permission},
    {"could not read Password", permission},
    {"terminal prompts disabled", permission},
    {"Permission denied", permission},
    {"Host key verification failed", permission},
    {"denied to", permission},
    {"access denied", permission},
    {"dubious ownership", permission},
    {"service not enabled", permission},
    {"error: 404", no_remote},
    {"epository not found", no_remote},
    {"not appear to be a git repository", no_remote},
    {"does not exist", no_remote},
    {"not a git repository", no_remote},
    {"Could not resolve host", network},
    {"Couldn't connect", network},
    {"Failed to connect", network},
    {"unable to connect", network},
    {"Connection refused", network},
    {"Connection reset", network},
    {"timed out", network},
    {"Network is unreachable", network},
    {"No route to host", network},
    {"Temporary failure in name resolution", network},
    {"The requested URL returned error: 5", network},
    {"The requested URL returned error: 429", network},
    {"RPC failed", network},
    {"early EOF", network},
    {"hung up unexpectedly", network},
    {"unexpected disconnect", network},
    {"is corrupt", cache},
    {"is empty", cache},
    {"bad object", cache},
    {"missing tree", cache},
    {"unable to read", cache},
    {"invalid index-pack output", cache},
};

std::string_view means(GitTrouble trouble) {
  switch (trouble) {
    case no_branch:
      return "the branch is gone from the remote, where it was before";
    case rewritten:
      return "the branch was rewritten: what was read of it before is no longer part of it";
    case race:
      return "other writers were always first";
    case no_remote:
      return "there is no repository, or none that these credentials may see";
    case permission:
      return "the remote refuses these credentials";
    case declined:
      return "the remote declined the push by a rule or a hook of its own";
    case full:
      return "the remote could not write: its disk is full or read-only";
    case network:
      return "the remote cannot be reached";
    case cache:
      return "the local copy is damaged";
    case unknown:
      break;
  }
  return "git failed";
}

std::string remedy(GitTrouble trouble, std::string_view copy) {
  switch (trouble) {
    case no_branch:
    case rewritten:
      return fmt::format(
          "find out who changed it (a store is only ever added to). To accept it as it is now, "
          "remove {}",
          copy);
    case race:
      return "try again when fewer jobs write at once";
    case no_remote:
      return "correct the remote's name or URL; a private repository also needs credentials";
    case permission:
      return "give this job the right to write (GitHub Actions: `permissions: contents: write`), "
             "or correct the credentials: `git push` must work here";
    case declined:
      return "let this branch be pushed to without force: rulesets and hooks must allow it";
    case full:
      return "free space on the remote, or make it writable";
    case network:
      return "try again when the network is there";
    case cache:
      return fmt::format("remove {}: it is made again from the remote", copy);
    case unknown:
      break;
  }
  return "what git says may tell more; `git fetch` and `git push` must work here";
}

}  // namespace

GitTrouble trouble_of(std::string_view errors) {
  for (const Words& row : table)
    if (errors.find(row.words) != errors.npos) return row.trouble;
  return unknown;
}

Error git_error(GitTrouble trouble, std::string_view doing, std::string_view errors,
                std::string_view cache) {
  const std::string_view said = trim(errors);
  return {trouble == no_branch || trouble == rewritten ? Code::store : Code::git,
          fmt::format("{}: {}{}{}", doing, means(trouble),
                      said.empty() ? "" : "; git says: ", safe_text(said, 500)),
          remedy(trouble, cache)};
}

}  // namespace perfgate::store
