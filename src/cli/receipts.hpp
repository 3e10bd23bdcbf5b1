#pragma once
// The files that commands hand to each other: run.json, perf.json, judgement.json.

#include <string>

#include "cli/shared.hpp"
#include "gate/perf.hpp"
#include "model/judgement.hpp"
#include "model/run.hpp"

namespace perfgate::cli {

/// A run as a file gives it: run.json, or perf.json, of which only the printed figures are known.
struct Given {
  Run run;
  bool printed = false;
  gate::PerfFile perf;  ///< where printed
};

Result<Run> read_run_file(const std::string& path);
Result<gate::PerfFile> read_perf_file(const std::string& path, const Settings& settings);
/// Either: told apart by the `schema` that run.json carries. Errors: Code::schema.
Result<Given> read_run_or_perf(const std::string& path, const Settings& settings);

/// Each appears whole or not at all, below `directory`, which is made. Returns the path.
Result<std::string> write_run_file(const std::string& directory, const Run& run);
Result<std::string> write_judgement_file(const std::string& directory, const Judgement& judgement);
/// Checked against the schema before it is written. Nothing, and a note to people, where the run has no
/// headlines.
Result<std::optional<std::string>> write_perf_file(const std::string& directory, const Run& run,
                                                   const Judgement* judgement,
                                                   const Settings& settings);

/// What is private on this machine, out of a text.
Scrubber private_texts(const Env& env);

}  // namespace perfgate::cli
