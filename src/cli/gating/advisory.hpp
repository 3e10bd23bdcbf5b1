#pragma once
#include "cli/settings_from.hpp"
#include "model/judgement.hpp"

namespace perfgate::cli {

/// Where the policy has the gate advisory, says so in the judgement and changes its exit. The
/// qualification is the file that the policy names, beside perfgate.toml; one that cannot be read
/// qualifies nothing, and is said.
/// `files` reads it.
void apply_advisory(Judgement& judgement, const Run& run, const Settings& settings, Env& env,
                    const FileReader& files = read_from_disk);

}  // namespace perfgate::cli
