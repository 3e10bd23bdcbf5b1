// Reports computed again from the history's records.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/audit/difference.hpp"
#include "cli/audit/making.hpp"
#include "cli/audit/verifier.hpp"
#include "cli/progress.hpp"
#include "gate/audit_erased.hpp"
#include "model/audit_json.hpp"
#include "store/ledger.hpp"

namespace perfgate::cli {
namespace {

/// What a report tells of its own period's records alone.
Audit of_period_alone(Audit audit) {
  audit.population = {};
  audit.deployments.clear();
  audit.incidents.clear();
  audit.baselines.clear();
  audit.waivers.clear();
  audit.evidence.clear();
  audit.controls.clear();
  audit.rows.clear();
  audit.limits_of_report.clear();
  audit.statement.clear();
  for (AuditRun& run : audit.runs) {
    run.started = {};
    run.attempt = 1;
    run.repeated = false;
  }
  return audit;
}

std::string text_of(const Audit& audit) {
  std::string text;
  write_audit(audit, [&](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace

Result<void> AuditVerifier::read_history(const std::optional<RepositoryFacts>& repository) {
  const auto troubles = [&] {
    Progress progress(env_, options_.audit.shared.quiet, "checking the chain", 0);
    return store_.verify(progress.of_bytes());
  }();
  if (!troubles) {
    wrong(fmt::format("{}: {}", store_.url(), troubles.error().message));
    return {};
  }
  for (const store::Trouble& trouble : *troubles)
    if (trouble.severity != store::Trouble::Severity::info)
      wrong(fmt::format("{}: {}", safe_text(trouble.place, 300), safe_text(trouble.what, 500)));
  Progress progress(env_, options_.audit.shared.quiet, "computing reports again", reports_.size());
  auto next = reports_.begin();
  bool begun = false;
  const auto advance = [&](Time to) {
    while (next != reports_.end()) {
      if (!begun && !(to < next->period.begin)) {
        books_.begin(next->period);
        begun = true;
      }
      if (to < next->period.end) return;
      compute_again(*next, repository);
      progress.add();
      begun = false;
      ++next;
    }
  };
  const auto read = store::read_ledger(
      store_,
      [&](LedgerEntry& entry) -> Result<void> {
        if (records_++ == 0) first_record_ = entry.seq;
        advance(books_.counted_from(entry));
        if (entry.sha256 == options_.head) head_record_ = entry.seq;
        if (entry.kind == Kind::checkpoint && !entry.erased) CHECKED(keep_checkpoint(entry));
        return books_.add(entry);
      },
      workers());
  if (!read)
    wrong(read.error().message);
  else if (const auto begins = books_.check_beginning(); !begins)
    wrong(begins.error().message);
  else
    advance(reports_.back().period.end);
  return {};
}

Result<void> AuditVerifier::keep_checkpoint(const LedgerEntry& entry) {
  const std::string name = fmt::format("record {}", entry.seq);
  TRY(std::string text, store::envelope_of_record(std::get<std::string>(entry.content), name));
  TRY(store::Envelope envelope, store::read_envelope(text, name));
  if (envelope.checkpoint.period != entry.key)
    return fail(Code::audit, fmt::format("{}: its checkpoint is of another period", name));
  // Written again by retention, it is the same one.
  auto& versions = kept_[entry.key];
  if (versions.empty() || versions.back().text != text)
    versions.push_back(
        {.envelope = std::move(envelope), .text = std::move(text), .record = entry.seq});
  return {};
}

void AuditVerifier::compute_again(Report& report,
                                  const std::optional<RepositoryFacts>& repository) {
  const std::string& name = report.period.name;
  if (!report.stated) {
    open("the figures of {}: without {} there is nothing to compute again", name,
         audit_file(name, "json"));
    return;
  }
  const Audit& stated = *report.stated;
  if (stated.chain.records > 0 && stated.chain.last < first_record_) {
    open(
        "the figures of {}: its records were taken away by retention, of which the history "
        "tells; its checkpoint still stands",
        name);
    return;
  }
  gate::AuditTerms terms{.config = stated.config,
                         .controls = stated.controls,
                         .inputs = stated.inputs,
                         .retention_policy_months = stated.retention_policy_months,
                         .signing = stated.signing};
  // Methods are told by the records, and are added again.
  std::erase_if(terms.inputs,
                [](const AuditInput& input) { return input.name == "method of the verdicts"; });
  Audit computed = books_.close(terms, repository ? *repository : stated_repository(stated));
  report.recomputed = true;
  if (const int names = gate::show_erased_names(stated, computed); names > 0)
    open(
        "{} {} that the report of {} shows: the history had {} erased, and only the report's "
        "digest in its checkpoint speaks for {}",
        names, names == 1 ? "name" : "names", name, names == 1 ? "it" : "them",
        names == 1 ? "it" : "them");
  hold_files(report, computed);
}

void AuditVerifier::hold_files(Report& report, const Audit& computed) {
  const std::string& name = report.period.name;
  const Audit& stated = *report.stated;
  std::vector<std::string> formats;
  for (const auto& [ending, bytes] : report.files)
    if (ending != "slo-alerts.json") formats.push_back(ending);
  const auto files = audit_files(computed, formats);
  if (!files) {
    wrong(fmt::format("{}: {}", name, files.error().message));
    return;
  }
  bool same_figures = true;
  for (const std::string& format : formats) {
    const std::string& is = report.files[format];
    const std::string& should = files->at(format);
    if (is == should) continue;
    const std::string file = audit_file(name, format);
    if (format == "json") {
      same_figures = false;
      hold_json(file, is, should, stated, computed);
    }
  }
  const std::string alerts = slo_alerts(computed);
  if (const auto is = report.files.find("slo-alerts.json");
      is != report.files.end() && is->second != alerts)
    wrong(fmt::format("{}: {}", audit_file(name, "slo-alerts.json"),
                      page_difference(is->second, alerts)));
  for (const std::string& format : formats) {
    if (format == "json" || report.files[format] == files->at(format)) continue;
    differing_.push_back(format == "html"
                             ? page_differs(report.files[format], files->at(format), stated)
                             : pdf_differs(report.files[format], files->at(format)));
    Differing& differing = differing_.back();
    differing.file = audit_file(name, format);
    differing.excused = (differing.excused && same_figures) || first_record_ > 1;
  }
}

void AuditVerifier::hold_json(const std::string& file, const std::string& is,
                              const std::string& should, const Audit& stated,
                              const Audit& computed) {
  // Where retention took the past away, what depends on it cannot be computed again.
  if (first_record_ > 1) {
    const std::string own = text_of(of_period_alone(stated));
    if (own == text_of(of_period_alone(computed)) && is == text_of(stated) + "\n") {
      open(
          "what {} tells of the time before its period, such as baselines and repeated runs: "
          "retention took those records away; the rest was computed again",
          file);
      return;
    }
  }
  const auto differences = audit_differences(is, should, computed, store_);
  for (const std::string& one : differences) wrong(fmt::format("{}: {}", file, one));
  if (differences.empty()) wrong(fmt::format("{}: {}", file, page_difference(is, should)));
}

AuditVerifier::Differing AuditVerifier::page_differs(std::string_view is, std::string_view should,
                                                     const Audit& stated) {
  const auto made = std::ranges::find(stated.inputs, "perfgate", &AuditInput::name);
  const auto own = own_digest();
  const bool same_build = made != stated.inputs.end() && own && made->sha256 == *own;
  return {.what = page_difference(is, should), .excused = !same_build};
}

AuditVerifier::Differing AuditVerifier::pdf_differs(std::string_view is,
                                                    std::string_view should) const {
  const auto text = pdf_text(is, env_), other = pdf_text(should, env_);
  if (text && other && *text != *other) return {.what = page_difference(*text, *other)};
  const auto at = std::ranges::mismatch(is, should).in1 - is.begin() + 1;
  return {.what = fmt::format(
              "it is not what its figures print: byte {} of {} differs{}", at, is.size(),
              other ? "" : " (with pdftotext, of poppler-utils, the line is named)"),
          .excused = text && other ? true : !other};
}

}  // namespace perfgate::cli
