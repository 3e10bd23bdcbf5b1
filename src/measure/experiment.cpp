#include "measure/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "measure/launch.hpp"
#include "sys/directory.hpp"
#include "sys/lock.hpp"

namespace perfgate::measure {
namespace {

using Clock = Progress::Clock;

constexpr int most_tries = 3;                   // of one round
constexpr int fewest_rounds = 5;                // fewer decide nothing
constexpr std::size_t longest_filter = 60'000;  // bytes: the kernel takes 128 KiB an argument

std::string_view name_of(Side side) { return side == Side::base ? "base" : "head"; }

/// A suite while both sides of it are measured.
struct Contest {
  std::size_t number = 0;  // in each build
  Symbol name;
  harness::Harness harness;
  int rounds = 0;
  bool over = false;
  std::set<std::string> on_base, on_head;  // benchmarks of the first round
  std::vector<std::string> wanted;         // in further rounds; empty before the first look: all
  bool everything = true;                  // nobody of it is decided
  bool filters = true;                     // asking for some of its benchmarks works
  Clock::duration last_took{};
};

struct Shot {
  Run fragment;
  std::optional<Trouble> trouble;
};

class Bout {
 public:
  Bout(const Trial& trial, const Conditions& conditions, Surroundings surroundings,
       Progress& progress)
      : trial_(trial),
        conditions_(conditions),
        surroundings_(std::move(surroundings)),
        progress_(progress),
        rounds_(trial.ordering, trial.seed),
        looks_(planned_looks(trial.max_rounds)) {}

  Result<Experimented> run(const AfterLook& after_look);

 private:
  bool interrupted() const {
    return conditions_.signals != nullptr && conditions_.signals->count() > 0;
  }
  const std::vector<Suite>& build(Side side, int round) const {
    const Builds& builds = side == Side::base ? trial_.base : trial_.head;
    return builds[static_cast<std::size_t>(round) % builds.size()];
  }

  Result<void> prepare();
  void set_up(Side side, std::size_t build_number);
  void note_builds(Side side);
  bool identical() const;
  void one_round(Contest& contest, int round);
  Shot shoot(Contest& contest, Side side, int round, const std::vector<std::string>& filter);
  std::vector<std::string> filter_of(const Contest& contest) const;
  std::vector<std::string> lacking(const Contest& contest, const Shot& base,
                                   const Shot& head) const;
  void accept(Contest& contest, int round, Shot& base, Shot& head, Clock::duration took);
  Result<void> plan_for_budget();
  bool has_time(int further_rounds) const;
  bool anyone_left() const;
  void spend_on(const std::vector<Undecided>& undecided);
  void tell_look(std::size_t look, const std::vector<Undecided>& undecided) const;
  void note(Severity severity, std::optional<Code> code, Symbol suite, const std::string& text);
  void give_up(Contest& contest, const Trouble& trouble, Side side);
  void close(Contest& contest);
  void describe();
  void drop_unasked(Run& fragment) const;

