#include "sys/git_remote.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/processes.hpp"
#include "support/temporary.hpp"
#include "sys/git_program.hpp"

namespace perfgate::sys {
namespace {

class Caller {
 public:
  Caller() { git({"init", "--quiet"}); }
  const std::string& path() const { return directory_.path(); }
  Environment environment() const {
    Environment result = test::plain_environment();
    result["HOME"] = directory_.path();
    result["GIT_CONFIG_NOSYSTEM"] = "1";
    return result;
  }
  void git(std::vector<std::string> arguments) const {
    const auto answer = run_git({.place = {"-C", path()}, .environment = environment()},
                                {.arguments = std::move(arguments)});
    REQUIRE(answer);
    REQUIRE_MESSAGE(answer->exit_code == 0, answer->errors);
  }
  Result<GitRemote> resolve(std::string_view remote) const {
    return resolve_remote(remote, path(), environment());
  }

 private:
  TemporaryDirectory directory_ = test::temporary();
};

// AC:git-hostile-remote
TEST_CASE("Remotes that git or ssh would take for options or commands are refused") {
  const Caller caller;
  for (const std::string& remote :
       {std::string(), std::string("--upload-pack=touch x"), std::string("-x"),
        std::string("ext::sh -c id"), std::string("fd::17"), std::string("a\nb"),
        std::string("a\x1b[m"), std::string("a\x7f"), std::string("a\0b", 3),
        std::string(5000, 'a'), std::string("ssh://-oProxyCommand=id/x"),
        std::string("ssh://u@-oProxyCommand=id/x"), std::string("-oProxyCommand=id:x"),
        std::string("u@-oProxyCommand=id:x"), std::string("gopher://a/b"),
        std::string("no-such-remote"), std::string("./none")}) {
    CAPTURE(remote);
    const auto found = caller.resolve(remote);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Code::config);
    CHECK(found.error().hint.find("git:origin#perfgate-data") != std::string::npos);
  }
}

TEST_CASE("A configured remote with a hostile URL is refused too") {
  const Caller caller;
  caller.git({"config", "remote.evil.url", "ext::sh -c id"});
  CHECK(caller.resolve("evil").error().code == Code::config);
}

TEST_CASE("A remote that is not there names those that are") {
  const Caller caller;
  CHECK(caller.resolve("orign").error().message.find("has no remotes") != std::string::npos);
  caller.git({"remote", "add", "origin", "https://example.invalid/r.git"});
  CHECK(caller.resolve("orign").error().message.find("there is `origin`") != std::string::npos);
}

TEST_CASE("A remote's name stands for its push URL") {
  const Caller caller;
  caller.git({"remote", "add", "origin", "https://example.invalid/fetch.git"});
  CHECK(caller.resolve("origin")->url == "https://example.invalid/fetch.git");
  caller.git({"remote", "set-url", "--push", "origin", "ssh://git@example.invalid/push.git"});
  const auto found = caller.resolve("origin");
  REQUIRE(found);
  CHECK(found->url == "ssh://git@example.invalid/push.git");
  CHECK(found->shown == "ssh://example.invalid/push.git");
  CHECK_FALSE(found->local);
}

TEST_CASE("A path is one place however it is written") {
  const Caller caller;
  caller.git({"init", "--quiet", "--bare", "r.git"});
  const auto plain = caller.resolve(caller.path() + "/r.git");
  REQUIRE(plain);
  CHECK(plain->local);
  CHECK(caller.resolve("r.git")->url == plain->url);
  CHECK(caller.resolve("./x/../r.git").error().code == Code::config);
  CHECK(caller.resolve("./r.git/refs/..")->url == plain->url);
  caller.git({"remote", "add", "near", "./r.git"});
  caller.git({"init", "--quiet", "--bare", "below"});
  const auto from_below = resolve_remote("near", caller.path(), caller.environment());
  REQUIRE(from_below);
  CHECK(from_below->url == plain->url);
  CHECK(caller.resolve("file://" + plain->url)->local);
}

TEST_CASE("Passwords in URLs are not shown") {
  CHECK(without_credentials("https://u:p@host/x@y") == "https://host/x@y");
  CHECK(without_credentials("https://u:p@q@host") == "https://host");
  CHECK(without_credentials("https://host/x@y") == "https://host/x@y");
  CHECK(without_credentials("git@host:x") == "git@host:x");
  const Caller caller;
  const auto found = caller.resolve("https://u:secret@example.invalid/r");
  REQUIRE(found);
  CHECK(found->url.find("secret") != std::string::npos);
  CHECK(found->shown.find("secret") == std::string::npos);
  CHECK(caller.resolve("gopher://u:secret@h/r").error().message.find("secret") ==
        std::string::npos);
}

// AC:git-credentials
TEST_CASE("The caller's settings on how remotes are reached are handed over and nothing else") {
  const Caller caller;
  caller.git({"remote", "add", "origin", "https://example.invalid/r.git"});
  caller.git({"config", "http.https://github.com/.extraheader", "AUTHORIZATION: basic abc"});
  caller.git({"config", "--add", "credential.helper", "store"});
  caller.git({"config", "core.sshCommand", "ssh -i key"});
  caller.git({"config", "remote.origin.proxy", "http://proxy.invalid"});
  caller.git({"config", "url.ssh://example.invalid/.insteadOf", "ex:"});
  caller.git({"config", "core.hooksPath", "hooks"});
  caller.git({"config", "user.name", "someone"});
  const auto found = caller.resolve("origin");
  REQUIRE(found);
  using Entry = std::pair<std::string, std::string>;
  const auto has = [&](const Entry& entry) {
    return std::ranges::find(found->config, entry) != found->config.end();
  };
  CHECK(has({"http.https://github.com/.extraheader", "AUTHORIZATION: basic abc"}));
  CHECK(has({"credential.helper", "store"}));
  CHECK(has({"core.sshcommand", "ssh -i key"}));
  CHECK(has({"remote.perfgate.proxy", "http://proxy.invalid"}));
  CHECK(has({"url.ssh://example.invalid/.insteadof", "ex:"}));
  // Lists begin anew, so that what git also finds in the user's file does not count twice.
  const auto first =
      std::ranges::find(found->config, "http.https://github.com/.extraheader", &Entry::first);
  CHECK(first->second.empty());
  for (const Entry& entry : found->config) {
    CHECK(entry.first != "core.hookspath");
    CHECK(entry.first != "user.name");
  }
}

TEST_CASE("Our git sees the caller's credentials and not the caller's repository") {
  const Environment caller{{"PATH", "/usr/bin"},
                           {"HOME", "/home/x"},
                           {"SSH_AUTH_SOCK", "/s"},
                           {"https_proxy", "p"},
                           {"GIT_ASKPASS", "/a"},
                           {"GIT_SSH_COMMAND", "ssh"},
                           {"GIT_SSL_CAINFO", "ca"},
                           {"GIT_CONFIG_GLOBAL", "/g"},
                           {"GIT_DIR", "/x/.git"},
                           {"GIT_WORK_TREE", "/x"},
                           {"GIT_INDEX_FILE", "i"},
                           {"GIT_OBJECT_DIRECTORY", "o"},
                           {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "o"},
                           {"GIT_QUARANTINE_PATH", "q"},
                           {"GIT_NAMESPACE", "n"},
                           {"GIT_PREFIX", "p"},
                           {"GIT_CONFIG", "c"},
                           {"GIT_CONFIG_PARAMETERS", "'a=b'"},
                           {"GIT_CONFIG_COUNT", "7"},
                           {"GIT_CONFIG_KEY_0", "k"},
                           {"GIT_CONFIG_VALUE_0", "v"},
                           {"GIT_AUTHOR_NAME", "me"}};
  const Environment ours = git_environment(caller, {{"a.b", "c"}});
  CHECK(ours == Environment{{"PATH", "/usr/bin"},
                            {"HOME", "/home/x"},
                            {"SSH_AUTH_SOCK", "/s"},
                            {"https_proxy", "p"},
                            {"GIT_ASKPASS", "/a"},
                            {"GIT_SSH_COMMAND", "ssh"},
                            {"GIT_SSL_CAINFO", "ca"},
                            {"GIT_CONFIG_GLOBAL", "/g"},
                            {"GIT_CONFIG_COUNT", "1"},
                            {"GIT_CONFIG_KEY_0", "a.b"},
                            {"GIT_CONFIG_VALUE_0", "c"}});
}

TEST_CASE("Branch names follow git's rules") {
  for (const char* good : {"perfgate-data", "a/b", "x.y", "ünï"}) CHECK(check_branch(good));
  for (const char* bad : {"",    "-x",   "a..b",   "a b",      "a~b",   "a^b", "a:b",  "a?b",
                          "a*b", "a[b",  "a\\b",   "a\nb",     "a\x7f", "/a",  "a/",   "a//b",
                          ".a",  "a/.b", "a.lock", "a.lock/b", "a.",    "@",   "HEAD", "a@{b"}) {
    CAPTURE(bad);
    const auto checked = check_branch(bad);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::config);
    CHECK_FALSE(checked.error().hint.empty());
  }
  CHECK_FALSE(check_branch(std::string(201, 'a')));
}

}  // namespace
}  // namespace perfgate::sys
