#include "stats/qualification.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/parallel.hpp"
#include "stats/bootstrap.hpp"
#include "stats/looks.hpp"
#include "stats/same_runner.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t pairs_of_block = 4;
/// How many benchmark comparisons the planted experiments may cost: large suites get fewer each.
constexpr std::size_t planted_effort = 40'000;
constexpr std::size_t fewest_planted = 100, most_planted = 500;
/// What is sought among the draws, so that fresh experiments reach seen_power: draws use each
/// launch again, and 80 % of them were 72 to 77 % of fresh ones.
constexpr double sought_power = 0.85;
/// A search looks now and then whether a share is clearly beside the one that is sought.
constexpr std::size_t search_step = 25;
constexpr double clearly = 3;  // standard errors

/// A round: which pair of launches, and whether the later of them is the base.
struct Drawn {
  std::size_t pair = 0;
  bool turned = false;
};

/// Blocks of neighbouring pairs in random order, from a random place on and around the end, until
/// there are enough; then once more.
std::vector<Drawn> draw(std::size_t pairs, std::size_t rounds, Random& random) {
  std::vector<Drawn> drawn;
  while (drawn.size() < rounds) {
    const auto begin = static_cast<std::size_t>(random.below(pairs));
    std::vector<std::size_t> blocks;
    for (std::size_t at = 0; at < pairs; at += pairs_of_block) blocks.push_back(at);
    for (std::size_t i = blocks.size(); i > 1; --i)
      std::swap(blocks[i - 1], blocks[static_cast<std::size_t>(random.below(i))]);
    for (const std::size_t block : blocks)
      for (std::size_t at = block; at < std::min(block + pairs_of_block, pairs); ++at)
        if (drawn.size() < rounds) drawn.push_back({.pair = (begin + at) % pairs});
  }
  bool turned = false;
  for (std::size_t round = 0; round < drawn.size(); ++round) {
    turned = round % 2 == 0 ? random.below(2) == 1 : !turned;
    drawn[round].turned = turned;
  }
  return drawn;
}

/// The rounds of one experiment with one benchmark.
class Turns {
 public:
  /// `shift`: a slowdown of head, as a log ratio.
  Turns(const Course& course, std::span<const Drawn> draw, double shift) {
    for (const Drawn& drawn : draw) {
      const std::size_t first = 2 * drawn.pair;
      base_.push_back(course.costs[drawn.turned ? first + 1 : first]);
      head_.push_back(course.costs[drawn.turned ? first : first + 1] + shift);
    }
  }

  Evidence at(const Look& look, const Budget& budget) const {
    const auto rounds = static_cast<std::size_t>(look.rounds);
    return at_look(same_runner(std::span(base_).first(rounds), std::span(head_).first(rounds),
                               Order::interleaved, budget),
                   look);
  }

 private:
  std::vector<double> base_, head_;
};

/// The p-values of an experiment without a change at each look: of all benchmarks, and the same
/// ascending.
struct Unchanged {
  struct AtLook {
    std::vector<double> p, sorted;
  };
  std::vector<AtLook> looks;

  /// Whether one of them, were it `p`, would be believed at this look.
  bool believes(double p, std::size_t own, std::size_t look) const {
    const AtLook& all = looks[std::min(look, looks.size() - 1)];
    // Bonferroni's bound is enough without counting, and so is to be alone.
    if (all.p.size() == 1 || p * static_cast<double>(all.p.size()) <= false_discovery_rate)
      return true;
    if (p > false_discovery_rate) return false;
    std::vector<double> others = all.sorted;
    others.erase(std::ranges::lower_bound(others, all.p[own]));
    return discovered(p, others, false_discovery_rate);
  }
};

/// How one benchmark responds to slowdowns put in.
class Response {
 public:
  Response(const Course& course, std::size_t index, std::span<const std::vector<Drawn>> draws,
           std::span<const Unchanged> unchanged, std::size_t count)
      : course_(course), index_(index), draws_(draws), unchanged_(unchanged), count_(count) {}

  bool fails(std::size_t number, double shift, const Budget& budget,
             std::span<const Look> looks) const {
    const Turns turns(course_, draws_[number], shift);
    for (std::size_t look = 0; look < looks.size(); ++look) {
      const Evidence evidence = turns.at(looks[look], budget);
      const Verdict verdict = decide(evidence, budget).verdict;
      if (verdict == Verdict::inconclusive) continue;
      const bool bad = verdict == Verdict::fail || verdict == Verdict::warn;
      // The last look is that of the whole experiment, however many there are.
      const std::size_t among = look + 1 == looks.size() ? unchanged_[number].looks.size() : look;
      if (bad && !unchanged_[number].believes(evidence.p_worse, index_, among)) continue;
      return verdict == Verdict::fail;
    }
    return false;
  }

