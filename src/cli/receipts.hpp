#pragma once
// The files that commands hand to each other: run.json, perf.json, judgement.json.

#include <string>

#include "cli/shared.hpp"
#include "gate/perf.hpp"
#include "model/judgement.hpp"
#include "model/qualification.hpp"
#include "model/run.hpp"

namespace perfgate::cli {

/// A run as a file gives it: run.json, or perf.json, of which only the printed figures are known.
struct Given {
  Run run;
  bool printed = false;
  config::PerfSummary perf;  ///< where printed
};

Result<Run> read_run_file(const std::string& path);
/// Held to the user's schema, or else to that of the headlines declared, or else of the keys it
/// has.
Result<config::PerfSummary> read_perf_file(const std::string& path, const Settings& settings,
                                           const std::string& schema_file = {});
/// Either: told apart by the `schema` that run.json carries. Errors: Code::schema.
Result<Given> read_run_or_perf(const std::string& path, const Settings& settings);

/// Each appears whole or not at all, below `directory`, which is made. Returns the path.
/// A judgement of the run that was there before goes.
Result<std::string> write_run_file(const std::string& directory, const Run& run);
Result<std::string> write_judgement_file(const std::string& directory, const Judgement& judgement);
Result<std::string> write_qualification_file(const std::string& directory,
                                             const Qualification& qualification);
/// Checked against the schema before it is written. Nothing, and a note to people, where the run
/// has no headlines.
Result<std::optional<std::string>> write_perf_file(const std::string& directory, const Run& run,
                                                   const Judgement* judgement,
                                                   const Settings& settings);

}  // namespace perfgate::cli
