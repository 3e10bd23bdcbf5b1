#include "store/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "model/judgement_fields.hpp"
#include "store/replay.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::store {
namespace {

/// "id#attempt#suites"; the first version wrote "id#attempt".
RunLine line_of_key(std::string_view key) {
  RunLine line{.id = std::string(key)};
  const std::size_t hash = key.find('#');
  if (hash == key.npos) return line;
  line.id = key.substr(0, hash);
  std::from_chars(key.data() + hash + 1, key.data() + key.size(), line.attempt);
  return line;
}

/// The entity of a head.
template <class E>
Result<E> read_one(const Store& store, const Head& head) {
  std::optional<E> entity;
  CHECKED(store.read({&head, 1}, [&](std::size_t, Record& record) -> Result<bool> {
    TRY(entity, Stored<E>::read(record.value, record.place));
    return true;
  }));
  if (!entity)
    return fail(Code::store,
                fmt::format("{}: the record `{}` cannot be read", store.url(), head.key),
                "`perfgate history verify` says what is wrong");
  return *std::move(entity);
}

template <class E>
Result<std::vector<E>> read_all(const Store& store, Selection selection) {
  selection.kind = Stored<E>::kind;
  std::vector<E> entities;
  CHECKED(store.scan(selection, [&](const Record& record) -> Result<bool> {
    if (record.erased()) return true;
    TRY(E entity, Stored<E>::read(record.value, record.place));
    entities.push_back(std::move(entity));
    return true;
  }));
  return entities;
}

/// The run of a head: a replay of history asks for the same ones again and again, and keeps them.
Result<std::shared_ptr<const Run>> run_of_head(const Store& store, const Head& head) {
  if (const auto* replay = dynamic_cast<const ReplayStore*>(&store)) return replay->run(head);
  TRY(Run run, read_one<Run>(store, head));
  return std::make_shared<const Run>(std::move(run));
}

/// Without an error of its own, and not empty.
bool measured_well(const Run& run) {
  const bool erred = std::ranges::any_of(
      run.notes, [](const Note& note) { return note.severity == Severity::error; });
  const bool empty = std::ranges::all_of(
      run.benchmarks, [](const Benchmark& benchmark) { return benchmark.samples.empty(); });
  return !erred && !empty;
}

template <class E>
Store::Addition addition_of(const E& entity, Time at) {
  return {Stored<E>::kind, Stored<E>::key(entity), Stored<E>::write(entity), at};
}

}  // namespace

Result<void> save_run(Store& store, const Run& run) {
  return Repository<Run>(store).save(run, run.started);
}

Result<std::optional<Run>> find_run(const Store& store, std::string_view id) {
  TRY(const std::vector<Head> heads,
      store.list({.kind = Kind::run, .key_prefix = std::string(id)}));
  const Head* newest = nullptr;
  RunLine chosen;
  std::string other;
  for (const Head& head : heads) {
    const RunLine line = line_of_key(head.key);
    if (newest && chosen.id != line.id && line.id != id) other = line.id;
    if (newest && line.id != id && chosen.id == id) continue;
    newest = &head;
    chosen = line;
  }
  if (!newest) return std::nullopt;
  if (!other.empty() && chosen.id != id)
    return fail(Code::usage, fmt::format("run `{}`: several runs begin so, such as {}", id, other),
                "give more of the id; `perfgate baseline list` shows them");
  TRY(Run run, read_one<Run>(store, *newest));
  return run;
}

Result<std::vector<Baseline>> promotions(const Store& store) {
  return read_all<Baseline>(store, {.all_versions = true});
}

Result<std::optional<Baseline>> active_promotion(const Store& store, std::string_view branch,
                                                 std::string_view host_class,
                                                 std::string_view name) {
  const Baseline wanted{.branch = std::string(branch),
                        .host_class = std::string(host_class),
                        .name = std::string(name)};
  TRY(const std::optional<Record> record,
      store.find(Kind::baseline, Stored<Baseline>::key(wanted)));
  if (!record) return std::nullopt;
  TRY(Baseline active, Stored<Baseline>::read(record->value, record->place));
  return active;
}

Result<std::vector<Baseline>> anchors(const Store& store, std::string_view branch,
                                      std::string_view host_class) {
  TRY(std::vector<Baseline> all,
      read_all<Baseline>(store, {.terms = {{"branch", std::string(branch)},
                                           {"host_class", std::string(host_class)}}}));
  std::erase_if(all, [](const Baseline& one) { return one.name.empty(); });
  return all;
}

Result<Run> run_of(const Store& store, const Baseline& promotion) {
  TRY(const std::vector<Head> heads,
      store.list({.kind = Kind::run, .terms = {{"id", promotion.run_id}}}));
  const Head* found = nullptr;
  for (const Head& head : heads)
    if (promotion.run.empty() ? line_of_key(head.key).attempt == promotion.attempt
                              : head.key == promotion.run)
      found = &head;
  if (!found)
    return fail(Code::store,
                fmt::format("{}: the baseline of {} is run {}, which the store does not hold",
                            store.url(), promotion.branch, promotion.run_id),
                "promote another run: perfgate baseline promote --run run.json");
  TRY(const auto run, run_of_head(store, *found));
  return *run;
}

Result<std::optional<Run>> baseline(const Store& store, std::string_view branch,
                                    std::string_view host_class) {
  TRY(const std::optional<Baseline> active, active_promotion(store, branch, host_class));
  if (!active) return std::nullopt;
  TRY(Run run, run_of(store, *active));
  return run;
}

