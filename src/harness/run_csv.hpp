#pragma once
// Measurements as CSV, a row per value, and back.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/run.hpp"

namespace perfgate::harness {

/// "run,attempt,suite,commit,branch,time,benchmark,metric,unit,better,exact,launch,value" and a
/// column for each dimension, named `dimension:NAME`.
std::string run_csv_header(const std::vector<std::string>& dimensions);

/// A row for each value of the samples that `wanted` takes. Values are in base units, with as many
/// digits as read back to the same double; launches count from 1. A text of a dimension that would
/// read as something else gets an apostrophe before it (base/csv.hpp), and a dimension that is not
/// there is an empty field.
using WantedSample = std::function<bool(const Benchmark&, const Sample&)>;
void add_run_csv(std::string& text, const Run& run, const std::vector<std::string>& dimensions,
                 const WantedSample& wanted);

/// The runs of such a file, in the order in which they begin. What a row does not hold (machine,
/// launches' accounts, statistics, notes, headlines, commit time) is not known of them. Errors:
/// Code::parse, with the line.
Result<std::vector<Run>> read_run_csv(std::string_view text, std::string_view name);

bool is_run_csv(std::string_view text);

}  // namespace perfgate::harness
