#include "sys/git_remote.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "sys/git_program.hpp"

namespace perfgate::sys {
namespace {

constexpr std::size_t max_remote = 4096, max_branch = 200;
constexpr std::array<std::string_view, 7> known_schemes{"https", "http",    "ssh",    "git",
                                                        "file",  "git+ssh", "ssh+git"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::unexpected<Error> refused(std::string_view remote, std::string_view why) {
  return fail(Code::config,
              fmt::format("store `git:{}`: {}", safe_text(without_credentials(remote), 200), why),
              "name a remote of this repository (git:origin#perfgate-data), a URL or a path");
}

/// "host:path", as ssh takes it: a colon before any slash.
std::optional<std::string_view> scp_host(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == url.npos || colon == 0 || url.find('/') < colon) return std::nullopt;
  return url.substr(0, colon);
}

bool is_path(std::string_view url) { return url.find("://") == url.npos && !scp_host(url); }

Result<void> check_form(std::string_view remote) {
  if (remote.empty()) return refused(remote, "the remote is missing");
  if (remote.size() > max_remote) return refused(remote, "the remote is too long");
  if (std::ranges::any_of(remote, [](char c) { return static_cast<unsigned char>(c) < 0x20; }) ||
      remote.find('\x7f') != remote.npos)
    return refused(remote, "the remote holds control characters");
  if (remote.starts_with('-')) return refused(remote, "git would take the remote for an option");
  // "ext::sh -c ..." is a command; other helpers are programs that we do not know.
  const auto word = std::ranges::find_if_not(remote, is_letter_or_digit);
  if (std::string_view(word, remote.end()).starts_with("::"))
    return refused(remote, "remote helpers are not supported");
  std::string_view host;
  if (const std::size_t scheme = remote.find("://"); scheme != remote.npos) {
    if (std::ranges::find(known_schemes, remote.substr(0, scheme)) == known_schemes.end())
      return refused(remote, "the scheme of the URL is not known");
    host = remote.substr(scheme + 3);
  } else if (const auto scp = scp_host(remote)) {
    host = *scp;
  }
  if (const std::size_t at = host.substr(0, host.find('/')).rfind('@'); at != host.npos)
    host.remove_prefix(at + 1);
  if (host.starts_with('-')) return refused(remote, "ssh would take the host for an option");
  return {};
}

/// Every setting that holds for the caller, in order: of the system, the user, the repository with
/// its includes, and the command that started us.
Result<GitConfig> effective_config(const Git& git) {
  TRY(const GitAnswer answer,
      run_git(git, {.arguments = {"config", "--includes", "-z", "--list"}}));
  if (answer.exit_code != 0)
    return fail(
        Code::git,
        fmt::format("reading git's configuration: git says: {}", safe_text(answer.errors, 300)),
        "does `git config --list` work here?");
  GitConfig config;
  for (std::string_view rest = answer.output; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    const std::string_view entry = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    // A name alone means true.
    const std::size_t newline = entry.find('\n');
    config.emplace_back(entry.substr(0, newline),
                        newline == entry.npos ? "true" : entry.substr(newline + 1));
  }
  return config;
}

/// What decides how a remote is reached. The settings of the remote itself are given the name that
/// it has with us.
GitConfig connection_config(const GitConfig& all, std::string_view remote) {
  constexpr std::array<std::string_view, 5> sections{"http.", "credential.", "url.", "ssh.",
                                                     "protocol."};
  constexpr std::array<std::string_view, 3> names{"core.sshcommand", "core.askpass",
                                                  "core.gitproxy"};
  constexpr std::array<std::string_view, 5> of_remote{"proxy", "proxyauthmethod", "uploadpack",
                                                      "receivepack", "serveroption"};
  const std::string prefix = fmt::format("remote.{}.", remote);
  GitConfig config;
  std::vector<std::string_view> begun;
  for (const auto& [name, value] : all) {
    // Lists are taken over whole: git reads the user's own file too, and a header that is sent
    // twice is refused by GitHub. An empty value empties a list.
    const bool is_list = (name.starts_with("http.") && name.ends_with(".extraheader")) ||
                         (name.starts_with("credential.") && name.ends_with("helper"));
    if (is_list && std::ranges::find(begun, name) == begun.end()) {
      begun.push_back(name);
      config.emplace_back(name, "");
    }
    if (std::ranges::any_of(sections, [&](auto section) { return name.starts_with(section); }) ||
        std::ranges::find(names, name) != names.end())
      config.emplace_back(name, value);
    if (name.starts_with(prefix) &&
        std::ranges::find(of_remote, std::string_view(name).substr(prefix.size())) !=
            of_remote.end())
      config.emplace_back("remote.perfgate." + name.substr(prefix.size()), value);
  }
  return config;
}

std::string joined_remotes(const GitConfig& config) {
  std::string names;
  for (const auto& [name, value] : config)
    if (name.starts_with("remote.") && name.ends_with(".url"))
      names += (names.empty() ? "`" : ", `") + name.substr(7, name.size() - 11) + "`";
  return names;
}

/// An absolute path without `..` and links, so that one place has one name.
std::optional<std::string> real_directory(const std::string& path) {
  char resolved[PATH_MAX];
  struct stat info{};
  if (::realpath(path.c_str(), resolved) == nullptr || ::stat(resolved, &info) != 0 ||
      !S_ISDIR(info.st_mode))
    return std::nullopt;
  return resolved;
}

std::string below(const std::string& directory, std::string_view path) {
  return path.starts_with('/') ? std::string(path) : fmt::format("{}/{}", directory, path);
}

}  // namespace

std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return std::string(url);
  const std::size_t host = scheme + 3, end = std::min(url.find('/', host), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == url.npos || at < host) return std::string(url);
  return std::string(url.substr(0, host)) + std::string(url.substr(at + 1));
}

