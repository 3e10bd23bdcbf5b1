#pragma once
// Histories for audit reports: a repository and a store that tell of the same changes, over months.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace perfgate::test {

struct AuditHistory {
  std::string repository;  ///< folder of a new git repository; empty: none is made
  std::string store = "dir:.perfgate";
  Time begin{1'704'067'200'000};  ///< 2024-01-01
  int months = 3;
  int runs = 60;  ///< over all months, a judgement each
  int benchmarks = 3;
  int launches = 5;
  std::uint64_t seed = 1;
};

/// A third of the runs are of branch main, one for almost every commit of it: merges of pull
/// requests (which are measured before too), squashed ones and direct pushes; the rest are of pull
/// requests. Some fail, some are repeated, a few commits are skipped; baselines are promoted and
/// releases tagged every month. Gives what went wrong; empty: nothing.
std::string make_audit_history(const AuditHistory& options);

}  // namespace perfgate::test
