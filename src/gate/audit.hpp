#pragma once
// The books that audit reports are made of: the history's records taken in one after the other, and
// closed at the end of each period. A report knows nothing of what was written after its period, so
// that it is the same whenever it is made.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/merkle.hpp"
#include "model/audit.hpp"
#include "model/audit_facts.hpp"

namespace perfgate::gate {

/// What a report is made by, beside records and repository.
struct AuditTerms {
  AuditConfig config;
  std::vector<AuditControl> controls;  ///< of audit_controls.toml, states to be found out
  std::vector<AuditInput> inputs;
  int retention_policy_months = 36;
  std::string signing;
};

class AuditBooks {
 public:
  /// Takes the next record in. Errors: Code::audit where it does not follow the one before.
  Result<void> add(LedgerEntry& entry);

  /// The period that a record belongs to is that of its own time, but never one before that of a
  /// record before it: the month's file that it stands in. This is the time that it counts from.
  Time counted_from(const LedgerEntry& entry) const { return std::max(clock_, entry.at); }

  /// From here on the records belong to this period.
  void begin(const AuditPeriod& period);
  /// The report on it, of all records that were added since.
  Audit close(const AuditTerms& terms, const RepositoryFacts& repository) const;

  /// Once all are added: a chain that does not begin with record 1 must have lost its beginning to
  /// a deletion on record. Errors: Code::audit.
  Result<void> check_beginning() const;

 private:
  struct KnownRun {
    int attempt = 1;
    int errors = 0;
    bool judged = false, repeated = false;
    Time started;
  };
  /// What is known of a commit.
  struct Known {
    std::string judgement;  ///< key of the newest; empty: it was not judged
    Time first;             ///< when the first judgement was counted
    std::int64_t record = 0;
    Verdict verdict = Verdict::pass;
    bool advisory = false;
    // The keys of runs, which live in `runs_`; nullptr: there is none.
    const std::string* measured = nullptr;
    const std::string* dirty = nullptr;  ///< with changes that no commit holds
  };
  struct Row {
    AuditRun run;
    Time at;  ///< of the record, as it says
    Kind kind = Kind::run;
  };

  void add_run(const LedgerEntry& entry, const RunFacts& run);
  void add_judgement(const LedgerEntry& entry, const JudgementFacts& judgement);
  Result<void> add_other(const LedgerEntry& entry, const std::string& json);
  void forget_carried(const LedgerEntry& entry, const std::string& json);

  const Known* known(const std::string& sha) const;
  const Known* judged(const std::string& sha) const;
  void join(AuditMerge& merge, const MergeFacts& commit) const;
  AuditPopulation population(const RepositoryFacts& repository) const;
  std::vector<AuditDeployment> deployments(const RepositoryFacts& repository) const;
  std::vector<AuditRun> runs() const;

  // The chain.
  std::int64_t first_ = 0, last_ = 0;
  std::string beginning_, head_;
  Time clock_;

  // What is known of all records so far. It must be small: there are as many runs as there are.
  std::map<std::string, KnownRun> runs_;  // by key
  std::unordered_map<std::string, Known> commits_;
  std::unordered_set<std::size_t> measured_on_;                 // hashes of branch and commit
  std::map<std::string, std::pair<Incident, Time>> incidents_;  // and when it last changed
  std::map<std::string, std::pair<Waiver, Time>> waivers_;      // and when it was first used
  std::vector<Baseline> baselines_;
  std::vector<AuditDeletion> all_deletions_;
  std::vector<std::pair<std::int64_t, std::string>> deletion_ends_;  // seq and sha256 of their last

  // Of the period.
  AuditPeriod period_;
  AuditChain chain_;
  MerkleTree tree_;
  std::map<Kind, std::int64_t> kinds_;
  std::vector<Row> rows_;
  std::map<std::tuple<std::string, LimitKind, std::string>, AuditLimit> limits_;
  std::vector<Mark> marks_;
  std::vector<AuditRecord> deeds_;
  std::vector<AuditDeletion> deletions_;
  std::vector<std::int64_t> erased_, back_;
};

/// The number in "Merge pull request #12 from ..." or "Fix it (#12)"; 0: there is none.
std::int64_t pull_request_of(std::string_view subject);

/// Evidence by kind, then by control; what the report does not show; the statement to be signed.
/// `erased`: records of the period that are tombstones.
void weigh_evidence(Audit& audit, const AuditTerms& terms,
                    const std::vector<AuditDeletion>& all_deletions,
                    const std::vector<std::int64_t>& erased,
                    const std::vector<std::int64_t>& clock_back);

}  // namespace perfgate::gate
