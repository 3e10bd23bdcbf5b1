#pragma once
// What a child may see of our environment.

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text.hpp"

namespace perfgate::sys {

using Environment = std::map<std::string, std::string, std::less<>>;

/// Of a process's `environ`: a null-terminated list of NAME=value.
Environment environment_from(const char* const* entries);

/// Whether a variable is kept from the suites: its name says that it is a secret, or it is a way to
/// steer a CI job (GITHUB_ENV, GITHUB_OUTPUT, ...) that a suite must not have.
bool is_withheld(std::string_view name);

/// The environment of a suite: the parent's without what is withheld, PERF=1, then the suite's own
/// `added`, which wins.
Environment scrub_environment(const Environment& parent, const Environment& added = {});

/// Where `name` is: as it stands where it has a slash (below `cwd`), else along the PATH of
/// `environment`. Errors: Code::process_failed, naming the command and whether it is missing, a
/// directory or not executable.
Result<std::string> find_program(std::string_view name, std::string_view cwd,
                                 const Environment& environment);

/// The value of a variable; empty where it is not set.
std::string variable(const Environment& environment, std::string_view name);

/// The host's name, for scrubbing it away only: it is written nowhere.
std::string host_name();

/// What is private on this machine, out of a text for people: see scrubber_for.
Scrubber private_texts(const Environment& environment);
/// The same out of a name by which things are found again, such as a benchmark's. Of variables only
/// those that hold secrets count: a name must not change with what else happens to be set.
Scrubber private_names(const Environment& environment);

}  // namespace perfgate::sys
