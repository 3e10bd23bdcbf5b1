#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate::cli {

/// The runs of files, each read when its turn comes. A folder stands for the run.json files in it,
/// oldest first; one without any for none. Errors: Code::io, Code::schema.
Result<void> each_run_file(const std::vector<std::string>& paths,
                           const std::function<void(const std::string& title, Run&& run)>& visit);

}  // namespace perfgate::cli
