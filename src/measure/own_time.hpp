#pragma once
// A command that is its own benchmark: what the kernel accounts for its launch is the measurement.

#include "harness/harness.hpp"
#include "model/run.hpp"

namespace perfgate::measure {

/// A suite of this harness prints nothing that is read.
inline constexpr std::string_view own_time_name = "command";

/// To be told by its `parse`, which is none.
harness::Harness own_time();

/// Wall time (`time`), `cpu_time`, `user_time`, peak RSS (`memory`) and, where they are counted,
/// `instructions`, of a launch that ended well.
void add_own_time(const Launch& launch, std::string_view benchmark, harness::Collector& collector);

/// harness::find, which knows this one too.
Result<harness::Harness> find_harness(std::string_view name);

}  // namespace perfgate::measure
