#pragma once
#include "harness/harness.hpp"

namespace perfgate::harness {

/// Google Benchmark's JSON (--benchmark_format=json, --benchmark_out), of any release.
Harness google_benchmark();

}  // namespace perfgate::harness
