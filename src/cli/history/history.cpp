#include "cli/history/history.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "cli/verbs.hpp"
#include "store/stored.hpp"

#define HISTORY_VERBS(X) \
  X(add)                 \
  X(import)              \
  X(export)              \
  X(query) X(compact) X(verify) X(stats) X(mark) X(incidents) X(prune) X(erase_person) X(migrate)

namespace perfgate::cli {

#define DECLARE(verb) Command history_##verb();
HISTORY_VERBS(DECLARE)
#undef DECLARE

namespace {

std::span<const Command> verbs() {
#define CALL(verb) history_##verb(),
  static const Command table[] = {HISTORY_VERBS(CALL)};
#undef CALL
  return table;
}

Action add_history_verbs(CLI::App& app) { return add_verbs(app, verbs()); }

/// The newest content of each key that is there.
Result<std::map<std::string, std::string>> known_values(const store::Store& store, Kind kind,
                                                        const std::vector<std::string>& keys) {
  std::vector<store::Head> heads;
  if (keys.size() <= 16) {
    for (const std::string& key : keys) {
      TRY(const std::vector<store::Head> found, store.list({.kind = kind, .key = key}));
      heads.insert(heads.end(), found.begin(), found.end());
    }
  } else {
    TRY(heads, store.list({.kind = kind}));
    std::erase_if(heads, [&](const store::Head& head) {
      return !std::ranges::binary_search(keys, head.key);
    });
  }
  std::map<std::string, std::string> values;
  CHECKED(store.read(heads, [&](std::size_t i, store::Record& record) -> Result<bool> {
    values[heads[i].key] = std::move(record.value);
    return true;
  }));
  return values;
}

}  // namespace

Result<Opened> open_history(const Shared& shared, Env& env) {
  Opened opened;
  TRY(opened.settings, load_settings(shared, env));
  TRY(opened.store, store::open(opened.settings.store_url));
  return opened;
}

void add_history(CLI::App& app, Shared& shared) {
  add_store(app, shared);
  add_config(app, shared);
  add_verbosity(app, shared);
}

Result<Candidate> candidate_of(const Run& run, std::string name, Time at) {
  const auto wrong = [&](std::string_view what) {
    return fail(Code::usage, fmt::format("{}: the run's id {}", name, what),
                "name it with --run-id ID");
  };
  if (run.id.empty()) return wrong("is empty");
  if (count_code_points(run.id) > 200) return wrong("is longer than 200 characters");
  if (run.id.contains('#')) return wrong("holds a `#`, which parts id, attempt and suite");
  if (safe_text(run.id, 200) != run.id) return wrong("holds characters that do not show");
  return Candidate{.name = std::move(name),
                   .what = fmt::format("run {}, attempt {}", run.id, run.attempt),
                   .record = {.kind = Kind::run,
                              .key = store::Stored<Run>::key(run),
                              .value = store::Stored<Run>::write(run),
                              .at = at}};
}

Result<Arrival> add_candidates(store::Store& store, const std::vector<Candidate>& candidates,
                               Known known) {
  Arrival arrival;
  std::map<Kind, std::vector<std::string>> keys;
  for (const Candidate& candidate : candidates)
    keys[candidate.record.kind].push_back(candidate.record.key);
  for (auto& [kind, list] : keys) {
    std::ranges::sort(list);
    list.erase(std::ranges::unique(list).begin(), list.end());
  }
  using Additions = std::vector<store::Store::Addition>;
  CHECKED(store.append_if([&](const store::Store& locked) -> Result<Additions> {
    arrival = {};
    std::map<Kind, std::map<std::string, std::string>> there;
    for (const auto& [kind, list] : keys) {
      TRY(there[kind], known_values(locked, kind, list));
    }
    Additions additions;
    for (const Candidate& candidate : candidates) {
      const auto& record = candidate.record;
      const auto [before, fresh] = there[record.kind].try_emplace(record.key, record.value);
      if (!fresh && before->second == record.value) {
        ++arrival.there;
        continue;
      }
      if (!fresh && known != Known::replace) {
        ++arrival.different;
        if (arrival.differing.size() < 20)
          arrival.differing.push_back(fmt::format("{} ({})", candidate.name, candidate.what));
        continue;
      }
      before->second = record.value;
      ++arrival.added;
      additions.push_back(record);
    }
    if (known == Known::refuse && arrival.different > 0) {
      arrival.added = 0;
      additions.clear();
    }
    return additions;
  }));
  return arrival;
}

std::unexpected<Error> refused(const Arrival& arrival, std::string remedy) {
  return fail(Code::usage,
              fmt::format("{} {} not added: the store holds another run of that id, attempt and "
                          "suite:\n  {}",
                          arrival.different, arrival.different == 1 ? "was" : "were",
                          fmt::join(arrival.differing, "\n  ")),
              std::move(remedy));
}

std::string tell(const Arrival& arrival) {
  std::string text = fmt::format("added {}", arrival.added);
  if (arrival.there > 0)
    text +=
        fmt::format(", {} {} there already", arrival.there, arrival.there == 1 ? "was" : "were");
  return text;
}

Command history_command() {
  return {.name = "history",
          .summary = "the store: add, import, export, query, compact, verify, stats",
          .footer =
              "Examples:\n  perfgate history add perfgate-out/run.json\n"
              "  perfgate history query 'benchmark~decode/*' branch=main since=2026-01\n"
              "  perfgate history verify\n`perfgate help history VERB` tells more of each.",
          .add = add_history_verbs};
}

}  // namespace perfgate::cli
