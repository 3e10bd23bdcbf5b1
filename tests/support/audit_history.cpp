#include "support/audit_history.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/hash.hpp"
#include "gate/incidents.hpp"
#include "gate/judge.hpp"
#include "store/history.hpp"
#include "store/stored_history.hpp"
#include "support/audit_runs.hpp"
#include "sys/process.hpp"

namespace perfgate::test {
namespace {

constexpr std::int64_t minute = 60'000, hour = 60 * minute;

struct Change {
  Time at;
  std::string sha, head;  ///< `head`: of the pull request that was merged
  int number = 0;
  bool tagged = false;
};

/// Imports commits with dates of their own; much quicker than `git commit` for each.
class Repository {
 public:
  Repository(std::string folder, const AuditHistory& options)
      : folder_(std::move(folder)), options_(options) {}

  std::string make(std::vector<Change>& changes) {
    namespace fs = std::filesystem;
    fs::create_directories(folder_);
    const std::string stream = folder_ + "/import", marks = folder_ + "/marks";
    {
      std::ofstream out(stream, std::ios::binary);
      for (std::size_t i = 0; i < changes.size(); ++i) write(out, changes[i], i);
    }
    if (!git({"init", "-q", "-b", "main", folder_}, "")) return "git init failed";
    if (!git({"-C", folder_, "fast-import", "--quiet",
              "--export-marks=" + fs::absolute(marks).string()},
             stream))
      return "git fast-import failed";
    std::map<std::string, std::string> shas;
    std::ifstream in(marks);
    for (std::string mark, sha; in >> mark >> sha;) shas[mark] = sha;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      changes[i].sha = shas[fmt::format(":{}", 2 * i + 2)];
      if (changes[i].number % 3 == 0) changes[i].head = shas[fmt::format(":{}", 2 * i + 1)];
      if (changes[i].sha.empty()) return "a commit is missing";
    }
    fs::remove(stream);
    fs::remove(marks);
    return {};
  }

 private:
  void write(std::ostream& out, const Change& change, std::size_t i) const {
    const int n = change.number;
    const std::int64_t seconds = change.at.unix_ms / 1000;
    const std::string author = fmt::format("Author {} <author{}@example.org>", n % 7, n % 7);
    // Committers sit in many time zones.
    const std::string zone = std::vector<std::string>{"+0000", "+0530", "-0800", "+1400"}[n % 4u];
    const auto commit = [&](std::string_view ref, std::size_t mark, std::int64_t at,
                            std::string_view merger, const std::string& message,
                            const std::string& parents) {
      out << fmt::format(
          "commit {}\nmark :{}\nauthor {} {} {}\ncommitter {} {} {}\ndata {}\n{}\n{}\n", ref, mark,
          author, at, zone, merger, at, zone, message.size(), message, parents);
    };
    const std::string from = i == 0 ? "" : fmt::format("from :{}\n", 2 * i);
    if (n % 3 == 0) {
      commit(fmt::format("refs/heads/feature-{}", n), 2 * i + 1, seconds - 3600, author,
             fmt::format("Work on {}", n), from);
      commit("refs/heads/main", 2 * i + 2, seconds, "GitHub <noreply@example.org>",
             fmt::format("Merge pull request #{} from x/feature-{}\n\nReviewed-by: Reviewer "
                         "<reviewer@example.org>\n",
                         n, n),
             from + fmt::format("merge :{}\n", 2 * i + 1));
    } else if (n % 3 == 1) {
      commit("refs/heads/main", 2 * i + 2, seconds, "GitHub <noreply@example.org>",
             fmt::format("Change {} (#{})", n, n), from);
    } else {
      commit("refs/heads/main", 2 * i + 2, seconds, author,
             n % 11 == 0 ? fmt::format("Tidy up {} [skip ci]", n) : fmt::format("Rebased {}", n),
             from);
    }
    if (change.tagged)
      out << fmt::format("tag v1.{}\nfrom :{}\ntagger {} {} +0000\ndata 0\n", n, 2 * i + 2, author,
                         seconds + 60);
  }

  bool git(std::vector<std::string> arguments, const std::string& input) const {
    arguments.insert(arguments.begin(), "git");
    const auto outcome = sys::run_process(
        {.argv = arguments,
         .environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", folder_}},
         .input = input},
        {});
    return outcome && outcome->exit_code == 0;
  }

  std::string folder_;
  const AuditHistory& options_;
};

/// Writes records in batches.
class Recorder {
 public:
  explicit Recorder(store::Store& store) : store_(store) {}

  template <class E>
  void add(const E& entity, Time at) {
    additions_.push_back({store::Stored<E>::kind, store::Stored<E>::key(entity),
                          store::Stored<E>::write(entity), at});
    if (additions_.size() >= 400) flush();
  }
  void flush() {
    const auto all = [&](const store::Store&) -> Result<std::vector<store::Store::Addition>> {
      return additions_;
    };
    if (const auto added = store_.append_if(all); !added && trouble.empty())
      trouble = added.error().message;
    additions_.clear();
  }
  std::string trouble;