  double power(double slowdown, const Budget& budget, std::span<const Look> looks,
               bool searching = false) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (searching && i > 0 && i % search_step == 0) {
        const double share = static_cast<double>(found) / static_cast<double>(i);
        const double error = std::sqrt(sought_power * (1 - sought_power) / static_cast<double>(i));
        if (std::abs(share - sought_power) > clearly * error) return share;
      }
      found += fails(i, std::log1p(slowdown), budget, looks) ? 1 : 0;
    }
    return static_cast<double>(found) / static_cast<double>(count_);
  }

  /// Of each slowdown, ascending. What is always found is found where it is larger, too.
  std::vector<double> curve(std::span<const double> slowdowns, const Budget& budget,
                            std::span<const Look> looks) const {
    std::vector<double> shares;
    for (const double slowdown : slowdowns)
      shares.push_back(!shares.empty() && shares.back() == 1 ? 1 : power(slowdown, budget, looks));
    return shares;
  }

  /// Between `seen`, a slowdown that may do, and what is known not to: by bisection to a sixth,
  /// then in a straight line.
  std::optional<double> detectable(const Budget& budget, std::span<const Look> looks,
                                   double seen) const {
    constexpr double close = 1.16;
    double low = std::max(budget.floor, 0.001), high = std::min(seen, largest_planted);
    // A slowdown within the floor is never seen.
    double at_low = 0, at_high = power(high, budget, looks, true);
    while (at_high < sought_power) {
      if (high >= largest_planted) return std::nullopt;
      low = high;
      at_low = at_high;
      high = std::min(2 * high, largest_planted);
      at_high = power(high, budget, looks, true);
    }
    while (high > close * low) {
      const double middle = std::sqrt(low * high);
      const double share = power(middle, budget, looks, true);
      (share < sought_power ? low : high) = middle;
      (share < sought_power ? at_low : at_high) = share;
    }
    return low + (sought_power - at_low) / (at_high - at_low) * (high - low);
  }

 private:
  const Course& course_;
  std::size_t index_;
  std::span<const std::vector<Drawn>> draws_;
  std::span<const Unchanged> unchanged_;
  std::size_t count_;
};

/// One comparison alone is not one of a suite.
Correction correction_of(std::size_t members) {
  return members == 1 ? Correction::none : Correction::benjamini_hochberg;
}

/// What an experiment without a change did.
struct Outcome {
  std::vector<Verdict> verdicts;
  Unchanged unchanged;
};

Outcome without_change(std::span<const Course> courses, std::span<const Budget> budgets,
                       std::span<const Drawn> draw, std::span<const Look> looks) {
  Outcome outcome;
  std::vector<Turns> turns;
  for (const Course& course : courses) turns.emplace_back(course, draw, 0);
  const Looked looked = look_by_look(
      looks, budgets, correction_of(courses.size()),
      [&](std::size_t i, const Look& look) -> std::optional<Evidence> {
        return turns[i].at(look, budgets[i]);
      },
      [&](std::span<const Evidence> family) {
        auto& at = outcome.unchanged.looks.emplace_back();
        for (const Evidence& evidence : family) at.p.push_back(evidence.p_worse);
        at.sorted = at.p;
        std::ranges::sort(at.sorted);
      });
  for (const Decision& decision : looked.decisions) outcome.verdicts.push_back(decision.verdict);
  return outcome;
}

/// Counts pieces of work that are done, and tells which share that is.
class Done {
 public:
  Done(const std::function<void(double)>& tell, std::size_t pieces)
      : tell_(tell), pieces_(static_cast<double>(pieces)) {}
  void operator()() {
    const std::size_t done = ++done_;
    if (tell_) tell_(static_cast<double>(done) / pieces_);
  }

 private:
  const std::function<void(double)>& tell_;
  double pieces_;
  std::atomic<std::size_t> done_ = 0;
};

}  // namespace

int most_rounds(std::size_t launches) { return static_cast<int>(launches / 2 * 3 / 2); }

