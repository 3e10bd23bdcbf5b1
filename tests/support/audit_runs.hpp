#pragma once
// Runs and true judgements over them, by the thousand: each is judged once for each variant.

#include <string>
#include <utility>
#include <vector>

#include "model/judgement.hpp"
#include "model/policy.hpp"
#include "model/run.hpp"

namespace perfgate::test {

/// Floors of DISPLAY and COMP-3, a ceiling on decode/0, bands of 5 % and 10 %.
Policy audit_policy();

class AuditRuns {
 public:
  AuditRuns(int benchmarks, int launches, std::uint64_t seed);

  struct Which {
    int variant = 0;  ///< 0 to 3 pass, 4 is slower, 5 is slower and below a floor
    std::string id;
    int attempt = 1;
    std::string sha, branch;
    Time started;
  };
  std::pair<Run, Judgement> of(const Which& which) const;
  const Run& base() const { return base_; }

 private:
  Run base_;
  std::vector<std::pair<Run, Judgement>> variants_;
};

}  // namespace perfgate::test