 private:
  store::Store& store_;
  std::vector<store::Store::Addition> additions_;
};

}  // namespace

std::string make_audit_history(const AuditHistory& options) {
  auto store = store::open(options.store);
  if (!store) return store.error().message;
  const AuditRuns runs(options.benchmarks, options.launches, options.seed);

  const std::int64_t span =
      std::int64_t{options.months} * 30 * 24 * hour + std::int64_t{options.months} * 10 * hour;
  const int count = std::max(1, options.runs / 3);
  std::vector<Change> changes;
  std::string month;
  for (int i = 0; i < count; ++i) {
    Change change{.at = {options.begin.unix_ms + span * i / count + 2 * hour}, .number = i};
    const std::string now = to_text(change.at).substr(0, 7);
    if (!month.empty() && now != month) changes.back().tagged = true;
    month = now;
    changes.push_back(change);
  }
  if (!options.repository.empty()) {
    if (std::string trouble = Repository(options.repository, options).make(changes);
        !trouble.empty())
      return trouble;
  } else {
    for (Change& change : changes) change.sha = sha256(std::to_string(change.number)).substr(0, 40);
  }

  Recorder recorder(**store);
  std::vector<Incident> incidents;
  const Policy policy = audit_policy();
  int made = 0;
  const auto measure = [&](Time at, const std::string& sha, const std::string& branch, int variant,
                           int attempt) {
    if (made == options.runs) return std::string();
    const std::string id = fmt::format("r-{:06}", made++);
    const auto [run, judgement] = runs.of({.variant = variant,
                                           .id = id,
                                           .attempt = attempt,
                                           .sha = sha,
                                           .branch = branch,
                                           .started = at});
    recorder.add(run, {at.unix_ms + 5 * minute});
    recorder.add(judgement, {at.unix_ms + 6 * minute});
    const auto fresh = gate::incident_changes(incidents, judgement,
                                              store::Stored<Judgement>::key(judgement), policy, at);
    for (const Incident& incident : fresh) {
      std::erase_if(incidents, [&](const Incident& one) { return one.id == incident.id; });
      if (incident.state == IncidentState::open) incidents.push_back(incident);
      recorder.add(incident, {at.unix_ms + 6 * minute});
    }
    return id;
  };
  month.clear();
  recorder.add(runs.base(), {options.begin.unix_ms + minute});
  for (const Change& change : changes) {
    const int n = change.number;
    const bool slow = n % 17 == 5;
    if (!change.head.empty())
      measure({change.at.unix_ms - 40 * minute}, change.head, fmt::format("feature-{}", n), n % 4,
              1);
    // Two tries at something that is dropped again.
    const std::string dropped = sha256(fmt::format("dropped {}", n)).substr(0, 40);
    measure({change.at.unix_ms - 30 * minute}, dropped, fmt::format("try-{}", n), 4 + n % 2, 1);
    if (change.head.empty())
      measure({change.at.unix_ms - 20 * minute}, dropped, fmt::format("try-{}", n), n % 4, 2);
    std::string id;
    if (n % 11 != 0 && n % 13 != 7)
      id = measure({change.at.unix_ms + 10 * minute}, change.sha, "main", slow ? 4 + n % 2 : n % 4,
                   1);
    const Time after{change.at.unix_ms + 30 * minute};
    if (slow && !id.empty())
      recorder.add(Mark{.judgement = "main@" + id,
                        .at = after,
                        .by = "maintainer",
                        .wrong = n % 2 == 0,
                        .why = "looked at again"},
                   after);
    const std::string now = to_text(change.at).substr(0, 7);
    if (now == month || id.empty() || slow) continue;
    month = now;
    recorder.add(Baseline{.branch = "main",
                          .host_class = "h",
                          .run_id = id,
                          .commit = change.sha,
                          .at = after,
                          .by = "maintainer",
                          .why = "monthly",
                          .action = "promote"},
                 after);
    recorder.add(AuditRecord{.at = after,
                             .action = AuditAction::promote,
                             .actor = "maintainer",
                             .role = "admin",
                             .branch = "main",
                             .subject = "run " + id,
                             .why = "monthly"},
                 after);
    recorder.add(Waiver{.id = "w-" + month,
                        .benchmark = "decode/1",
                        .max_change = 0.1,
                        .reason = "a better format costs",
                        .owner = "maintainer",
                        .created = after,
                        .expires = {after.unix_ms + 20 * 24 * hour}},
                 after);
  }
  recorder.flush();
  return recorder.trouble;
}

}  // namespace perfgate::test
