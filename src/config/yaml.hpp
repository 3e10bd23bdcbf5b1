#pragma once
#include <string_view>

#include "config/node.hpp"

namespace perfgate::config {

/// Reads YAML 1.2's core schema: one document of at most 64 KiB, 16 levels and 4096 values, what
/// aliases repeat counted each time. Duplicate keys, keys that are no plain texts, tags of their
/// own, merge keys and control characters are refused. The origin of a value is
/// "audit_config.yaml:3:5". Errors: Code::config with file, line and column.
Result<Node> parse_yaml(std::string_view yaml, std::string_view name);

}  // namespace perfgate::config
