#include "store/history.hpp"

#include <fmt/format.h>

#include <charconv>

#include "model/history_json.hpp"
#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::store {
namespace {

/// "id#attempt#suites"; the first version wrote "id#attempt".
RunLine run_line(const Record& record) {
  RunLine line{.id = record.key, .at = record.at, .place = record.place};
  const std::size_t hash = record.key.find('#');
  if (hash == record.key.npos) return line;
  line.id = record.key.substr(0, hash);
  std::from_chars(record.key.data() + hash + 1, record.key.data() + record.key.size(),
                  line.attempt);
  return line;
}

Result<Run> run_of(const Record& record) { return read_run(record.value, record.place); }

template <class T, class Read>
Result<std::vector<T>> all(const Store& store, Kind kind, Read read) {
  std::vector<T> result;
  CHECKED(store.scan([&](const Record& record) -> Result<bool> {
    if (record.kind != kind) return true;
    TRY(T item, read(record));
    result.push_back(std::move(item));
    return true;
  }));
  return result;
}

}  // namespace

Result<void> save_run(Store& store, const Run& run) {
  return Repository<Run>(store).save(run, run.started);
}

Result<std::optional<Run>> find_run(const Store& store, std::string_view id) {
  std::optional<Record> newest;
  std::string other;
  CHECKED(store.scan([&](const Record& record) -> Result<bool> {
    if (record.kind != Kind::run) return true;
    const RunLine line = run_line(record);
    if (!line.id.starts_with(id)) return true;
    if (newest && run_line(*newest).id != line.id && line.id != id) other = line.id;
    if (!newest || line.id == id || run_line(*newest).id != id) newest = record;
    return true;
  }));
  if (!newest) return std::nullopt;
  if (!other.empty() && run_line(*newest).id != id)
    return fail(Code::usage, fmt::format("run `{}`: several runs begin so, such as {}", id, other),
                "give more of the id; `perfgate baseline list` shows them");
  TRY(Run run, run_of(*newest));
  return run;
}

Result<std::vector<Baseline>> promotions(const Store& store) {
  return all<Baseline>(store, Kind::baseline, [](const Record& record) {
    return read_baseline(record.value, record.place);
  });
}

Result<std::optional<Baseline>> active_promotion(const Store& store, std::string_view branch,
                                                 std::string_view host_class) {
  TRY(const std::vector<Baseline> list, promotions(store));
  std::optional<Baseline> active;
  for (const Baseline& promotion : list)
    if (promotion.branch == branch && promotion.host_class == host_class) active = promotion;
  return active;
}

namespace {

Result<std::optional<Run>> run_of(const Store& store, const Baseline& promotion) {
  std::optional<Record> record;
  CHECKED(store.scan({.kind = Kind::run, .terms = {{"id", promotion.run_id}}},
                     [&](const Record& candidate) -> Result<bool> {
                       if (run_line(candidate).attempt == promotion.attempt) record = candidate;
                       return true;
                     }));
  if (!record)
    return fail(Code::store,
                fmt::format("{}: the baseline of {} is run {}, which the store does not hold",
                            store.url(), promotion.branch, promotion.run_id),
                "promote another run: perfgate baseline promote --run run.json");
  TRY(Run run, run_of(*record));
  return run;
}

}  // namespace

Result<std::optional<Run>> baseline(const Store& store, std::string_view branch,
                                    std::string_view host_class) {
  TRY(const std::optional<Baseline> active, active_promotion(store, branch, host_class));
  if (!active) return std::nullopt;
  return run_of(store, *active);
}

Result<std::optional<Run>> any_baseline(const Store& store, std::string_view branch) {
  TRY(const std::vector<Baseline> list, promotions(store));
  for (auto promotion = list.rbegin(); promotion != list.rend(); ++promotion)
    if (promotion->branch == branch) return run_of(store, *promotion);
  return std::nullopt;
}

Result<void> promote(Store& store, const Baseline& promotion, std::string_view expected) {
  return store.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
    TRY(const std::optional<Baseline> active,
        active_promotion(locked, promotion.branch, promotion.host_class));
    const std::string now = active ? active->run_id : "";
    if (now != expected)
      return fail(Code::promotion,
                  fmt::format("another promotion came in between: the baseline of {} is now run {}",
                              promotion.branch, now),
                  "judge the run against the new baseline, and promote again");
    return std::vector{Store::Addition{Kind::baseline, Stored<Baseline>::key(promotion),
                                       to_json(promotion), promotion.at}};
  });
}

Result<void> save_judgement(Store& store, const Judgement& judgement, Time at) {
  return Repository<Judgement>(store).save(judgement, at);
}

Result<std::optional<Judgement>> last_judgement(const Store& store, std::string_view branch) {
  std::optional<Record> newest;
  CHECKED(store.scan([&](const Record& record) -> Result<bool> {
    // The last `@` is ours: a branch's name may hold others.
    if (record.kind == Kind::judgement && record.key.substr(0, record.key.rfind('@')) == branch)
      newest = record;
    return true;
  }));
  if (!newest) return std::nullopt;
  TRY(Judgement judgement, read_judgement(newest->value, newest->place));
  return judgement;
}

Result<std::vector<RunLine>> runs(const Store& store) {
  return all<RunLine>(store, Kind::run,
                      [](const Record& record) -> Result<RunLine> { return run_line(record); });
}

}  // namespace perfgate::store
