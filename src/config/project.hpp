#pragma once
// perfgate.toml: text in, Project out.

#include <string_view>

#include "base/result.hpp"
#include "config/node.hpp"
#include "model/project.hpp"

namespace perfgate::config {

/// Errors: Code::config, all mistakes at once, each with file, line, key and what is expected.
Result<Project> read_project(std::string_view toml, std::string_view origin_name);

/// The project of a tree that may have been overridden (see precedence.hpp).
Result<Project> project_from(const Node& tree, std::string_view origin_name);

}  // namespace perfgate::config