Result<void> check_branch(std::string_view branch) {
  const auto bad = [&](std::string_view why) {
    return fail(Code::config, fmt::format("branch `{}`: {}", safe_text(branch, 80), why),
                "a name such as perfgate-data; see `git help check-ref-format`");
  };
  if (branch.empty()) return bad("the name is missing");
  if (branch.size() > max_branch) return bad("the name is too long");
  if (branch.starts_with('-')) return bad("git would take it for an option");
  if (branch == "HEAD" || branch == "@") return bad("this name has a meaning of its own in git");
  for (const char c : branch)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' ||
        std::string_view("~^:?*[\\").find(c) != std::string_view::npos)
      return bad("git does not allow spaces, control characters and ~ ^ : ? * [ \\ in it");
  if (branch.find("..") != branch.npos || branch.find("@{") != branch.npos || branch.ends_with('.'))
    return bad("git does not allow `..`, `@{` and a dot at the end");
  for (std::string_view rest = branch;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part.starts_with('.') || part.ends_with(".lock"))
      return bad("no part of it may be empty, begin with a dot or end in .lock");
    if (slash == rest.npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

Result<GitRemote> resolve_remote(std::string_view remote, const std::string& directory,
                                 const Environment& environment) {
  CHECKED(check_form(remote));
  const std::string base = directory.empty() ? "." : directory;
  Git git{.place = {"-C", base}, .environment = environment};
  // A hook may be told of objects that do not count yet; the settings are the repository's.
  for (const char* name : {"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                           "GIT_QUARANTINE_PATH", "GIT_INDEX_FILE", "GIT_NAMESPACE"})
    git.environment.erase(name);
  TRY(const GitConfig all, effective_config(git));
  const std::string name(remote);
  const bool is_name = std::ranges::any_of(all, [&](const auto& entry) {
    return entry.first == fmt::format("remote.{}.url", name) ||
           entry.first == fmt::format("remote.{}.pushurl", name);
  });

  GitRemote found{.url = name, .config = connection_config(all, name)};
  std::string where = base;
  if (is_name) {
    TRY(const GitAnswer answer, run_git(git, {.arguments = {"remote", "get-url", "--push", name}}));
    if (answer.exit_code != 0)
      return fail(Code::git,
                  fmt::format("asking for the URL of the remote `{}`: git says: {}",
                              safe_text(name, 80), safe_text(answer.errors, 300)),
                  "does `git remote -v` work here?");
    found.url = answer.output.substr(0, answer.output.find('\n'));
    CHECKED(check_form(found.url));
    if (is_path(found.url) && !found.url.starts_with('/')) {
      // Git takes it from the top of the work tree.
      TRY(const GitAnswer top, run_git(git, {.arguments = {"rev-parse", "--show-toplevel"}}));
      if (top.exit_code == 0 && !trim(top.output).empty()) where = trim(top.output);
    }
  }
  if (is_path(found.url)) {
    found.local = true;
    const auto real = real_directory(below(where, found.url));
    if (!real) {
      const std::string names = joined_remotes(all);
      return refused(remote,
                     names.empty()
                         ? "there is no such directory, and the repository here has no remotes"
                         : fmt::format("there is no such directory and no such remote; there is {}",
                                       safe_text(names, 300)));
    }
    found.url = *real;
  }
  found.local = found.local || found.url.starts_with("file://");
  found.shown = safe_text(without_credentials(found.url), 300);
  return found;
}

Environment git_environment(const Environment& caller, const GitConfig& config) {
  // Of git's own variables, those on how to reach a remote, where its programs and the user's
  // settings are, and what it is to trace.
  constexpr std::array<std::string_view, 12> kept{
      "GIT_ASKPASS",       "GIT_SSH",           "GIT_PROXY_",          "GIT_SSL_",
      "GIT_HTTP_",         "GIT_CURL_",         "GIT_TRACE",           "GIT_EXEC_PATH",
      "GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_ALLOW_PROTOCOL"};
  Environment environment;
  for (const auto& [name, value] : caller)
    if (!name.starts_with("GIT_") ||
        std::ranges::any_of(kept, [&](auto prefix) { return name.starts_with(prefix); }))
      environment[name] = value;
  for (std::size_t i = 0; i < config.size(); ++i) {
    environment[fmt::format("GIT_CONFIG_KEY_{}", i)] = config[i].first;
    environment[fmt::format("GIT_CONFIG_VALUE_{}", i)] = config[i].second;
  }
  environment["GIT_CONFIG_COUNT"] = std::to_string(config.size());
  return environment;
}

}  // namespace perfgate::sys
