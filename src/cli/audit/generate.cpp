#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <future>
#include <set>

#include "base/counted.hpp"
#include "base/embedded.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/audit/audit.hpp"
#include "cli/audit/making.hpp"
#include "cli/progress.hpp"
#include "config/audit.hpp"
#include "gate/audit.hpp"
#include "gate/audit_period.hpp"
#include "model/audit_fields.hpp"
#include "store/checkpoint.hpp"
#include "store/ledger.hpp"
#include "sys/directory.hpp"
#include "sys/fd.hpp"
#include "sys/file.hpp"
#include "sys/memory.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  AuditOptions audit;
  std::string period, out, format;
  bool missing = false;
};

void add(CLI::App& app, Options& options) {
  auto* period = app.add_option("--period", options.period,
                                "2026-10, 2026-Q4 or 2026-W41 (default: the last that is over)");
  app.add_flag("--missing", options.missing,
               "every period that is over and that the store holds no report of")
      ->excludes(period);
  app.add_option("--out", options.out, "folder for the files (default: audit)");
  app.add_option("--format", options.format,
                 "html, pdf, json, separated by commas (default: as audit_config.yaml says)");
  app.add_option("--controls", options.audit.controls,
                 "which evidence may support which controls (default: the built-in mapping)");
  add_audit(app, options.audit);
}

/// A file's text, and what to call it.
struct Source {
  std::string name, text;
};

Result<Source> source_of(const std::string& named, const std::string& usual,
                         std::string_view built_in) {
  if (!named.empty()) {
    auto text = sys::read_file(named, 1 << 20);
    if (!text)
      return fail(Code::config, text.error().message, "give the path of a file that is there");
    return Source{named.substr(named.rfind('/') + 1), *std::move(text)};
  }
  TRY(const auto there, sys::stamp_of(usual));
  if (!usual.empty() && there) {
    TRY(std::string text, sys::read_file(usual, 1 << 20));
    return Source{usual, std::move(text)};
  }
  const std::string path(built_in);
  return Source{path.substr(path.rfind('/') + 1), std::string(embedded(built_in))};
}

Result<std::vector<std::string>> formats_of(const Options& options, const AuditConfig& config) {
  if (options.format.empty()) return config.formats;
  std::vector<std::string> formats;
  for (std::string_view rest = options.format;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = trim(rest.substr(0, comma));
    if (name != "html" && name != "pdf" && name != "json")
      return fail(
          Code::usage,
          fmt::format("--format {}: an audit report is html, pdf or json", safe_text(name, 40)),
          "--format html,pdf,json");
    if (std::ranges::find(formats, name) == formats.end()) formats.emplace_back(name);
    if (comma == rest.npos) return formats;
    rest.remove_prefix(comma + 1);
  }
}

/// The effective policy, as it was configured.
AuditInput policy_input(const Settings& settings) {
  std::string text;
  for (const config::Origin& origin : settings.origins)
    text += fmt::format("{} = {}\n", origin.key, origin.value);
  return {.name = "policy and project, as configured",
          .version = settings.policy.origin,
          .sha256 = sha256(text)};
}

/// The first record there is; nothing where the store is empty.
Result<std::optional<Time>> beginning_of(const store::Store& store) {
  TRY(const std::vector<store::Head> first, store.list({.all_versions = true, .limit = 1}));
  if (first.empty()) return std::nullopt;
  return first.front().at;
}

Result<std::set<std::string>> reported_periods(const store::Store& store) {
  TRY(const std::vector<store::Head> heads, store.list({.kind = Kind::checkpoint}));
  std::set<std::string> names;
  for (const store::Head& head : heads) names.insert(head.key);
  return names;
}

