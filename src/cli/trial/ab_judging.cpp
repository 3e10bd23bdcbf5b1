#include "cli/trial/ab_judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "cli/gating/advisory.hpp"
#include "cli/new_run.hpp"
#include "gate/judge.hpp"
#include "gate/waivers.hpp"
#include "measure/remarks.hpp"

namespace perfgate::cli {
namespace {

constexpr double shown_position_p = 0.01;
constexpr double same_work = 0.001;  // of instructions

void describe_side(Run& run, const Commit& commit, const SidesKnown& known) {
  run.commit = commit;
  run.fingerprint.compiler = known.fingerprint.compiler;
  run.fingerprint.flags = known.fingerprint.flags;
}

/// Whether further rounds could decide it.
bool is_open(const Finding& finding) {
  return finding.verdict == Verdict::inconclusive &&
         (finding.reason == Reason::uncertain || finding.reason == Reason::too_few_samples ||
          finding.reason == Reason::limit_uncertain);
}

void add_position(JudgedSides& judged) {
  const auto effects = measure::position_effects(judged.base, judged.head);
  if (effects.empty()) return;
  const auto worst = std::ranges::min_element(effects, {}, &measure::PositionEffect::p);
  const bool there = worst->p < shown_position_p;
  judged.head.notes.push_back(
      {.severity = there ? Severity::warning : Severity::info,
       .suite = there ? worst->suite : Symbol(),
       .benchmark = there ? worst->benchmark : "",
       .text = there ? fmt::format(
                           "position effect: who is measured second in a round takes {:+.2f} % "
                           "(p {:.2g}, {} rounds): the order is balanced, so that the comparison "
                           "is not moved, but something carries over from process to process",
                           100 * worst->second, worst->p, worst->rounds)
                     : fmt::format("no position effect: in none of {} benchmarks does it matter "
                                   "who begins a round (smallest p {:.2g})",
                                   effects.size(), worst->p)});
}

void add_instructions(JudgedSides& judged) {
  for (const Symbol suite : judged.head.suites) {
    const bool slower = std::ranges::any_of(judged.judgement.findings, [&](const Finding& finding) {
      return finding.suite == suite && finding.reason == Reason::regressed;
    });
    const auto change = measure::instruction_change(judged.base, judged.head, suite);
    Note note{.suite = suite};
    if (change) {
      note.text = fmt::format("instructions {:+.2f} %", 100 * *change);
      if (slower)
        note.text += std::abs(*change) <= same_work
                         ? ": code layout, memory or the machine rather than more work"
                         : (*change > 0 ? ": head does more work" : ": head does less work");
    } else {
      const std::string why = measure::why_no_instructions(judged.head);
      if (why.empty()) continue;
      note.text = fmt::format("no instruction counts to tell more work from code layout: {}", why);
    }
    note.severity = slower && change ? Severity::warning : Severity::info;
    judged.head.notes.push_back(std::move(note));
  }
}

}  // namespace

Result<JudgedSides> judge_sides(const measure::PairedRuns& runs, SidesKnown& known,
                                const Settings& settings, const std::string& fail_on, Env& env) {
  JudgedSides judged{.base = runs.base, .head = runs.head, .judgement = {}};
  describe_side(judged.base, known.base, known);
  describe_side(judged.head, known.head, known);
  if (known.id.empty()) {
    Run named = judged.head;
    CHECKED(complete_run(named, {}, settings, env));
    known.id = named.id;
  }
  CHECKED(complete_run(judged.base, {.id = known.id + "-base"}, settings, env));
  CHECKED(complete_run(judged.head, {.id = known.id + "-head"}, settings, env));
  for (Run* run : {&judged.base, &judged.head})
    if (run->experiment) run->experiment->id = known.id;

  gate::Reference reference{.run = &judged.base, .state = BaselineState::given};
  TRY(judged.judgement, gate::judge(judged.head, reference, settings.policy));
  // What was not asked for was not measured: no waiver is dead for that.
  gate::apply_waivers(judged.judgement, judged.head, settings.waivers, judged.head.commit.branch,
                      env.now(), true);
  gate::conclude(judged.judgement, settings.policy, fail_on == "warn");
  apply_advisory(judged.judgement, judged.head, settings, env);
  return judged;
}

std::vector<measure::Undecided> undecided_of(const JudgedSides& judged, const Settings& settings) {
  std::vector<measure::Undecided> undecided;
  const auto add = [&](Symbol suite, const std::string& benchmark) {
    measure::Undecided one{.suite = suite, .benchmark = benchmark};
    if (std::ranges::find(undecided, one) == undecided.end()) undecided.push_back(std::move(one));
  };
  for (const Finding& finding : judged.judgement.findings) {
    if (!is_open(finding)) continue;
    if (!finding.benchmark.empty()) {
      add(finding.suite, finding.benchmark);
      continue;
    }
    // A headline is open: so are the benchmarks that it is made of.
    for (const ProjectHeadline& headline : settings.project.headlines) {
      if (headline.name != finding.headline) continue;
      for (const Benchmark& benchmark : judged.head.benchmarks)
        if (glob_matches(headline.suite, benchmark.suite.text()) &&
            glob_matches(headline.benchmark, benchmark.name))
          add(benchmark.suite, benchmark.name);
    }
  }
  return undecided;
}

void add_remarks(JudgedSides& judged) {
  const std::size_t before = judged.head.notes.size();
  add_position(judged);
  add_instructions(judged);
  judged.judgement.notes.insert(judged.judgement.notes.end(),
                                judged.head.notes.begin() + static_cast<std::ptrdiff_t>(before),
                                judged.head.notes.end());
}

}  // namespace perfgate::cli
