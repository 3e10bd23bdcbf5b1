#include "sys/environment.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace perfgate::sys {
namespace {

struct Row {
  enum class Match { part, prefix, whole } match;
  std::string_view text;  // upper case; compared without regard to case
  bool keep = false;
};
using enum Row::Match;

// The first row that matches decides; where none does the variable is kept.
constexpr Row table[] = {
    // With it the runner finds and ends what a job has left behind.
    {whole, "RUNNER_TRACKING_ID", true},
    // Secrets, by what their names say: GITHUB_TOKEN, NPM_AUTH, AWS_SECRET_ACCESS_KEY, PGPASSWORD
    // ...
    {part, "TOKEN"},
    {part, "SECRET"},
    {part, "PASSWORD"},
    {part, "PASSWD"},
    {part, "PASSPHRASE"},
    {part, "CREDENTIAL"},
    {part, "KEY"},
    {part, "AUTH"},
    {part, "COOKIE"},
    // The runner's services: cache, artifacts, OpenID tokens.
    {prefix, "ACTIONS_"},
    // Files by which a step sets variables, outputs, PATH and summaries of its job, and the event's
    // text.
    {whole, "GITHUB_ENV"},
    {whole, "GITHUB_OUTPUT"},
    {whole, "GITHUB_PATH"},
    {whole, "GITHUB_STATE"},
    {whole, "GITHUB_STEP_SUMMARY"},
    {whole, "GITHUB_EVENT_PATH"},
    {whole, "BASH_ENV"},  // would run in every shell that the suite starts
    // Our own settings: they may hold the address of a store with its password.
    {prefix, "PERFGATE_"},
};

bool matches(const Row& row, std::string_view name) {
  switch (row.match) {
    case part:
      return name.find(row.text) != std::string_view::npos;
    case prefix:
      return name.starts_with(row.text);
    case whole:
      return name == row.text;
  }
  return false;
}

}  // namespace

Environment environment_from(const char* const* entries) {
  Environment environment;
  for (; *entries != nullptr; ++entries) {
    const std::string_view entry = *entries;
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos && equals > 0)
      environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

bool is_withheld(std::string_view name) {
  const std::string known = ascii_upper(name);
  const auto row = std::ranges::find_if(table, [&](const Row& r) { return matches(r, known); });
  return row != std::end(table) && !row->keep;
}

Environment scrub_environment(const Environment& parent, const Environment& added) {
  Environment child;
  for (const auto& [name, value] : parent)
    if (!is_withheld(name)) child.emplace(name, value);
  child["PERF"] = "1";
  for (const auto& [name, value] : added) child[name] = value;
  return child;
}

Result<std::string> find_program(std::string_view name, std::string_view cwd,
                                 const Environment& environment) {
  const auto below_cwd = [&](std::string_view path) {
    return path.starts_with('/') || cwd.empty() ? std::string(path)
                                                : fmt::format("{}/{}", cwd, path);
  };
  std::string_view why = "not found";
  const auto usable = [&](const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return false;
    if (S_ISDIR(status.st_mode))
      why = "a directory";
    else if (::access(path.c_str(), X_OK) != 0)
      why = "not executable";
    else
      return true;
    return false;
  };

  if (name.empty()) return fail(Code::process_failed, "the command is empty", "name a program");
  if (name.find('/') != std::string_view::npos) {
    std::string path = below_cwd(name);
    if (usable(path)) return path;
    return fail(Code::process_failed, fmt::format("the command `{}` is {}", name, why),
                "check the path, which is taken from the suite's cwd; build it in `setup`");
  }
  const auto variable = environment.find("PATH");
  std::string_view rest = variable != environment.end() ? std::string_view(variable->second)
                                                        : std::string_view("/usr/bin:/bin");
  for (bool more = true; more;) {
    const auto colon = rest.find(':');
    more = colon != std::string_view::npos;
    const std::string_view directory = rest.substr(0, colon);
    rest.remove_prefix(more ? colon + 1 : rest.size());
    std::string path = below_cwd(fmt::format("{}/{}", directory.empty() ? "." : directory, name));
    if (usable(path)) return path;
  }
  return fail(Code::process_failed, fmt::format("the command `{}` is {} along PATH", name, why),
              "install it, or give its path with a slash");
}

std::string variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

Scrubber private_texts(const Environment& environment) {
  std::vector<Variable> variables;
  for (const auto& [name, value] : environment)
    if (name != "HOME") variables.push_back({name, value});
  const auto home = environment.find("HOME");
  return scrubber_for(home == environment.end() ? "" : home->second, host_name(), variables);
}

Scrubber private_names(const Environment& environment) {
  // Our own settings are withheld from suites, but name benchmarks: PERFGATE_EXPECTED.
  const auto says_nothing = [](const auto& variable) {
    const std::string& name = variable.first;
    const bool telling = name == "HOME" || name == "USER" || name == "LOGNAME" ||
                         name == "USERNAME" || name == "HOSTNAME" || name == "HOST";
    return !telling && (!is_withheld(name) || name.starts_with("PERFGATE_"));
  };
  Environment telling = environment;
  std::erase_if(telling, says_nothing);
  return private_texts(telling);
}

}  // namespace perfgate::sys
