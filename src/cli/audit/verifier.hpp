#pragma once
// Audit reports held against the history that they were made from. What is wrong, what is proved
// and what stays open is gathered, and told at the end.

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/audit/audit.hpp"
#include "gate/audit.hpp"
#include "model/audit.hpp"
#include "model/audit_facts.hpp"
#include "model/run.hpp"
#include "store/checkpoint.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

struct AuditVerifyOptions {
  AuditOptions audit;
  std::string directory, head;
};

class AuditVerifier {
 public:
  AuditVerifier(const AuditVerifyOptions& options, const store::Store& store, Env& env)
      : options_(options), store_(store), env_(env) {}

  /// The folder's files (verify_reports.cpp). Errors: Code::audit where it holds no report.
  Result<void> read_reports();
  /// Everything that the history can say: each report is computed again (verify_history.cpp).
  Result<void> read_history(const std::optional<RepositoryFacts>& repository);
  /// The files against the checkpoints, those against the key, all of it against the head
  /// (verify_checkpoints.cpp).
  void hold_against_checkpoints(const store::CheckpointKey* key);
  /// Figures of the judgements against the samples of their runs (verify_samples.cpp).
  Result<void> hold_against_samples();
  /// Tells all of it. Errors: Code::audit where something does not hold.
  Result<Exit> conclude(const store::CheckpointKey* key, bool with_repository);

 private:
  /// The files of one period.
  struct Report {
    AuditPeriod period;
    std::map<std::string, std::string> files;  ///< ending -> bytes: json, html, slo-alerts.json
    std::string envelope;
    std::optional<Audit> stated;
    bool recomputed = false;
  };
  /// A checkpoint in the store.
  struct Kept {
    store::Envelope envelope;
    std::string text;
    std::int64_t record = 0;
  };
  /// A file that is not what the figures computed again print.
  struct Differing {
    std::string file, what;
    bool excused = false;  ///< what differs may be how it is printed, and not what
  };

  void wrong(std::string what) { wrong_.push_back(std::move(what)); }
  template <class... T>
  void open(fmt::format_string<T...> text, T&&... values) {
    open_.push_back(fmt::format(text, std::forward<T>(values)...));
  }

  void read_stated(Report& report);
  Result<void> keep_checkpoint(const LedgerEntry& entry);
  void compute_again(Report& report, const std::optional<RepositoryFacts>& repository);
  void hold_files(Report& report, const Audit& computed);
  void hold_json(const std::string& file, const std::string& is, const std::string& should,
                 const Audit& stated, const Audit& computed);
  /// Another build may lay a page out in another way.
  static Differing page_differs(std::string_view is, std::string_view should, const Audit& stated);
  /// Other fonts print the same text in other bytes.
  Differing pdf_differs(std::string_view is, std::string_view should) const;

  void hold_file(const std::vector<Kept>& versions, const std::string& file,
                 const std::string& digest);
  void hold_signature(const Kept& kept, const store::CheckpointKey* key, std::string_view name);
  void hold_figures(const Kept& kept, const Audit& stated, std::string_view name);

  Result<std::optional<Run>> run_of(const std::string& key, const std::string& id);
  Result<std::shared_ptr<const Run>> base_of(const std::string& id);

  const AuditVerifyOptions& options_;
  const store::Store& store_;
  Env& env_;
  std::vector<Report> reports_;  // by time
  gate::AuditBooks books_;
  /// Where the history begins: known before the books hold it, as periods before it are over then.
  std::int64_t first_record_ = 0;
  std::map<std::string, std::vector<Kept>> kept_;  // by period, oldest first
  std::vector<Differing> differing_;
  std::int64_t records_ = 0, head_record_ = 0, rechecked_ = 0, figures_ = 0, without_run_ = 0;
  bool any_signature_ = false;
  std::mutex base_mutex_;
  std::string base_id_;
  std::shared_ptr<const Run> base_;
  std::vector<std::string> wrong_, open_, proved_;
};

}  // namespace perfgate::cli
