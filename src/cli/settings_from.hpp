#pragma once
// The configuration from elsewhere than the disk: from a commit.

#include <functional>
#include <optional>
#include <string>

#include "cli/shared.hpp"

namespace perfgate::cli {

/// Reads a file of the configuration; nullopt: there is none.
using FileReader = std::function<Result<std::optional<std::string>>(const std::string& path)>;

/// What lies on the disk. Errors: Code::io.
Result<std::optional<std::string>> read_from_disk(const std::string& path);

struct SettingsFrom {
  Settings settings;
  std::string config_path, policy_path;  ///< where they are, or would be
};
/// As load_settings.
Result<SettingsFrom> load_settings_from(const Shared& shared, Env& env, const FileReader& files);

}  // namespace perfgate::cli