  const Trial& trial_;
  const Conditions& conditions_;
  Surroundings surroundings_;
  Progress& progress_;
  Rounds rounds_;
  std::vector<int> looks_;
  std::vector<Contest> contests_;
  Experimented result_;
  bool identical_ = false;
  Clock::time_point begin_{};
};

void Bout::note(Severity severity, std::optional<Code> code, Symbol suite,
                const std::string& text) {
  const Note made{.severity = severity,
                  .code = code,
                  .suite = suite,
                  .benchmark = {},
                  .text = safe_text(surroundings_.scrubber.scrub(text), 500)};
  for (Run* run : {&result_.runs.base, &result_.runs.head}) run->notes.push_back(made);
}

void Bout::give_up(Contest& contest, const Trouble& trouble, Side side) {
  std::string text =
      fmt::format("{}: {}: {}", to_text(trouble.error.code), name_of(side), trouble.error.message);
  if (!trouble.log.empty())
    text += fmt::format("\n--- the end of its log ---\n{}\n---", trouble.log);
  if (!trouble.error.hint.empty()) text += "\nhint: " + trouble.error.hint;
  progress_.alarm(safe_lines(surroundings_.scrubber.scrub(text), 8192));
  note(Severity::error, trouble.error.code, contest.name,
       fmt::format("{}: {}", name_of(side), trouble.error.message));
  close(contest);
}

void Bout::close(Contest& contest) {
  contest.over = true;
  progress_.forget(2 * (looks_.back() - contest.rounds));
}

void Bout::describe() {
  for (const Side side : {Side::base, Side::head}) {
    Run& run = side == Side::base ? result_.runs.base : result_.runs.head;
    run.experiment = Experiment{.id = {},
                                .side = side,
                                .seed = trial_.seed,
                                .order = rounds_.order(result_.rounds),
                                .looks = looks_,
                                .builds = static_cast<int>(trial_.base.size()),
                                .identical = identical_};
  }
}

Result<void> Bout::prepare() {
  const std::vector<Suite>& suites = trial_.base.front();
  for (std::size_t i = 0; i < suites.size(); ++i) {
    TRY(const harness::Harness harness, conditions_.find_harness(suites[i].harness));
    contests_.push_back({.number = i,
                         .name = suites[i].name,
                         .harness = harness,
                         .filters = harness.only != nullptr});
    for (const Undecided& one : trial_.wanted)
      if (one.suite == suites[i].name) contests_.back().wanted.push_back(one.benchmark);
    contests_.back().everything = trial_.wanted.empty();
    contests_.back().over = !trial_.wanted.empty() && contests_.back().wanted.empty();
    for (Run* run : {&result_.runs.base, &result_.runs.head}) {
      run->suites.push_back(suites[i].name);
      run->harnesses.emplace_back(suites[i].harness);
    }
  }
  for (std::size_t build_number = 0; build_number < trial_.base.size(); ++build_number)
    for (const Side side : {Side::base, Side::head})
      if (!interrupted()) set_up(side, build_number);
  if (trial_.base.size() > 1)
    for (const Side side : {Side::base, Side::head}) note_builds(side);
  identical_ = identical();
  if (identical_)
    progress_.say(
        "both sides are the same program, byte for byte: this measures the machine and the "
        "harness (a control)");
  return {};
}

void Bout::set_up(Side side, std::size_t build_number) {
  for (Contest& contest : contests_) {
    const Suite& suite = build(side, static_cast<int>(build_number))[contest.number];
    if (contest.over || suite.setup.empty() || interrupted()) continue;
    const std::string of =
        trial_.base.size() > 1
            ? fmt::format(", build {} of {}", build_number + 1, trial_.base.size())
            : "";
    progress_.say(fmt::format("setup of {} for {}{}", contest.name.text(), name_of(side), of));
    const auto step = progress_.step("setup of " + contest.name.text());
    if (const auto trouble = measure::set_up(suite, surroundings_))
      give_up(contest, *trouble, side);
  }
}

/// Builds that came out the same byte for byte varied nothing.
void Bout::note_builds(Side side) {
  const Builds& builds = side == Side::base ? trial_.base : trial_.head;
  for (const Contest& contest : contests_) {
    if (contest.over) continue;
    const std::string first = program_of(builds[0][contest.number], surroundings_.environment);
    const bool same = std::ranges::all_of(builds, [&](const std::vector<Suite>& suites) {
      return same_bytes(first, program_of(suites[contest.number], surroundings_.environment));
    });
    if (!same) continue;
    const std::string text = fmt::format(
        "{}: all {} builds of {} are the same program byte for byte, so code layout was not "
        "varied: let `setup` make use of PERFGATE_BUILD (0 to {}), for example for the order in "
        "which object files are linked",
        contest.name.text(), builds.size(), name_of(side), builds.size() - 1);
    progress_.say(text);
    note(Severity::warning, {}, contest.name, text);
  }
}

bool Bout::identical() const {
  for (std::size_t i = 0; i < trial_.base.size(); ++i)
    for (const Contest& contest : contests_)
      if (contest.over ||
          !same_program(trial_.base[i][contest.number], trial_.head[i][contest.number],
                        trial_.surroundings, surroundings_.environment))
        return false;
  return !contests_.empty();
}

/// Arguments that have it measure the wanted alone; none where all are, or there is no way.
std::vector<std::string> Bout::filter_of(const Contest& contest) const {
  if (contest.everything || !contest.filters || contest.wanted.empty()) return {};
  std::size_t bytes = 0;
  for (const std::string& name : contest.wanted) bytes += 2 * name.size() + 1;
  if (bytes > longest_filter) return {};
  return contest.harness.only(contest.wanted, build(Side::base, 0)[contest.number].command);
}

void Bout::drop_unasked(Run& fragment) const {
  if (trial_.only == "*") return;
  std::erase_if(fragment.benchmarks, [&](const Benchmark& benchmark) {
    return !glob_matches(trial_.only, benchmark.name);
  });
  std::erase_if(fragment.notes, [&](const Note& note) {
    return !note.benchmark.empty() && !glob_matches(trial_.only, note.benchmark);
  });
}

Shot Bout::shoot(Contest& contest, Side side, int round, const std::vector<std::string>& filter) {
  Suite suite = build(side, round)[contest.number];
  suite.more = filter;
  progress_.begin(fmt::format("{}, round {}, {}", contest.name.text(), round + 1, name_of(side)));
  harness::Collector collector(contest.name);
  Attempt attempt = measure::launch(suite, contest.harness, surroundings_, collector);
  progress_.end(attempt.trouble ? "failed after" : "took");
  Shot shot{.fragment = {}, .trouble = std::move(attempt.trouble)};
  if (attempt.survivors > 0)
    collector.note(
        Severity::warning, {}, {},
        fmt::format("{}: {} {} the suite and had to be killed", name_of(side), attempt.survivors,
                    attempt.survivors == 1 ? "process outlived" : "processes outlived"));
  if (attempt.launch) shot.fragment.launches.push_back(*attempt.launch);
  std::move(collector).move_into(shot.fragment);
  drop_unasked(shot.fragment);
  return shot;
}

/// Benchmarks that should have been measured in this round and were not, on either side.
std::vector<std::string> Bout::lacking(const Contest& contest, const Shot& base,
                                       const Shot& head) const {
  std::vector<std::string> names;
  if (contest.rounds == 0) return names;
  for (const auto& [shot, had] :
       {std::pair{&base, &contest.on_base}, std::pair{&head, &contest.on_head}}) {
    std::set<std::string_view> there;
    for (const Benchmark& benchmark : shot->fragment.benchmarks)
      if (!benchmark.samples.empty()) there.insert(benchmark.name);
    for (const std::string& name : *had) {
      const bool asked =
          contest.everything || std::ranges::find(contest.wanted, name) != contest.wanted.end();
      if (asked && !there.contains(name) &&
          result_.runs.complete(contest.name, name, contest.rounds))
        names.push_back(fmt::format("{}: {}", shot == &base ? "base" : "head", name));
    }
  }
  return names;
}

void Bout::accept(Contest& contest, int round, Shot& base, Shot& head, Clock::duration took) {
  if (contest.rounds == 0) {
    for (const Benchmark& benchmark : base.fragment.benchmarks)
      if (!benchmark.samples.empty()) contest.on_base.insert(benchmark.name);
    for (const Benchmark& benchmark : head.fragment.benchmarks)
      if (!benchmark.samples.empty()) contest.on_head.insert(benchmark.name);
  }
  result_.runs.add(contest.name, round, std::move(base.fragment), std::move(head.fragment));
  contest.rounds = round + 1;
  contest.last_took = took;
  result_.rounds = std::max(result_.rounds, contest.rounds);
}

void Bout::one_round(Contest& contest, int round) {
  std::vector<std::string> filter = filter_of(contest);
  for (int attempt = 1; !interrupted(); ++attempt) {
    const auto begin = Clock::now();
    const Side first = rounds_.first(round);
    const Side second = first == Side::base ? Side::head : Side::base;
    std::array<Shot, 2> shots;  // base, head
    const auto at = [&](Side side) -> Shot& { return shots[side == Side::base ? 0 : 1]; };
    at(first) = shoot(contest, first, round, filter);
    if (interrupted()) return;
    if (!at(first).trouble) at(second) = shoot(contest, second, round, filter);
    if (interrupted()) return;
    const Side failed = at(first).trouble ? first : second;
    const auto missing = at(failed).trouble ? std::vector<std::string>{}
                                            : lacking(contest, at(Side::base), at(Side::head));
    if (!at(failed).trouble && missing.empty()) {
      accept(contest, round, at(Side::base), at(Side::head), Clock::now() - begin);
      return;
    }
    if (!filter.empty()) {  // the command may not take what its harness does
      contest.filters = false;
      filter.clear();
      --attempt;
      progress_.detail(fmt::format(
          "{}: it does not measure some of its benchmarks alone: from here on all are, though "
          "only the undecided count",
          contest.name.text()));
      continue;
    }
    const std::optional<Trouble>& trouble = at(failed).trouble;
    const bool hopeless =
        trouble && contest.rounds == 0 && trouble->error.code != Code::process_failed;
    if (trouble && (attempt == most_tries || hopeless)) return give_up(contest, *trouble, failed);
    if (attempt == most_tries) {
      note(Severity::error, Code::missing, contest.name,
           fmt::format("not measured in round {}, though tried {} times ({}): its values end there",
                       round + 1, most_tries, fmt::join(missing, ", ")));
      return accept(contest, round, at(Side::base), at(Side::head), Clock::now() - begin);
    }
    const std::string text =
        fmt::format("round {} was dropped on both sides and measured again: {}", round + 1,
                    trouble ? fmt::format("{}: {}", name_of(failed), trouble->error.message)
                            : fmt::format("there was nothing of {}", fmt::join(missing, ", ")));
    progress_.say(fmt::format("{}: {}", contest.name.text(), safe_text(text, 500)));
    note(Severity::warning, trouble ? std::optional(trouble->error.code) : Code::missing,
         contest.name, text);
    progress_.forget(-2);
  }
}

bool Bout::anyone_left() const {
  return std::ranges::any_of(contests_, [](const Contest& contest) { return !contest.over; });
}

bool Bout::has_time(int further_rounds) const {
  if (!trial_.budget) return true;
  Clock::duration needed{};
  for (const Contest& contest : contests_)
    if (!contest.over) needed += contest.last_took * further_rounds;
  return Clock::now() - begin_ + needed <= *trial_.budget;
}

/// After the first round it is known what a round takes. Boundaries are made for the rounds that
/// there will be; where decided benchmarks can be left out, later rounds are shorter, and twice as
/// many are planned. Durations say nothing of who is slower, so the plan stays honest.
Result<void> Bout::plan_for_budget() {
  if (!trial_.budget) return {};
  Clock::duration round{};
  std::size_t benchmarks = 0;
  bool filters = false;
  for (const Contest& contest : contests_) {
    if (contest.over) continue;
    round += contest.last_took;
    benchmarks += contest.on_head.size();
    filters |= contest.filters;
  }
  if (round.count() <= 0) return {};
  const auto fitting = static_cast<int>(std::min<std::int64_t>(*trial_.budget / round, 1'000'000));
  if (fitting < fewest_rounds)
    return fail(
        Code::usage,
        fmt::format("a round takes {:.3g} s, so that a budget of {} is enough for {} of the "
                    "{} rounds that any verdict needs",
                    std::chrono::duration<double>(round).count(), clock_text(*trial_.budget),
                    fitting, fewest_rounds),
        fmt::format(
            "give it --budget {}s or more (a gate: [gate] turns_budget), or let the suites do less",
            std::chrono::ceil<std::chrono::seconds>(round * 6).count()));
  const int planned =
      std::min(trial_.max_rounds, filters && benchmarks > 1 ? 2 * fitting : fitting);
  if (planned < trial_.max_rounds) {
    for (const Contest& contest : contests_)
      if (!contest.over) progress_.forget(2 * (looks_.back() - planned));
    looks_ = planned_looks(planned);
    progress_.say(fmt::format("the budget of {} is enough for about {} rounds: {} are planned",
                              clock_text(*trial_.budget), fitting, planned));
  }
  return {};
}

void Bout::spend_on(const std::vector<Undecided>& undecided) {
  for (Contest& contest : contests_) {
    contest.wanted.clear();
    for (const Undecided& one : undecided)
      if (one.suite == contest.name &&
          result_.runs.complete(contest.name, one.benchmark, contest.rounds) &&
          std::ranges::find(contest.wanted, one.benchmark) == contest.wanted.end())
        contest.wanted.push_back(one.benchmark);
    std::size_t complete = 0;
    std::set<std::string> all = contest.on_base;
    all.insert(contest.on_head.begin(), contest.on_head.end());
    for (const std::string& name : all)
      complete += result_.runs.complete(contest.name, name, contest.rounds) ? 1 : 0;
    contest.everything = trial_.wanted.empty() && contest.wanted.size() == complete;
    if (contest.wanted.empty() && !contest.over) close(contest);
  }
}

void Bout::tell_look(std::size_t look, const std::vector<Undecided>& undecided) const {
  std::set<std::string> open;
  for (const Undecided& one : undecided) open.insert(one.benchmark);
  std::size_t all = 0;
  for (const Benchmark& benchmark : result_.runs.head.benchmarks)
    all += benchmark.samples.empty() ? 0 : 1;
  std::string names;
  std::size_t told = 0;
  for (const std::string& name : open) {
    if (++told > 3) break;
    names += (names.empty() ? ": " : ", ") + safe_text(name, 60);
  }
  if (open.size() > 3) names += fmt::format(" and {} more", open.size() - 3);
  const auto spent = Clock::now() - begin_;
  const std::string time =
      trial_.budget ? fmt::format("{} of {}", clock_text(spent), clock_text(*trial_.budget))
                    : clock_text(spent);
  progress_.say(fmt::format("look {} of {}, after {} rounds ({}): {} of {} decided, {} undecided{}",
                            look + 1, looks_.size(), looks_[look], time,
                            all - std::min(all, open.size()), all, open.size(), names));
}

Result<Experimented> Bout::run(const AfterLook& after_look) {
  const Fingerprint fingerprint = sys::read_fingerprint(conditions_.host);
  const std::vector<std::string> hints = sys::noise_hints(conditions_.host);
  const Time started = conditions_.now();
  for (Run* run : {&result_.runs.base, &result_.runs.head}) {
    run->started = started;
    run->fingerprint = fingerprint;
    for (const std::string& hint : hints) run->notes.push_back({.text = hint});
  }
  progress_.launches_are_details();
  CHECKED(prepare());
  begin_ = Clock::now();
  std::size_t launches = 0;
  for (const Contest& contest : contests_) launches += contest.over ? 0 : 1;
  progress_.expect(static_cast<int>(launches) * 2 * looks_.back());

  result_.ended = Ended::rounds;
  std::size_t look = 0;
  for (int round = 0; look < looks_.size(); ++round) {
    if (round == 1) CHECKED(plan_for_budget());
    // One round tells what the rest of the stage will take, as it may measure less than before.
    const bool first_of_stage = look > 0 && round == looks_[look - 1];
    if (look > 0 && !has_time(first_of_stage ? 1 : looks_[look] - round)) {
      result_.ended = Ended::budget;
      break;
    }
    for (Contest& contest : contests_)
      if (!contest.over && !interrupted()) one_round(contest, round);
    if (interrupted()) break;
    if (!anyone_left()) {
      result_.ended = Ended::failed;
      break;
    }
    if (round + 1 < looks_[look]) continue;
    describe();
    TRY(const std::vector<Undecided> undecided, after_look(result_.runs));
    tell_look(look, undecided);
    ++look;
    spend_on(undecided);
    if (!anyone_left()) {
      result_.ended = Ended::decided;
      break;
    }
  }
  if (interrupted()) {
    result_.ended = Ended::interrupted;
    note(Severity::error, Code::interrupted, {},
         fmt::format("interrupted by signal {}: what follows was not measured",
                     conditions_.signals->first().value_or(0)));
  }
  describe();
  return std::move(result_);
}

}  // namespace

Result<Experimented> experiment(const Trial& trial, const Conditions& conditions,
                                const AfterLook& after_look, Progress& progress) {
  TRY(const auto locks, sys::lock_host(conditions.lock_directories));
  TRY(const auto temporary, sys::TemporaryDirectory::make(conditions.temporary));
  const Scrubber scrubber = sys::private_texts(conditions.environment);
  const auto begin = Clock::now();

  Bout bout(trial, conditions,
            {.environment = conditions.environment,
             .temporary = temporary.path(),
             .output_limit = conditions.output_limit,
             .scrubber = scrubber,
             .signals = conditions.signals,
             .host = conditions.host,
             .tick = [&] { progress.tick(); }},
            progress);
  TRY(Experimented done, bout.run(after_look));
  for (Run* run : {&done.runs.base, &done.runs.head}) {
    for (Note& note : run->notes) note.text = safe_text(scrubber.scrub(note.text), 500);
    run->duration_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  return done;
}

}  // namespace perfgate::measure