Result<std::vector<AuditPeriod>> wanted_periods(const Options& options, const AuditConfig& config,
                                                const store::Store& store, Time now) {
  TRY(const std::optional<Time> begin, beginning_of(store));
  if (!begin)
    return fail(Code::audit,
                fmt::format("{} holds no record: there is nothing to report on", store.url()),
                "--store names the history; `perfgate gate` fills it");
  const AuditPeriod current = gate::period_of(now, config.frequency);
  if (options.missing) {
    TRY(const std::set<std::string> known, reported_periods(store));
    const Time kept = gate::month_before(now, config.retention_months);
    std::vector<AuditPeriod> periods;
    for (AuditPeriod period = gate::period_of(*begin, config.frequency);
         period.begin < current.begin; period = gate::next_period(period))
      if (!known.contains(period.name) && !(period.begin < kept)) periods.push_back(period);
    return periods;
  }
  AuditPeriod period = gate::previous_period(current);
  if (!options.period.empty()) {
    TRY(period, gate::audit_period(options.period));
  }
  if (now < period.end)
    return fail(Code::audit,
                fmt::format("{} is not over: it ends {}", period.name, to_text(period.end)),
                "a report is made of what cannot change any more: make it then");
  const AuditPeriod first = gate::period_of(*begin, gate::frequency_of(period));
  if (period.begin < first.begin)
    return fail(Code::audit,
                fmt::format("{} is missing: the store's first record is of {}", period.name,
                            to_text(*begin)),
                "records before it were never written, or retention took them away: `perfgate "
                "history query kind=deletion` tells");
  return std::vector{period};
}

class Generator {
 public:
  Generator(const Options& options, std::string out, std::vector<std::string> formats,
            gate::AuditTerms terms, RepositoryFacts repository, const store::CheckpointKey* key,
            Env& env)
      : options_(options),
        out_(std::move(out)),
        formats_(std::move(formats)),
        terms_(std::move(terms)),
        repository_(std::move(repository)),
        key_(key),
        env_(env) {}

  /// Reads the history once, and makes each report as its period ends, while it reads on.
  Result<void> make(const std::vector<AuditPeriod>& periods, const store::Store& store) {
    auto next = periods.begin();
    bool begun = false;
    const auto advance = [&](Time to) -> Result<void> {
      while (next != periods.end()) {
        if (!begun && !(to < next->begin)) {
          books_.begin(*next);
          begun = true;
        }
        if (to < next->end) return {};
        CHECKED(report());
        begun = false;
        ++next;
      }
      return {};
    };
    const auto take = [&](LedgerEntry& entry) -> Result<void> {
      CHECKED(advance(books_.counted_from(entry)));
      return books_.add(entry);
    };
    CHECKED(store::read_ledger(store, take, workers()));
    CHECKED(books_.check_beginning());
    if (!periods.empty()) CHECKED(advance(periods.back().end));
    while (!printing_.empty()) CHECKED(take_oldest());
    return {};
  }

  /// The checkpoints as records, which close their periods for good.
  Result<void> keep(store::Store& store) const {
    std::vector<store::Store::Addition> additions;
    for (const auto& [checkpoint, envelope] : made_)
      additions.push_back({.kind = Kind::checkpoint,
                           .key = checkpoint.period,
                           .value = store::checkpoint_record(checkpoint, envelope),
                           .at = env_.now()});
    if (const auto kept = store.append(additions); !kept)
      return fail(Code::audit,
                  fmt::format("the reports are written to {}, and their checkpoints were not kept: "
                              "{}",
                              out_, kept.error().message),
                  kept.error().hint);
    return {};
  }

  std::size_t made() const { return made_.size(); }
  const std::vector<std::string>& alerts() const { return alerts_; }
  const std::string& cut_short() const { return cut_short_; }

 private:
  Result<void> write(const std::string& name, std::string_view bytes,
                     std::vector<store::ReportFile>* files) const {
    CHECKED(sys::write_file_atomic(out_ + "/" + name, bytes, sys::Durable::yes));
    if (files) files->push_back({.name = name, .sha256 = sha256(bytes)});
    return {};
  }

  /// Two at a time: what is printed takes memory beside what is known of the history.
  Result<void> report() {
    constexpr std::size_t most = 2;
    if (printing_.size() == most) CHECKED(take_oldest());
    printing_.push_back(
        std::async(std::launch::async, [this, audit = books_.close(terms_, repository_)] {
          auto made = print(audit);
          // What a report was printed with stands between what is remembered of the history.
          sys::give_back_memory();
          return made;
        }));
    return {};
  }

