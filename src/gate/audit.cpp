#include "gate/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "gate/audit_period.hpp"
#include "model/audit_fields.hpp"
#include "model/audit_json.hpp"
#include "model/history_json.hpp"

namespace perfgate::gate {
namespace {

constexpr std::string_view no_record =
    "0000000000000000000000000000000000000000000000000000000000000000";

bool asks_to_skip(std::string_view subject) {
  for (const std::string_view mark :
       {"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "[skip perf]"})
    if (subject.contains(mark)) return true;
  return false;
}

AuditDeletion deletion_of(const nlohmann::json& json, Time at) {
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  return {.month = text("month"),
          .first = number("first"),
          .last = number("last"),
          .records = number("records"),
          .by = text("by"),
          .why = text("why"),
          .at = at};
}

bool is_met(Reason reason) { return reason == Reason::limit_met || reason == Reason::thin_margin; }

}  // namespace

std::int64_t pull_request_of(std::string_view subject) {
  const std::size_t hash = subject.starts_with("Merge pull request #") ? 19 : subject.rfind("(#");
  if (hash == subject.npos) return 0;
  const std::size_t from = hash + (subject[hash] == '(' ? 2 : 1);
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(subject.data() + from, subject.data() + subject.size(), number);
  if (error != std::errc()) return 0;
  if (subject[hash] == '(' && end != subject.data() + subject.size() - 1) return 0;
  return number > 0 ? number : 0;
}

Result<void> AuditBooks::add(LedgerEntry& entry) {
  if (first_ == 0) {
    first_ = entry.seq;
    beginning_ = entry.prev;
    if (entry.seq == 1 && entry.prev != no_record)
      return fail(Code::audit, "the chain does not verify: its first record follows another",
                  "`perfgate history verify` tells what is damaged");
  } else if (entry.seq != last_ + 1 || entry.prev != head_) {
    return fail(Code::audit,
                fmt::format("the chain does not verify: record {} does not follow record {}",
                            entry.seq, last_),
                "`perfgate history verify` tells what is damaged");
  }
  last_ = entry.seq;
  head_ = entry.sha256;
  if (chain_.records == 0) {
    chain_.first = entry.seq;
    chain_.prev = entry.prev;
  }
  ++chain_.records;
  chain_.last = entry.seq;
  ++kinds_[entry.kind];
  tree_.add(entry.sha256);
  if (entry.at < clock_) back_.push_back(entry.seq);
  clock_ = counted_from(entry);
  if (entry.erased) {
    erased_.push_back(entry.seq);
    if (entry.kind == Kind::incident) incidents_.erase(entry.key);
    return {};
  }
  if (const auto* run = std::get_if<RunFacts>(&entry.content)) {
    add_run(entry, *run);
  } else if (const auto* judgement = std::get_if<JudgementFacts>(&entry.content)) {
    add_judgement(entry, *judgement);
  } else {
    return add_other(entry, std::get<std::string>(entry.content));
  }
  return {};
}

void AuditBooks::add_run(const LedgerEntry& entry, const RunFacts& run) {
  KnownRun known{.attempt = run.attempt, .errors = run.errors, .started = run.started};
  const auto kept = runs_.try_emplace(entry.key).first;
  if (!run.sha.empty()) {
    const std::size_t where = std::hash<std::string>()(run.branch + " " + run.sha);
    known.repeated = !measured_on_.insert(where).second;
    Known& commit = commits_[run.sha];
    (run.dirty ? commit.dirty : commit.measured) = &kept->first;
  }
  if (!period_.name.empty())
    rows_.push_back({.run = {.run = entry.key,
                             .record = entry.seq,
                             .sha = run.sha,
                             .branch = run.branch,
                             .started = run.started,
                             .attempt = run.attempt,
                             .repeated = known.repeated},
                     .at = entry.at,
                     .kind = Kind::run});
  kept->second = known;
}

void AuditBooks::add_judgement(const LedgerEntry& entry, const JudgementFacts& judgement) {
  AuditRun row{.run = judgement.run,
               .judgement = entry.key,
               .record = entry.seq,
               .sha = judgement.sha,
               .branch = judgement.branch,
               .started = entry.at,
               .verdict = judgement.verdict,
               .exit_code = judgement.exit_code,
               .advisory = judgement.advisory,
               .tool = judgement.tool,
               .method = judgement.method,
               .baseline = judgement.baseline,
               .counts = judgement.counts,
               .findings = judgement.findings,
               .failed = judgement.failed,
               .inconclusive = judgement.inconclusive,
               .why = safe_text(judgement.why, 300)};
  if (const auto run = runs_.find(judgement.run); run != runs_.end()) {
    run->second.judged = true;
    row.started = run->second.started;
    row.attempt = run->second.attempt;
    row.repeated = run->second.repeated;
  }
  if (!judgement.sha.empty() && !judgement.dirty) {
    Known& commit = commits_[judgement.sha];
    if (commit.judgement.empty()) commit.first = clock_;
    commit.judgement = entry.key;
    commit.verdict = judgement.verdict;
    commit.record = entry.seq;
    commit.advisory = judgement.advisory;
  }
  for (const LimitFacts& fact : judgement.limits) {
    AuditLimit& limit = limits_[{fact.subject, fact.kind, fact.written}];
    if (limit.checks == 0 || fact.margin < limit.worst_margin) {
      limit.worst = fact.value;
      limit.worst_margin = fact.margin;
      limit.worst_judgement = entry.key;
    }
    ++limit.checks;
    if (is_met(fact.reason))
      ++limit.met;
    else if (fact.reason == Reason::limit_uncertain)
      ++limit.uncertain;
    else
      ++limit.violated;
  }
  if (!period_.name.empty())
    rows_.push_back({.run = std::move(row), .at = entry.at, .kind = Kind::judgement});
}

Result<void> AuditBooks::add_other(const LedgerEntry& entry, const std::string& json) {
  const std::string name = fmt::format("record {}", entry.seq);
  switch (entry.kind) {
    case Kind::incident: {
      TRY(Incident incident, read_incident(json, name));
      // What is over before any period began is told by none.
      if (period_.name.empty() && incident.state != IncidentState::open) {
        incidents_.erase(entry.key);
        break;
      }
      const auto before = incidents_.find(entry.key);
      if (before == incidents_.end() || !(before->second.first == incident))
        incidents_[entry.key] = {std::move(incident), clock_};
      break;
    }
    case Kind::baseline: {
      TRY(Baseline baseline, read_baseline(json, name));
      if (std::ranges::find(baselines_, baseline) == baselines_.end())
        baselines_.push_back(std::move(baseline));
      break;
    }
    case Kind::waiver: {
      TRY(Waiver waiver, read_waiver(json, name));
      const auto [known, fresh] = waivers_.try_emplace(waiver.id, waiver, clock_);
      if (!fresh) known->second.first = std::move(waiver);
      break;
    }
    case Kind::mark: {
      TRY(Mark mark, read_mark(json, name));
      marks_.push_back(std::move(mark));
      break;
    }
    case Kind::audit: {
      TRY(AuditRecord deed, read_audit_record(json, name));
      deeds_.push_back(std::move(deed));
      break;
    }
    case Kind::deletion:
      forget_carried(entry, json);
      break;
    default:
      break;
  }
  return {};
}

/// A deletion's own records of runs and judgements, which it wrote again because they are needed,
/// are no runs of this period.
void AuditBooks::forget_carried(const LedgerEntry& entry, const std::string& text) {
  const auto json = parse_json(text, "a deletion", Code::store);
  if (!json || !json->is_object()) return;
  AuditDeletion deletion = deletion_of(*json, entry.at);
  if (const auto head = json->find("head"); head != json->end() && head->is_string())
    deletion_ends_.emplace_back(deletion.last, head->get<std::string>());
  if (std::ranges::find(all_deletions_, deletion.month, &AuditDeletion::month) ==
      all_deletions_.end()) {
    all_deletions_.push_back(deletion);
    deletions_.push_back(std::move(deletion));
  }
  const auto deleted = json->find("deleted");
  if (deleted == json->end() || !deleted->is_array()) return;
  std::set<std::pair<Kind, std::string>> gone;
  for (const auto& one : *deleted) {
    if (!one.is_object() || !one.contains("kind") || !one.contains("key")) continue;
    if (!one["kind"].is_string() || !one["key"].is_string()) continue;
    if (const auto kind = enum_from_text<Kind>(one["kind"].get<std::string>()))
      gone.emplace(*kind, one["key"].get<std::string>());
  }
  std::erase_if(rows_, [&](const Row& row) {
    return row.at == entry.at &&
           gone.contains({row.kind, row.kind == Kind::run ? row.run.run : row.run.judgement});
  });
}

void AuditBooks::begin(const AuditPeriod& period) {
  period_ = period;
  std::erase_if(incidents_, [&](const auto& one) {
    const auto& [incident, changed] = one.second;
    return incident.state != IncidentState::open && changed < period.begin;
  });
  chain_ = {.prev = head_.empty() ? std::string(no_record) : head_};
  tree_ = {};
  kinds_.clear();
  rows_.clear();
  limits_.clear();
  marks_.clear();
  deeds_.clear();
  deletions_.clear();
  erased_.clear();
  back_.clear();
}

const AuditBooks::Known* AuditBooks::known(const std::string& sha) const {
  const auto found = sha.empty() ? commits_.end() : commits_.find(sha);
  return found == commits_.end() ? nullptr : &found->second;
}

const AuditBooks::Known* AuditBooks::judged(const std::string& sha) const {
  const Known* commit = known(sha);
  return commit && !commit->judgement.empty() ? commit : nullptr;
}

void AuditBooks::join(AuditMerge& merge, const MergeFacts& commit) const {
  const Known* const itself = judged(commit.sha);
  if (const Known* one = itself ? itself : judged(commit.head)) {
    merge.state = AuditMergeState::judged;
    merge.verdict = one->verdict;
    merge.judgement = one->judgement;
    merge.record = one->record;
    if (!itself) merge.reason = "what was merged was judged, before it was merged";
    if (one->advisory)
      merge.reason += merge.reason.empty() ? "advisory: the verdict decided nothing"
                                           : "; advisory: the verdict decided nothing";
    return;
  }
  const std::string* measured = nullptr;
  bool dirty = false;
  for (const Known* one : {known(commit.sha), known(commit.head)}) {
    if (!one) continue;
    if (!measured) measured = one->measured;
    dirty = dirty || one->dirty;
  }
  if (measured) {
    merge.reason = fmt::format("measured{}, and not judged by the end of the period: run {}",
                               runs_.at(*measured).errors > 0 ? " with errors" : "", *measured);
  } else if (dirty) {
    merge.reason = "measured only together with changes that no commit holds";
  } else if (asks_to_skip(merge.subject)) {
    merge.reason = "skipped: the commit's message asks for it";
  } else {
    merge.reason = "no run and no judgement by the end of the period: bypassed, or never measured";
  }
}

AuditPopulation AuditBooks::population(const RepositoryFacts& repository) const {
  AuditPopulation result{.branch = repository.branch, .query = repository.query};
  const AuditPeriod before = previous_period(period_);
  for (const MergeFacts& commit : repository.merges) {
    if (commit.at < before.begin || !(commit.at < period_.end)) continue;
    AuditMerge merge{.sha = commit.sha,
                     .at = commit.at,
                     .subject = safe_text(commit.subject, 200),
                     .head = commit.head,
                     .pull_request = commit.pull_request,
                     .author = safe_text(commit.author, 100),
                     .merger = safe_text(commit.merger, 100),
                     .approver = safe_text(commit.approver, 200)};
    join(merge, commit);
    if (commit.at < period_.begin) {
      // Of the period before; told here where it was judged only now.
      const Known* one = judged(commit.sha);
      if (!one) one = judged(commit.head);
      if (!one || one->first < period_.begin) continue;
      merge.state = AuditMergeState::late;
      merge.reason = fmt::format("of {}, and judged in this period", before.name);
      ++result.late;
    }
    result.merges.push_back(std::move(merge));
  }
  // By the committers' clocks, which may disagree; what is the same moment stands as git has it.
  const AuditMerge* after = nullptr;
  for (auto merge = result.merges.rbegin(); merge != result.merges.rend(); ++merge) {
    if (merge->state == AuditMergeState::late) continue;
    if (result.newest.empty()) result.newest = merge->sha;
    ++result.commits;
    if (merge->state == AuditMergeState::judged) {
      ++result.judged;
      if (judged(merge->sha)) after = &*merge;
    } else if (after) {
      merge->state = AuditMergeState::covered;
      merge->verdict = after->verdict;
      merge->judgement = after->judgement;
      merge->record = after->record;
      merge->reason = fmt::format("not judged itself; held by {:.12}, which was", after->sha);
      ++result.covered;
    } else {
      ++result.gaps;
    }
  }
  return result;
}

std::vector<AuditDeployment> AuditBooks::deployments(const RepositoryFacts& repository) const {
  std::vector<AuditDeployment> result;
  for (const TagFacts& tag : repository.tags) {
    if (tag.at < period_.begin || !(tag.at < period_.end)) continue;
    AuditDeployment deployment{.tag = safe_text(tag.name, 200), .sha = tag.sha, .at = tag.at};
    if (const Known* one = judged(tag.sha)) {
      deployment.verdict = one->verdict;
      deployment.judgement = one->judgement;
      deployment.record = one->record;
      deployment.reason = "its commit was judged";
    } else {
      const Known* commit = known(tag.sha);
      deployment.reason = commit && commit->measured ? "its commit was measured, and not judged"
                                                     : "its commit was neither measured nor judged";
    }
    result.push_back(std::move(deployment));
  }
  return result;
}

std::vector<AuditRun> AuditBooks::runs() const {
  std::vector<AuditRun> result;
  for (const Row& row : rows_) {
    // A run that was judged is told with its judgement.
    if (row.kind == Kind::run) {
      const auto known = runs_.find(row.run.run);
      if (known != runs_.end() && known->second.judged) continue;
    }
    result.push_back(row.run);
  }
  return result;
}

Audit AuditBooks::close(const AuditTerms& terms, const RepositoryFacts& repository) const {
  Audit audit{.schema = std::string(audit_schema_name),
              .period = period_,
              .config = terms.config,
              .inputs = terms.inputs,
              .retention_policy_months = terms.retention_policy_months,
              .signing = terms.signing,
              .chain = chain_,
              .population = population(repository),
              .runs = runs(),
              .deployments = deployments(repository),
              .marks = marks_,
              .deeds = deeds_,
              .deletions = deletions_};
  std::set<std::string> methods;
  for (const AuditRun& run : audit.runs)
    if (!run.method.empty()) methods.insert(run.method);
  for (const std::string& method : methods)
    audit.inputs.push_back({.name = "method of the verdicts", .version = method});
  audit.chain.head = chain_.records > 0 ? head_ : chain_.prev;
  audit.chain.root = tree_.root();
  audit.chain.clock_back = static_cast<std::int64_t>(back_.size());
  for (const auto& [kind, count] : kinds_)
    audit.chain.kinds.push_back({std::string(perfgate::to_text(kind)), count});
  std::map<Verdict, std::int64_t> verdicts;
  for (const AuditRun& run : audit.runs)
    if (run.verdict) ++verdicts[*run.verdict];
  for (const auto& [verdict, count] : verdicts)
    audit.verdicts.push_back({std::string(perfgate::to_text(verdict)), count});
  for (const auto& [identity, limit] : limits_) {
    audit.limits.push_back(limit);
    std::tie(audit.limits.back().subject, audit.limits.back().kind, audit.limits.back().written) =
        identity;
  }
  if (terms.config.incident_tracking)
    for (const auto& [id, known] : incidents_)
      if (known.first.state == IncidentState::open || !(known.second < period_.begin))
        audit.incidents.push_back(known.first);
  std::ranges::stable_sort(audit.incidents, {}, &Incident::opened);
  const Time since = month_before({period_.end.unix_ms - 1}, terms.config.baseline_months - 1);
  for (const Baseline& baseline : baselines_)
    if (!(baseline.at < since)) audit.baselines.push_back(baseline);
  std::ranges::stable_sort(audit.baselines, {}, &Baseline::at);
  for (const auto& [id, known] : waivers_)
    if (!(known.second < period_.begin) || !(known.first.expires < period_.begin))
      audit.waivers.push_back(known.first);
  audit.rows = {{"population", std::ssize(audit.population.merges)},
                {"runs", std::ssize(audit.runs)},
                {"limits", std::ssize(audit.limits)},
                {"incidents", std::ssize(audit.incidents)},
                {"baselines", std::ssize(audit.baselines)},
                {"deployments", std::ssize(audit.deployments)},
                {"waivers", std::ssize(audit.waivers)},
                {"marks", std::ssize(audit.marks)},
                {"deeds", std::ssize(audit.deeds)},
                {"deletions", std::ssize(audit.deletions)}};
  weigh_evidence(audit, terms, all_deletions_, erased_, back_);
  return audit;
}

Result<void> AuditBooks::check_beginning() const {
  if (first_ <= 1) return {};
  for (const auto& [last, head] : deletion_ends_)
    if (last == first_ - 1 && head == beginning_) return {};
  return fail(
      Code::audit,
      fmt::format("the chain begins at record {}, and no record of a deletion says why", first_),
      "earlier months were taken away: restore them from a copy");
}

}  // namespace perfgate::gate
