// The figures of judgements against the samples of their runs.

#include "base/text.hpp"
#include "cli/audit/verifier.hpp"
#include "cli/progress.hpp"
#include "gate/audit_recheck.hpp"
#include "store/repository.hpp"
#include "store/stored.hpp"

namespace perfgate::cli {

Result<void> AuditVerifier::hold_against_samples() {
  std::int64_t first = 0, last = 0;
  TRY(const std::vector<store::Head> all,
      store_.list({.kind = Kind::judgement, .all_versions = true}));
  std::vector<store::Head> heads;
  for (const Report& report : reports_) {
    if (!report.recomputed) continue;
    first = report.stated->chain.first;
    last = report.stated->chain.last;
    for (const store::Head& head : all)
      if (head.seq >= first && head.seq <= last && !head.erased) heads.push_back(head);
  }
  Progress progress(env_, options_.audit.shared.quiet, "holding judgements against samples",
                    heads.size());
  std::mutex mutex;
  CHECKED(store_.read(
      heads,
      [&](std::size_t i, store::Record& record) -> Result<bool> {
        progress.add();
        const auto judgement = store::Stored<Judgement>::read(record.value, record.place);
        if (!judgement) {
          const std::scoped_lock lock(mutex);
          wrong(judgement.error().message);
          return true;
        }
        TRY(const std::optional<Run> head, run_of(judgement->run, ""));
        if (!head) {
          const std::scoped_lock lock(mutex);
          ++without_run_;
          return true;
        }
        TRY(const auto base, base_of(judgement->baseline_id));
        const gate::Recheck checked = gate::recheck(*judgement, *head, base.get());
        const std::scoped_lock lock(mutex);
        ++rechecked_;
        figures_ += checked.figures;
        for (const std::string& one : checked.contradictions)
          wrong(fmt::format("record {}, judgement {}: {}", heads[i].seq,
                            safe_text(heads[i].key, 200), one));
        return true;
      },
      workers()));
  return {};
}

Result<std::optional<Run>> AuditVerifier::run_of(const std::string& key, const std::string& id) {
  std::optional<store::Record> record;
  if (!key.empty()) {
    TRY(record, store_.find(Kind::run, key));
  } else {
    TRY(const std::vector<store::Head> heads,
        store_.list({.kind = Kind::run, .terms = {{"id", id}}, .newest_first = true, .limit = 1}));
    CHECKED(store_.read(heads, [&](std::size_t, store::Record& found) -> Result<bool> {
      record = std::move(found);
      return true;
    }));
  }
  if (!record) return std::nullopt;
  TRY(Run run, store::Stored<Run>::read(record->value, record->place));
  return run;
}

Result<std::shared_ptr<const Run>> AuditVerifier::base_of(const std::string& id) {
  if (id.empty()) return nullptr;
  {
    const std::scoped_lock lock(base_mutex_);
    if (id == base_id_) return base_;
  }
  TRY(std::optional<Run> found, run_of("", id));
  auto base = found ? std::make_shared<const Run>(*std::move(found)) : nullptr;
  const std::scoped_lock lock(base_mutex_);
  base_id_ = id;
  base_ = base;
  return base;
}

}  // namespace perfgate::cli