  struct Made {
    store::Checkpoint checkpoint;
    std::string envelope, told, cut_short;
    bool alerts = false;
  };

  Result<Made> print(const Audit& audit) const {
    const std::string& name = audit.period.name;
    Made made{.checkpoint = {.period = name,
                             .records = audit.chain.records,
                             .first = audit.chain.first,
                             .last = audit.chain.last,
                             .prev = audit.chain.prev,
                             .head = audit.chain.head,
                             .root = audit.chain.root}};
    TRY(const auto files, audit_files(audit, formats_));
    for (const auto& [format, bytes] : files)
      CHECKED(write(audit_file(name, format), bytes, &made.checkpoint.files));
    if (const std::string alerts = slo_alerts(audit); !alerts.empty()) {
      CHECKED(write(audit_file(name, "slo-alerts.json"), alerts, &made.checkpoint.files));
      made.alerts = true;
    }
    TRY(made.envelope, store::to_envelope(made.checkpoint, key_));
    CHECKED(write(audit_file(name, "dsse.json"), made.envelope + "\n", nullptr));
    made.told = fmt::format("perfgate: {}: {} records, {} changes ({} gaps), head {:.12}\n", name,
                            audit.chain.records, audit.population.commits, audit.population.gaps,
                            audit.chain.head);
    for (const AuditEvidence& evidence : audit.evidence)
      if (evidence.name == "retention" && evidence.state == AuditState::missing)
        made.cut_short = fmt::format("{}: {}", name, evidence.reason);
    return made;
  }

  Result<void> take_oldest() {
    auto oldest = std::move(printing_.front());
    printing_.pop_front();
    TRY(Made made, oldest.get());
    if (!options_.audit.shared.quiet) env_.err(made.told);
    if (made.alerts) alerts_.push_back(made.checkpoint.period);
    if (!made.cut_short.empty()) cut_short_ = std::move(made.cut_short);
    made_.emplace_back(std::move(made.checkpoint), std::move(made.envelope));
    return {};
  }

  const Options& options_;
  std::string out_;
  std::vector<std::string> formats_;
  gate::AuditTerms terms_;
  RepositoryFacts repository_;
  const store::CheckpointKey* key_;
  Env& env_;
  gate::AuditBooks books_;
  std::vector<std::pair<store::Checkpoint, std::string>> made_;
  std::vector<std::string> alerts_;
  std::string cut_short_;
  std::deque<std::future<Result<Made>>> printing_;  // last: its threads end before what they use
};

/// The checksum of the newest record.
Result<std::string> head_of(const store::Store& store) {
  TRY(const std::vector<store::Head> heads,
      store.list({.all_versions = true, .newest_first = true, .limit = 1}));
  std::string head;
  CHECKED(store.read(heads, [&](std::size_t, store::Record& record) -> Result<bool> {
    head = record.sha256;
    return true;
  }));
  return head;
}

