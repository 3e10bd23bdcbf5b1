#pragma once
// A command that is a table of commands, as `history` and `report` are.

#include "cli/command.hpp"

namespace perfgate::cli {

/// Adds each of the table, of which one must be named; the action is that one's.
Action add_verbs(CLI::App& app, std::span<const Command> verbs);

}  // namespace perfgate::cli
