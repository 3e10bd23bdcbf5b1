#pragma once
// `perfgate import --shards N --shard ID=PATH ...`: the parts that jobs of a matrix measured.

#include <string>
#include <vector>

#include "gate/shards.hpp"

namespace perfgate::cli {

struct ShardOptions {
  std::vector<std::string> shards;  ///< ID=PATH of run.json, or of the folder that holds it
  int count = 0;                    ///< declared: the ids are 1 to count; 0: those listed
};

/// Reads what is there; a shard whose file is missing is absent. Errors: Code::usage for an id that
/// is none, is given twice or was not declared; those of reading a run.
Result<std::vector<gate::Shard>> read_shards(const ShardOptions& options);

}  // namespace perfgate::cli
