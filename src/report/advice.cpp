#include "report/advice.hpp"

#include <algorithm>
#include <string_view>

namespace perfgate::report {
namespace {

/// One that is the same for every reader.
std::string advice_for_all(Reason reason) {
  switch (reason) {
    case Reason::too_far:
      return "Bring the change up to date with its branch (rebase or merge), let the branch's own "
             "job promote a newer run (`perfgate baseline promote`), or let the policy compare "
             "further back: `max_distance` of `[baseline]` in thresholds.toml.";
    case Reason::other_unit:
      return "Unit or direction are not those of the baseline: measure them as before, or promote "
             "a run that has the new ones (`perfgate baseline promote`).";
    case Reason::undefined_ratio:
      return "A value of zero or below has no ratio: hold it to a floor or a ceiling, not to a "
             "share of change.";
    case Reason::limit_uncertain:
      return "A limit lies within the measured noise: more process launches (`repetitions` in "
             "perfgate.toml), or a limit further away, would decide.";
    case Reason::drifted:
      return "All changes since the anchor cost together more than the drift budget allows: win "
             "some of it back, accept it (`perfgate baseline accept`), or agree on a new anchor "
             "(`perfgate baseline promote --anchor NAME`).";
    case Reason::waiver_dead:
    case Reason::waiver_expired:
      return "Mend the file of waivers: renew the one that is named, or take it out.";
    case Reason::reported_error:
      return "perf.json carries an error of the program that wrote it: see that program's log.";
    case Reason::reported_warning:
      return "perf.json carries a warning of the program that wrote it: see that program's log.";
    default:
      return "";
  }
}

std::string at_hand(Reason reason, bool by_turns) {
  switch (reason) {
    case Reason::regressed:
    case Reason::limit_violated:
      return "Look at the first rows above: they are sorted worst first. To see whether it "
             "repeats, run the same command again; to see a code, `perfgate explain CBKB005`.";
    case Reason::missing:
    case Reason::not_measured:
      return "Something that had to be measured was not; a gate that measured nothing is never "
             "green. The lines above say what and why.";
    case Reason::other_host:
      return "Measure base and head on one machine, or promote a baseline of this host class: "
             "`perfgate baseline promote --run run.json --new-host-class`";
    case Reason::uncertain:
    case Reason::too_few_samples:
      return by_turns ? "The measurements do not decide. The lines above say what would: more "
                        "rounds (--max-rounds, --budget), a quieter machine, or launches that "
                        "measure longer."
                      : "The measurements do not decide. The lines above say what would: more "
                        "process launches (`repetitions` in perfgate.toml, or --repetitions), or "
                        "both sides by turns on one machine (`perfgate ab`).";
    case Reason::no_baseline:
      return "Make this run the baseline: `perfgate baseline promote --run run.json "
             "--tests-passed`";
    case Reason::slower_within_fail:
      return "Slower than the baseline beyond the warning band, not beyond the failing one.";
    default:
      return advice_for_all(reason);
  }
}

std::string on_pull_request(Reason reason, bool by_turns) {
  switch (reason) {
    case Reason::regressed:
      return "Reproduce it with the commands below. Where the cost is intended, accept it with a "
             "reason and an end: `perfgate baseline accept`.";
    case Reason::limit_violated:
      return "Reproduce it with the commands below. No waiver accepts a limit that is violated: "
             "where the limit is wrong, it is the policy that has to change.";
    case Reason::missing:
    case Reason::not_measured:
      return "Something that had to be measured was not, and what is not measured is never green: "
             "see the log of the job that measures.";
    case Reason::other_host:
      return "Measure base and head by turns on one machine (`perfgate ab`), or promote a baseline "
             "of this class of host (`perfgate baseline promote --new-host-class`).";
    case Reason::uncertain:
    case Reason::too_few_samples:
      return by_turns ? "The measurements do not decide: more rounds (`--budget` and "
                        "`--max-rounds` of `perfgate ab`), a quieter machine, or launches that "
                        "measure longer would."
                      : "The measurements do not decide: more process launches (`repetitions` in "
                        "perfgate.toml) or both sides by turns on one machine (`perfgate ab`) "
                        "would.";
    case Reason::no_baseline:
      return "Let the base branch's own job promote a run (`perfgate baseline promote`), or "
             "measure base and head by turns (`perfgate ab`), which needs no baseline.";
    case Reason::slower_within_fail:
      return "Nothing fails. Look at the warnings before they add up.";
    default:
      return advice_for_all(reason);
  }
}

/// What such a verdict rests on where its findings do not say it.
std::vector<Reason> usual(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::improved:
      return {};
    case Verdict::warn:
      return {Reason::slower_within_fail};
    case Verdict::inconclusive:
      return {Reason::uncertain};
    case Verdict::not_comparable:
      return {Reason::other_host};
    case Verdict::not_measured:
      return {Reason::not_measured};
    case Verdict::fail:
      return {Reason::regressed};
  }
  return {};
}

}  // namespace

std::vector<Reason> causes(const Judgement& judgement) {
  std::vector<Reason> causes;
  if (usual(judgement.verdict).empty()) return causes;
  for (const Finding& finding : judgement.findings)
    if (finding.verdict == judgement.verdict &&
        std::ranges::find(causes, finding.reason) == causes.end())
      causes.push_back(finding.reason);
  return causes;
}

std::vector<std::string> advice(Verdict verdict, std::span<const Reason> causes, bool by_turns,
                                Reader reader) {
  constexpr std::size_t most = 3;
  std::vector<std::string> texts;
  const auto add = [&](std::span<const Reason> reasons) {
    for (const Reason reason : reasons) {
      std::string text =
          reader == Reader::at_hand ? at_hand(reason, by_turns) : on_pull_request(reason, by_turns);
      if (texts.size() < most && !text.empty() && std::ranges::find(texts, text) == texts.end())
        texts.push_back(std::move(text));
    }
  };
  if (usual(verdict).empty()) return texts;
  add(causes);
  if (texts.empty()) add(usual(verdict));
  return texts;
}

std::vector<std::string> advice(const Judgement& judgement) {
  return advice(judgement.verdict, causes(judgement), judgement.design == Design::interleaved,
                Reader::at_hand);
}

std::vector<std::string> advice_before_rows(const Judgement& judgement) {
  constexpr std::string_view above = " above", below = " below";
  std::vector<std::string> texts = advice(judgement);
  for (std::string& text : texts)
    for (std::size_t at = text.find(above); at != std::string::npos; at = text.find(above))
      text.replace(at, above.size(), below);
  return texts;
}

}  // namespace perfgate::report
