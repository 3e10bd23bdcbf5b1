#pragma once
// The parts of one run that were measured apart, by jobs of a matrix, made into the run again.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

/// A part as it was declared, and what came of it.
struct Shard {
  std::string id;            ///< as declared
  std::optional<Run> run{};  ///< absent: nothing came, and it is not measured
  std::string absent{};      ///< why
};

/// One run of all that the shards measured, in the order in which they were declared. Values of a
/// benchmark metric that several measured are pooled, launch by launch, never averaged. A shard
/// that is absent is an error note, so that the run is never judged as complete. Fields of the
/// fingerprint that differ name all values: such a run is comparable with none of one machine.
/// Headlines and summaries are the caller's to make. Errors: Code::usage where shards are of
/// different commits or tools, describe the same metric or suite differently, or are the same run
/// twice; Code::nothing_measured where none came.
Result<Run> join_shards(const std::vector<Shard>& shards);

}  // namespace perfgate::gate
