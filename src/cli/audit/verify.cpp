#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <mutex>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/audit/audit.hpp"
#include "cli/audit/difference.hpp"
#include "cli/audit/making.hpp"
#include "cli/progress.hpp"
#include "gate/audit.hpp"
#include "gate/audit_period.hpp"
#include "gate/audit_recheck.hpp"
#include "model/audit_json.hpp"
#include "store/checkpoint.hpp"
#include "store/ledger.hpp"
#include "store/repository.hpp"
#include "store/stored.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{256} << 20;

struct Options {
  AuditOptions audit;
  std::string directory, head;
};

void add(CLI::App& app, Options& options) {
  app.add_option("directory", options.directory, "folder of the reports")->required();
  app.add_option("--expect-head", options.head,
                 "checksum of a record that the history must still hold, as it was written down "
                 "elsewhere");
  add_audit(app, options.audit);
}

/// The files of one period.
struct Report {
  AuditPeriod period;
  std::map<std::string, std::string> files;  ///< ending -> bytes: json, html, pdf, slo-alerts.json
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

class Verifier {
 public:
  Verifier(const Options& options, const store::Store& store, Env& env)
      : options_(options), store_(store), env_(env) {}

  Result<void> read_reports() {
    TRY(const std::vector<sys::ListedFile> listed, sys::list_files(options_.directory, 100'000));
    std::map<Time, Report> by_time;
    for (const sys::ListedFile& file : listed) {
      const std::string_view name = file.path;
      if (!name.starts_with("audit-") || name.contains('/')) continue;
      const std::size_t dot = name.find('.');
      const auto period = gate::audit_period(name.substr(6, dot - 6));
      if (dot == name.npos || !period) continue;
      const std::string ending(name.substr(dot + 1));
      if (ending != "json" && ending != "html" && ending != "pdf" && ending != "dsse.json" &&
          ending != "slo-alerts.json")
        continue;
      TRY(std::string bytes, sys::read_file(options_.directory + "/" + file.path, largest_file));
      Report& report = by_time[period->begin];
      if (!report.period.name.empty() && report.period.name != period->name)
        return fail(Code::audit,
                    fmt::format("{} holds reports of {} and of {}, which begin together",
                                options_.directory, report.period.name, period->name),
                    "verify each kind in a folder of its own");
      report.period = *period;
      (ending == "dsse.json" ? report.envelope : report.files[ending]) = std::move(bytes);
    }
    if (by_time.empty())
      return fail(Code::audit, fmt::format("{} holds no audit report", options_.directory),
                  "give the folder that `perfgate audit generate --out` wrote");
    for (auto& [begin, report] : by_time) {
      if (const auto json = report.files.find("json"); json != report.files.end()) {
        auto audit = read_audit(json->second, audit_file(report.period.name, "json"));
        if (!audit)
          wrong(fmt::format("{} {}", audit.error().message, audit.error().hint));
        else if (!(audit->period == report.period))
          wrong(fmt::format("{}: it says that it is of {}", audit_file(report.period.name, "json"),
                            safe_text(audit->period.name, 40)));
        else
          report.stated = *std::move(audit);
      }
      if (!reports_.empty()) {
        const AuditPeriod after = gate::next_period(reports_.back().period);
        if (gate::frequency_of(after) == gate::frequency_of(report.period) &&
            after.name != report.period.name)
          wrong(fmt::format("{} is missing: between the reports of {} and {}", after.name,
                            reports_.back().period.name, report.period.name));
      }
      reports_.push_back(std::move(report));
    }
    return {};
  }

  /// Everything that the history can say.
  Result<void> read_history(const std::optional<RepositoryFacts>& repository) {
    const auto troubles = store_.verify();
    if (!troubles) {
      wrong(fmt::format("{}: {}", store_.url(), troubles.error().message));
      return {};
    }
    for (const store::Trouble& trouble : *troubles)
      if (trouble.severity != store::Trouble::Severity::info)
        wrong(fmt::format("{}: {}", safe_text(trouble.place, 300), safe_text(trouble.what, 500)));
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

  /// The files against the checkpoints, those against the key, all of it against the head.
  void hold_against_checkpoints(const store::CheckpointKey* key) {
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
        const bool here = std::ranges::any_of(report.files, [&](const auto& one) {
          return audit_file(name, one.first) == file.name;
        });
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

  /// Figures of the judgements against the samples of their runs.
  Result<void> hold_against_samples() {
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
    std::mutex mutex;
    CHECKED(store_.read(
        heads,
        [&](std::size_t i, store::Record& record) -> Result<bool> {
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

  Result<Exit> conclude(const store::CheckpointKey* key, bool with_repository) {
    if (options_.head.empty())
      open(
          "that the history as a whole was not rewritten, nor its newest records cut off: give "
          "--expect-head, as it stands in a job summary, a comment or a commit message");
    if (!key)
      open("who made the checkpoints: give --key{}",
           any_signature_ ? "" : ", of reports that were made with one");
    if (!with_repository)
      open("that the population is what git lists: give --repo, and the changes are listed again");
    open(
        "that runs came from the machines and commits that they name: see the attestations of "
        "their workflows");
    open(
        "the estimates of change and their bands, which depend on the policy of the time: they "
        "were only held to the medians and intervals beside them");
    if (without_run_ > 0)
      open("{} judgements whose runs the history does not hold: no samples", without_run_);
    std::string text;
    std::size_t recomputed = 0;
    for (const Report& report : reports_) recomputed += report.recomputed;
    text += fmt::format(
        "{} of {} reports computed again from {} records; {} figures of {} "
        "judgements held against samples\n",
        recomputed, reports_.size(), records_, figures_, rechecked_);
    if (head_record_ > 0)
      text += fmt::format("the expected head is record {}: all up to it is what it was\n",
                          head_record_);
    for (const std::string& one : proved_) text += one + "\n";
    text += "not proved:\n";
    for (const std::string& one : open_) text += "  " + one + "\n";
    if (!options_.audit.shared.quiet) env_.out(text);
    if (wrong_.empty()) {
      env_.out("verified\n");
      return Exit::pass;
    }
    constexpr std::size_t most = 50;
    for (std::size_t i = 0; i < std::min(most, wrong_.size()); ++i)
      env_.out(fmt::format("wrong: {}\n", safe_text(wrong_[i], 1000)));
    return fail(Code::audit,
                fmt::format("{} {} not hold: {}", wrong_.size(),
                            wrong_.size() == 1 ? "thing does" : "things do",
                            safe_text(wrong_.front(), 600)),
                "each is named above; compare with a copy that was kept elsewhere");
  }

 private:
  void wrong(std::string what) { wrong_.push_back(std::move(what)); }
  template <class... T>
  void open(fmt::format_string<T...> text, T&&... values) {
    open_.push_back(fmt::format(text, std::forward<T>(values)...));
  }

  Result<void> keep_checkpoint(const LedgerEntry& entry) {
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

  void compute_again(Report& report, const std::optional<RepositoryFacts>& repository) {
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
    const Audit computed =
        books_.close(terms, repository ? *repository : stated_repository(stated));
    report.recomputed = true;
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

  /// What a report tells of its own period's records alone.
  static Audit of_period_alone(Audit audit) {
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

  static std::string text_of(const Audit& audit) {
    std::string text;
    write_audit(audit, [&](std::string_view piece) { text += piece; });
    return text;
  }

  void hold_json(const std::string& file, const std::string& is, const std::string& should,
                 const Audit& stated, const Audit& computed) {
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

  struct Differing {
    std::string file, what;
    bool excused = false;  ///< what differs may be how it is printed, and not what
  };

  /// Another build may lay a page out in another way.
  static Differing page_differs(std::string_view is, std::string_view should, const Audit& stated) {
    const auto made = std::ranges::find(stated.inputs, "perfgate", &AuditInput::name);
    const auto own = own_digest();
    const bool same_build = made != stated.inputs.end() && own && made->sha256 == *own;
    return {.what = page_difference(is, should), .excused = !same_build};
  }

  /// Other fonts print the same text in other bytes.
  Differing pdf_differs(std::string_view is, std::string_view should) const {
    const auto text = pdf_text(is, env_), other = pdf_text(should, env_);
    if (text && other && *text != *other) return {.what = page_difference(*text, *other)};
    const auto at = std::ranges::mismatch(is, should).in1 - is.begin() + 1;
    return {.what = fmt::format(
                "it is not what its figures print: byte {} of {} differs{}", at, is.size(),
                other ? "" : " (with pdftotext, of poppler-utils, the line is named)"),
            .excused = text && other ? true : !other};
  }

  void hold_file(const std::vector<Kept>& versions, const std::string& file,
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

  void hold_signature(const Kept& kept, const store::CheckpointKey* key, std::string_view name) {
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

  void hold_figures(const Kept& kept, const Audit& stated, std::string_view name) {
    const store::Checkpoint& is = kept.envelope.checkpoint;
    const AuditChain& chain = stated.chain;
    if (is.records != chain.records || is.first != chain.first || is.last != chain.last ||
        is.prev != chain.prev || is.head != chain.head || is.root != chain.root)
      wrong(
          fmt::format("{}: its checkpoint in record {} has another head, root or number of "
                      "records than the report",
                      name, kept.record));
  }

  Result<std::optional<Run>> run_of(const std::string& key, const std::string& id) {
    std::optional<store::Record> record;
    if (!key.empty()) {
      TRY(record, store_.find(Kind::run, key));
    } else {
      TRY(const std::vector<store::Head> heads,
          store_.list(
              {.kind = Kind::run, .terms = {{"id", id}}, .newest_first = true, .limit = 1}));
      CHECKED(store_.read(heads, [&](std::size_t, store::Record& found) -> Result<bool> {
        record = std::move(found);
        return true;
      }));
    }
    if (!record) return std::nullopt;
    TRY(Run run, store::Stored<Run>::read(record->value, record->place));
    return run;
  }

  /// A baseline serves many judgements in a row.
  Result<std::shared_ptr<const Run>> base_of(const std::string& id) {
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

  const Options& options_;
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

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.audit.shared, env));
  std::optional<store::CheckpointKey> key;
  if (!options.audit.key.empty()) {
    TRY(const std::string pem, sys::read_file(options.audit.key, 1 << 16));
    TRY(key, store::CheckpointKey::read(pem, options.audit.key));
  }
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  std::optional<RepositoryFacts> repository;
  if (!options.audit.repository.empty()) {
    TRY(repository,
        read_repository(options.audit.repository, options.audit.branch, settings.policy, env));
  }
  Verifier verifier(options, *store, env);
  CHECKED(verifier.read_reports());
  CHECKED(verifier.read_history(repository));
  verifier.hold_against_checkpoints(key ? &*key : nullptr);
  CHECKED(verifier.hold_against_samples());
  return verifier.conclude(key ? &*key : nullptr, repository.has_value());
}

}  // namespace

Command audit_verify() {
  return {
      .name = "verify",
      .summary = "compute reports again from the history, and say what holds",
      .footer =
          "Computes every figure again, renders every file again, holds the figures of judgements "
          "\nagainst the samples of their runs, and the files against the checkpoints in the "
          "store.\n--expect-head holds the history to a checksum that was written down elsewhere, "
          "--key the\ncheckpoints to a key, --repo the population to git.\n\n"
          "Exit 0: verified; what could not be proved is said. Exit 8 (CBKB007): something was "
          "changed,\nand is named.\n\n"
          "Examples:\n  perfgate audit verify audit\n"
          "  perfgate audit verify audit --store dir:.perfgate --expect-head 1f3a... --key "
          "audit-key.pub",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
