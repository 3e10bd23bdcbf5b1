#include "store/git_failure.hpp"

#include <doctest/doctest.h>

namespace perfgate::store {
namespace {

using enum GitTrouble;

TEST_CASE("What git and hosts say is understood") {
  struct Case {
    const char* said;
    GitTrouble trouble;
  };
  for (const Case& one : {
           Case{"fatal: couldn't find remote ref refs/heads/perfgate-data", no_branch},
           Case{" ! [rejected]  perfgate-data -> refs/perfgate/tip  (non-fast-forward)", rewritten},
           Case{"!\tabc:refs/heads/p\t[rejected] (stale info)\nDone", race},
           Case{"!\tabc:refs/heads/p\t[rejected] (fetch first)", race},
           Case{"remote: error: cannot lock ref 'refs/heads/p': is at a but expected b", race},
           Case{"!\tabc:refs/heads/p\t[remote rejected] (reference already exists)", race},
           Case{"remote: error: GH006: Protected branch update failed for refs/heads/p.", declined},
           Case{"!\tabc:refs/heads/p\t[remote rejected] (pre-receive hook declined)", declined},
           Case{"remote: fatal: write error: No space left on device", full},
           Case{
               "remote: error: insufficient permission for adding an object to repository database",
               full},
           Case{"git@github.com: Permission denied (publickey).\nfatal: Could not read from remote "
                "repository.",
                permission},
           Case{"remote: Permission to o/r.git denied to bot.\nfatal: unable to access "
                "'https://github.com/o/r/': The requested URL returned error: 403",
                permission},
           Case{
               "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
               permission},
           Case{"remote: Repository not found.\nfatal: repository 'https://x/' not found",
                no_remote},
           Case{"fatal: '/a' does not appear to be a git repository", no_remote},
           Case{"fatal: unable to access 'https://x/': Could not resolve host: x", network},
           Case{"fatal: the remote end hung up unexpectedly", network},
           Case{"fatal: loose object abc (stored in x) is corrupt", cache},
           Case{"fatal: something new", unknown},
       }) {
    CAPTURE(one.said);
    CHECK(trouble_of(one.said) == one.trouble);
  }
}

TEST_CASE("Every trouble with git says what is wrong and what to do") {
  for (const GitTrouble trouble : {no_branch, rewritten, race, no_remote, permission, declined,
                                   full, network, cache, unknown}) {
    const Error error =
        git_error(trouble, "x, branch y: pushing", "fatal: \x1b[31mno", "/the/cache");
    CHECK(error.message.starts_with("x, branch y: pushing: "));
    CHECK(error.message.ends_with("; git says: fatal: \\x1B[31mno"));
    CHECK_FALSE(error.hint.empty());
    const bool evidence = trouble == no_branch || trouble == rewritten;
    CHECK(error.code == (evidence ? Code::store : Code::git));
    if (evidence || trouble == cache) CHECK(error.hint.find("/the/cache") != error.hint.npos);
  }
  CHECK(git_error(race, "pushing", " \n", "").message.find("git says") == std::string::npos);
}

}  // namespace
}  // namespace perfgate::store
