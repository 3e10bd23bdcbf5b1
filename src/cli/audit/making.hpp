#pragma once
// What making an audit report and checking one have in common: the repository's facts, the terms,
// the files.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/env.hpp"
#include "model/audit.hpp"
#include "model/audit_facts.hpp"
#include "model/policy.hpp"

namespace perfgate::cli {

/// An error that is none of the command line or a configuration file, as Code::audit.
Error as_audit_error(Error error);

/// The first-parent commits of the branch, and all tags. `branch` empty: the first that the policy
/// promotes for and that is there. Errors: Code::audit where there is no whole repository.
Result<RepositoryFacts> read_repository(const std::string& directory, const std::string& branch,
                                        const Policy& policy, const Env& env);

/// The repository as a report states it: all that can be joined again where there is none.
RepositoryFacts stated_repository(const Audit& audit);

/// SHA-256 of this program.
Result<std::string> own_digest();

/// "audit-2026-10.html"
std::string audit_file(std::string_view period, std::string_view format);

/// The files of a report by format: json, html, pdf. Equal reports give equal bytes.
Result<std::map<std::string, std::string>> audit_files(const Audit& audit,
                                                       const std::vector<std::string>& formats);

/// The violated floors and ceilings as JSON; empty: there are none, or no alert is asked for.
std::string slo_alerts(const Audit& audit);

}  // namespace perfgate::cli