/// The head where others will find it: a witness beside the store.
void tell_summary(std::string_view text, Env& env) {
  const std::string path = sys::variable(env.environment, "GITHUB_STEP_SUMMARY");
  if (path.empty()) return;
  const sys::Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!file || ::write(file.get(), text.data(), text.size()) != std::ssize(text))
    env.err("perfgate: the job summary could not be written to\n");
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.audit.shared, env));
  const bool quiet = options.audit.shared.quiet;
  if (!settings.policy.automation.audit_generation_enabled) {
    env.out("audit reports are switched off: audit_generation_enabled = false in the policy\n");
    return Exit::pass;
  }
  TRY(const Source mapping, source_of(options.audit.controls, "", "config/audit_controls.toml"));
  TRY(config::AuditControls controls, config::read_audit_controls(mapping.text, mapping.name));
  TRY(const Source asked,
      source_of(options.audit.config, "audit_config.yaml", "config/audit_config.yaml"));
  TRY(const AuditConfig config,
      config::read_audit_config(asked.text, asked.name, controls.standards()));
  if (!config.enabled) {
    env.out(fmt::format("audit reports are switched off: enabled: false in {}\n", asked.name));
    return Exit::pass;
  }
  TRY(std::vector<std::string> formats, formats_of(options, config));
  std::optional<store::CheckpointKey> key;
  if (!options.audit.key.empty()) {
    TRY(const std::string pem, sys::read_file(options.audit.key, 1 << 16));
    TRY(key, store::CheckpointKey::read(pem, options.audit.key));
    if (!key->can_sign())
      return fail(Code::audit, fmt::format("{}: a public key only verifies", options.audit.key),
                  "give the private one to `audit generate`");
  }
  sys::share_heaps(2);  // what is known of 20 000 runs, and two reports that are printed
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  TRY(const std::vector<AuditPeriod> periods, wanted_periods(options, config, *store, env.now()));
  sys::give_back_memory();  // the index may have been made anew
  if (periods.empty()) {
    env.out("no report is missing\n");
    return Exit::pass;
  }
  const std::string out = options.out.empty() ? "audit" : options.out;
  CHECKED(sys::make_directories(out));
  CHECKED(sys::check_writable(out));
  TRY(RepositoryFacts repository,
      read_repository(options.audit.repository, options.audit.branch, settings.policy, env));
  TRY(const std::string own, own_digest());
  gate::AuditTerms terms{
      .config = config,
      .controls = std::move(controls.controls),
      .inputs = {{.name = "perfgate", .version = std::string(version()), .sha256 = own},
                 {.name = asked.name, .sha256 = sha256(asked.text)},
                 {.name = mapping.name,
                  .version = controls.version,
                  .sha256 = sha256(mapping.text)},
                 policy_input(settings)},
      .retention_policy_months = settings.policy.retention.months,
      .signing =
          key ? fmt::format("signed with the Ed25519 key {}", key->id()) : "chained, not signed"};
  Generator generator(options, out, std::move(formats), std::move(terms), std::move(repository),
                      key ? &*key : nullptr, env);
  CHECKED(generator.make(periods, *store));
  CHECKED(generator.keep(*store));
  TRY(const std::string head, head_of(*store));
  for (const std::string& period : generator.alerts())
    env.err(
        fmt::format("perfgate: SLO alert: floors or ceilings were violated in {0}: see "
                    "{1}/{2}\n",
                    period, out, audit_file(period, "slo-alerts.json")));
  if (!quiet) {
    env.out(
        fmt::format("made {} in {}\nhead {}\n", counted(generator.made(), "report"), out, head));
    env.out(
        "Write the head down elsewhere: `perfgate audit verify --expect-head` holds the store "
        "to it.\n");
  }
  tell_summary(fmt::format("Audit reports {} to {} made. Head of the history: `{}`\n",
                           periods.front().name, periods.back().name, head),
               env);
  if (!generator.cut_short().empty())
    return fail(
        Code::audit,
        fmt::format("the reports are written to {}, and say: {}", out, generator.cut_short()),
        "keep records as long as audit_config.yaml asks for: [retention] months of the "
        "policy");
  return Exit::pass;
}

}  // namespace

Command audit_generate() {
  return {
      .name = "generate",
      .summary = "the report on a period that is over, from the history and git",
      .footer =
          "Writes audit-PERIOD.html, .pdf, .json and the checkpoint audit-PERIOD.dsse.json, and "
          "keeps\nthe checkpoint in the store. A report is the same whenever it is made. Periods "
          "are of UTC.\nIts head is printed, and added to the job's summary.\n\n"
          "A monthly job: perfgate audit generate --missing --out audit, with the whole repository"
          "\n(fetch-depth: 0).\n\n"
          "Exit 8 (CBKB007): nothing to report on, a chain that does not verify, no population of\n"
          "changes, an unknown standard, a folder that cannot be written, retention cut short.\n\n"
          "Examples:\n  perfgate audit generate --period 2026-10\n"
          "  perfgate audit generate --missing --key audit-key.pem --out audit",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
