#pragma once
// What an audit report takes from the history's records and from git.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/judgement.hpp"
#include "model/kind.hpp"

namespace perfgate {

struct RunFacts {
  std::string id, sha, branch;
  int attempt = 1;
  Time started;
  bool dirty = false;  ///< measured with changes that no commit holds
  int errors = 0;      ///< notes that say so
};

/// A finding that a floor, ceiling or target made.
struct LimitFacts {
  std::string subject;  ///< headline, or suite/benchmark metric
  LimitKind kind = LimitKind::floor;
  Reason reason = Reason::limit_met;
  std::string written;
  double value = 0, margin = 0;
};

struct JudgementFacts {
  std::string run, run_id, sha, branch;
  bool dirty = false;
  Verdict verdict = Verdict::pass;
  int exit_code = 0;
  bool advisory = false;
  std::string tool, method, baseline;
  Counts counts;
  int findings = 0, failed = 0, inconclusive = 0;
  std::string why;  ///< of the first finding that is neither passed nor improved
  std::vector<LimitFacts> limits;
};

/// A record as it stands in the chain, its checksum verified.
struct LedgerEntry {
  std::int64_t seq = 0;
  std::string prev, sha256;
  Kind kind = Kind::run;
  std::string key;
  Time at;  ///< when it was written, by the writer's clock
  bool erased = false;
  /// Of other kinds the value, as JSON.
  std::variant<std::string, RunFacts, JudgementFacts> content{};
};

/// A first-parent commit of the branch, as git tells it.
struct MergeFacts {
  std::string sha, head;  ///< `head`: the second parent; empty: none
  Time at;
  std::string subject, author, merger, approver;
  std::int64_t pull_request = 0;  ///< as the whole subject says; 0: it does not
};

struct TagFacts {
  std::string name, sha;
  Time at;
};

struct RepositoryFacts {
  std::string branch, query;
  std::vector<MergeFacts> merges;  ///< oldest first
  std::vector<TagFacts> tags;      ///< by time
};

}  // namespace perfgate
