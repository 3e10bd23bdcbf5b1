// Files against checkpoints, checkpoints against the key, the history against the head.

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/audit/making.hpp"
#include "cli/audit/verifier.hpp"

namespace perfgate::cli {

void AuditVerifier::hold_against_checkpoints(const store::CheckpointKey* key) {
  for (const Report& report : reports_) {
    const std::string& name = report.period.name;
    const auto kept = kept_.find(name);
    if (kept == kept_.end()) {
      wrong(fmt::format("{}: the store holds no checkpoint of it", name));
      continue;
    }
    const Kept& newest = kept->second.back();
    for (const auto& [ending, bytes] : report.files)
      hold_file(kept->second, audit_file(name, ending), sha256(bytes));
    for (const store::ReportFile& file : newest.envelope.checkpoint.files) {
      const bool here = std::ranges::any_of(
          report.files, [&](const auto& one) { return audit_file(name, one.first) == file.name; });
      if (!here)
        wrong(fmt::format("{}: its checkpoint names it, and it is not here",
                          safe_text(file.name, 100)));
    }
    if (report.envelope.empty())
      wrong(fmt::format("{} is not here", audit_file(name, "dsse.json")));
    else if (report.envelope != newest.text + "\n")
      wrong(fmt::format("{} is not the checkpoint that the store holds in record {}",
                        audit_file(name, "dsse.json"), newest.record));
    hold_signature(newest, key, name);
    if (report.stated) hold_figures(newest, *report.stated, name);
    if (head_record_ > 0 && newest.record > head_record_)
      open(
          "the checkpoint of {} was written after the expected head (record {}): the head says "
          "nothing of it",
          name, head_record_);
  }
  if (!options_.head.empty() && head_record_ == 0)
    wrong(
        fmt::format("the history does not hold the expected head {}: it was rewritten, or cut "
                    "before it",
                    safe_text(options_.head, 70)));
}

void AuditVerifier::hold_file(const std::vector<Kept>& versions, const std::string& file,
                              const std::string& digest) {
  const auto differing = std::ranges::find(differing_, file, &Differing::file);
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    const auto& files = version->envelope.checkpoint.files;
    const auto named = std::ranges::find(files, file, &store::ReportFile::name);
    if (named == files.end()) continue;
    if (named->sha256 != digest) {
      wrong(
          fmt::format("{}: its SHA-256 is {:.16}..., and the checkpoint in record {} names "
                      "{:.16}...{}",
                      file, digest, version->record, named->sha256,
                      differing == differing_.end() ? "" : "; " + differing->what));
      return;
    }
    if (differing == differing_.end()) return;
    if (differing->excused)
      open(
          "that {} shows the figures computed again: this build, or the fonts here, print it in "
          "another way; it is the file that the checkpoint in record {} names",
          file, version->record);
    else
      wrong(fmt::format("{}: {}", file, differing->what));
    return;
  }
  wrong(fmt::format("{}: no checkpoint names it", file));
}

void AuditVerifier::hold_signature(const Kept& kept, const store::CheckpointKey* key,
                                   std::string_view name) {
  any_signature_ = any_signature_ || !kept.envelope.signatures.empty();
  if (!key) return;
  if (kept.envelope.is_signed_by(*key))
    proved_.push_back(
        fmt::format("{}: its checkpoint is signed with the key {:.16}...", name, key->id()));
  else
    wrong(fmt::format("{}: its checkpoint {} the key {:.16}...", name,
                      kept.envelope.signatures.empty() ? "is not signed, and should be with"
                                                       : "is not signed with",
                      key->id()));
}

void AuditVerifier::hold_figures(const Kept& kept, const Audit& stated, std::string_view name) {
  const store::Checkpoint& is = kept.envelope.checkpoint;
  const AuditChain& chain = stated.chain;
  if (is.records != chain.records || is.first != chain.first || is.last != chain.last ||
      is.prev != chain.prev || is.head != chain.head || is.root != chain.root)
    wrong(
        fmt::format("{}: its checkpoint in record {} has another head, root or number of "
                    "records than the report",
                    name, kept.record));
}

}  // namespace perfgate::cli