Result<std::optional<Baseline>> any_promotion(const Store& store, std::string_view branch) {
  TRY(std::vector<Baseline> all,
      read_all<Baseline>(store, {.terms = {{"branch", std::string(branch)}}}));
  std::erase_if(all, [](const Baseline& one) { return !one.name.empty(); });
  if (all.empty()) return std::nullopt;
  return all.back();
}

Result<std::optional<Run>> any_baseline(const Store& store, std::string_view branch) {
  TRY(const std::optional<Baseline> newest, any_promotion(store, branch));
  if (!newest) return std::nullopt;
  TRY(Run run, run_of(store, *newest));
  return run;
}

Result<std::vector<Run>> last_good_runs(const Store& store, std::string_view branch,
                                        const std::function<bool(const Run&)>& fits,
                                        std::size_t count, Time before, std::string_view without) {
  const Term on_branch{"branch", std::string(branch)};
  std::set<std::string, std::less<>> failed;  // keys of judgements: "branch@run id"
  for (const Verdict bad : {Verdict::fail, Verdict::not_measured}) {
    TRY(const std::vector<Head> heads,
        store.list({.kind = Kind::judgement,
                    .terms = {on_branch, {"verdict", std::string(perfgate::to_text(bad))}}}));
    for (const Head& head : heads) failed.insert(head.key);
  }
  TRY(std::vector<Head> heads, store.list({.kind = Kind::run, .terms = {on_branch}}));
  // Newest by when they were measured: an old run may have been imported last.
  std::ranges::sort(heads, [](const Head& a, const Head& b) {
    return a.time != b.time ? a.time > b.time : a.seq > b.seq;
  });
  std::vector<Run> good;
  for (const Head& head : heads) {
    if (good.size() == count) break;
    const std::string id = line_of_key(head.key).id;
    if (id == without || head.time > before) continue;
    if (failed.contains(fmt::format("{}@{}", branch, id))) continue;
    TRY(const auto run, run_of_head(store, head));
    if (measured_well(*run) && fits(*run)) good.push_back(*run);
  }
  return good;
}

Result<std::vector<Run>> runs_of_commit(const Store& store, std::string_view branch,
                                        std::string_view sha,
                                        const std::function<bool(const Run&)>& fits,
                                        std::size_t count) {
  TRY(const std::vector<Head> heads,
      store.list({.kind = Kind::run,
                  .terms = {{"branch", std::string(branch)}, {"commit", std::string(sha)}},
                  .newest_first = true}));
  std::vector<Run> found;
  for (const Head& head : heads) {
    if (found.size() == count) break;
    TRY(const auto run, run_of_head(store, head));
    if (measured_well(*run) && fits(*run)) found.push_back(*run);
  }
  return found;
}

Result<void> promote(Store& store, const Baseline& promotion, std::string_view expected,
                     const AuditRecord& audit) {
  return store.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
    TRY(const std::optional<Baseline> active,
        active_promotion(locked, promotion.branch, promotion.host_class, promotion.name));
    const std::string now = active ? active->run_id : "";
    if (now != expected)
      return fail(Code::promotion,
                  fmt::format("another promotion came in between: the baseline of {} is now run {}",
                              promotion.branch, now),
                  "judge the run against the new baseline, and promote again");
    return std::vector{addition_of(promotion, promotion.at), addition_of(audit, audit.at)};
  });
}

Result<void> save_audit(Store& store, const AuditRecord& record) {
  return store.append({addition_of(record, record.at)});
}

Result<void> save_judgement(Store& store, const Judgement& judgement, Time at,
                            const IncidentChanges& changes) {
  return store.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
    std::vector<Store::Addition> wanted;
    for (const Waiver& waiver : judgement.waivers) wanted.push_back(addition_of(waiver, at));
    wanted.push_back(addition_of(judgement, at));
    CHECKED(check_references(locked, fmt::format("Judgement `{}`", wanted.back().key),
                             Stored<Judgement>::references(judgement)));
    if (changes) {
      TRY(const std::vector<Incident> known,
          incidents(locked, {.terms = {{"branch", judgement.commit.branch}}}));
      for (const Incident& incident : changes(known)) wanted.push_back(addition_of(incident, at));
    }
    std::vector<Store::Addition> fresh;
    for (Store::Addition& addition : wanted) {
      TRY(const std::optional<Record> before, locked.find(addition.kind, addition.key));
      if (!before || before->value != addition.value) fresh.push_back(std::move(addition));
    }
    return fresh;
  });
}

Result<std::optional<Judgement>> last_judgement(const Store& store, std::string_view branch) {
  Selection newest{.kind = Kind::judgement, .newest_first = true, .limit = 1};
  // No term is kept of what is empty; the key is "branch@run id".
  if (branch.empty())
    newest.key_prefix = "@";
  else
    newest.terms = {{"branch", std::string(branch)}};
  TRY(const std::vector<Head> heads, store.list(newest));
  if (heads.empty()) return std::nullopt;
  TRY(Judgement judgement, read_one<Judgement>(store, heads.front()));
  return judgement;
}

Result<std::vector<Incident>> incidents(const Store& store, Selection selection) {
  return read_all<Incident>(store, std::move(selection));
}

Result<std::vector<RunLine>> runs(const Store& store) {
  TRY(const std::vector<Head> heads, store.list({.kind = Kind::run}));
  std::vector<RunLine> lines;
  for (const Head& head : heads) {
    lines.push_back(line_of_key(head.key));
    lines.back().at = head.at;
  }
  return lines;
}

}  // namespace perfgate::store