bool discovered(double p, std::span<const double> others, double rate) {
  const auto m = static_cast<double>(others.size() + 1);
  for (std::size_t k = 1; k <= others.size() + 1; ++k) {
    const double limit = rate * static_cast<double>(k) / m;
    if (p > limit) continue;
    const auto below =
        static_cast<std::size_t>(std::ranges::upper_bound(others, limit) - others.begin());
    if (below + 1 >= k) return true;
  }
  return false;
}

Qualified qualify(std::span<const Course> courses, const QualifyPlan& plan) {
  const auto experiments = static_cast<std::size_t>(plan.experiments);
  if (courses.empty()) return {.experiments = experiments};
  const std::size_t pairs = courses.front().costs.size() / 2;
  const std::vector<Look> looks = plan_looks(plan.looks);
  Random random(plan.seed);
  std::vector<std::vector<Drawn>> draws;
  for (std::size_t i = 0; i < experiments; ++i)
    draws.push_back(draw(pairs, static_cast<std::size_t>(plan.looks.back()), random));

  const std::size_t planted =
      std::min(experiments, std::clamp(planted_effort / std::max<std::size_t>(courses.size(), 1),
                                       fewest_planted, most_planted));
  std::vector<Budget> budgets;
  for (const Course& course : courses) budgets.push_back(course.budget);
  std::vector<Outcome> outcomes(experiments);
  Done done(plan.progress, experiments + courses.size());
  // None of it can fail.
  [[maybe_unused]] const auto drawn =
      parallel_for(experiments, plan.workers, [&](std::size_t i) -> Result<void> {
        outcomes[i] = without_change(courses, budgets, draws[i], looks);
        if (i >= planted) outcomes[i].unchanged.looks.clear();  // nothing is planted among these
        done();
        return {};
      });

  Qualified qualified{.courses = std::vector<CourseQualified>(courses.size()),
                      .experiments = experiments};
  std::vector<Unchanged> unchanged;
  std::vector<std::size_t> failed(courses.size()), undecided(courses.size());
  std::size_t any = 0;
  for (Outcome& outcome : outcomes) {
    bool fails = false;
    for (std::size_t c = 0; c < courses.size(); ++c) {
      failed[c] += outcome.verdicts[c] == Verdict::fail ? 1 : 0;
      undecided[c] += outcome.verdicts[c] == Verdict::inconclusive ? 1 : 0;
      fails |= outcome.verdicts[c] == Verdict::fail;
    }
    any += fails ? 1 : 0;
    unchanged.push_back(std::move(outcome.unchanged));
  }
  qualified.any_false_alarm = proportion(any, experiments);

  [[maybe_unused]] const auto answered =
      parallel_for(courses.size(), plan.workers, [&](std::size_t c) -> Result<void> {
        const Course& course = courses[c];
        const Response response(course, c, draws, unchanged, planted);
        CourseQualified& one = qualified.courses[c];
        one.false_alarms = proportion(failed[c], experiments);
        one.inconclusive = proportion(undecided[c], experiments);
        one.planted = planted;
        one.power = response.curve(plan.planted, course.budget, looks);
        const auto seen =
            std::ranges::find_if(one.power, [](double share) { return share >= sought_power; });
        const double enough =
            seen == one.power.end()
                ? largest_planted / 2
                : plan.planted[static_cast<std::size_t>(seen - one.power.begin())];
        one.detectable = response.detectable(course.budget, looks, enough);
        Budget finest = course.budget;
        finest.warn.reset();
        finest.fail = finest.floor;
        one.finest = response.detectable(finest, looks, one.detectable.value_or(largest_planted));
        if (course.repetitions > 0) {
          const int rounds[] = {std::min(course.repetitions, plan.looks.back())};
          one.detectable_at_repetitions = response.detectable(
              course.budget, plan_looks(rounds), one.detectable.value_or(largest_planted) * 1.5);
        }
        done();
        return {};
      });
  return qualified;
}

std::optional<int> rounds_for(double finest, double band, double floor, int rounds, int limit) {
  if (finest <= band) return rounds;
  const double room = std::log1p(band) - std::log1p(floor);
  if (room <= 0) return std::nullopt;
  const double ratio = (std::log1p(finest) - std::log1p(floor)) / room;
  const double needed = std::ceil(rounds * ratio * ratio);
  return needed <= limit ? std::optional(static_cast<int>(needed)) : std::nullopt;
}

}  // namespace perfgate::stats
