// What to do next follows from what a verdict rests on, never from the verdict's word alone.

#include "report/advice.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/judgement_fields.hpp"
#include "report/comment.hpp"
#include "support/cli.hpp"

namespace perfgate::report {
namespace {

using test::says;

constexpr std::string_view page = "{{verdict}}\n{{next}}\n";

Judgement resting_on(Verdict verdict, std::vector<Reason> reasons) {
  Judgement judgement{.verdict = verdict};
  for (const Reason reason : reasons)
    judgement.findings.push_back({.reason = reason, .verdict = verdict, .why = "because"});
  return judgement;
}

std::string as_comment(std::vector<CommentSection> sections) {
  const auto text =
      comment_text({.sections = std::move(sections)}, {.page = page, .hidden = false});
  REQUIRE(text);
  return *text;
}

struct Right {
  Verdict verdict;
  Reason reason;
  std::string_view says;   ///< to both readers
  std::string_view never;  ///< what would be wrong to say
};

// AC:advice-reasons
TEST_CASE("each reason has advice of its own, and none that is another's") {
  using enum Verdict;
  const Right rows[] = {
      {fail, Reason::regressed, "", "file of waivers"},
      {fail, Reason::limit_violated, "", "Where the cost is intended"},
      {fail, Reason::drifted, "--anchor NAME", "Reproduce"},
      {fail, Reason::waiver_dead, "file of waivers", "baseline accept"},
      {fail, Reason::waiver_expired, "file of waivers", "baseline accept"},
      {fail, Reason::reported_error, "that program's log", "baseline accept"},
      {not_measured, Reason::reported_error, "that program's log", "never green"},
      {not_measured, Reason::missing, "never green", "accept"},
      {not_measured, Reason::not_measured, "never green", "accept"},
      {not_comparable, Reason::too_far, "`max_distance` of `[baseline]`", "--new-host-class"},
      {not_comparable, Reason::other_host, "--new-host-class", "max_distance"},
      {not_comparable, Reason::other_unit, "the new ones", "--new-host-class"},
      {not_comparable, Reason::no_baseline, "baseline promote", "--new-host-class"},
      {inconclusive, Reason::uncertain, "perfgate ab", "--max-rounds"},
      {inconclusive, Reason::too_few_samples, "perfgate ab", "--max-rounds"},
      {inconclusive, Reason::undefined_ratio, "has no ratio", "repetitions"},
      {inconclusive, Reason::limit_uncertain, "a limit further away", "perfgate ab"},
      {warn, Reason::slower_within_fail, "", "promote"},
      {warn, Reason::no_baseline, "baseline promote", "add up"},
      {warn, Reason::reported_warning, "that program's log", "band"},
  };
  for (const Right& row : rows) {
    CAPTURE(to_text(row.reason));
    const Judgement judgement = resting_on(row.verdict, {row.reason});
    std::string at_hand;
    for (const std::string& text : advice(judgement)) at_hand += text + "\n";
    const std::string comment = as_comment({section_of(judgement, {})});
    says(comment, "**Next:** ");
    for (const std::string& text : {at_hand, comment}) {
      says(text, row.says);
      CHECK_FALSE(text.empty());
      CHECK_MESSAGE(!text.contains(row.never), text);
    }
  }
  // Every reason that can make a verdict bad is above: a new one must be thought of.
  for (const auto& [reason, word] : EnumTexts<Reason>::values) {
    CAPTURE(word);
    const bool good = reason == Reason::within_budget || reason == Reason::improved ||
                      reason == Reason::limit_met || reason == Reason::target_missed ||
                      reason == Reason::thin_margin || reason == Reason::new_benchmark ||
                      reason == Reason::accepted;
    CHECK(good !=
          std::ranges::any_of(rows, [&](const Right& row) { return row.reason == reason; }));
  }
}

// AC:advice-reasons
TEST_CASE("what was measured by turns already is not sent there") {
  for (const Reader reader : {Reader::at_hand, Reader::pull_request}) {
    const std::vector<Reason> uncertain{Reason::uncertain};
    const auto texts = advice(Verdict::inconclusive, uncertain, true, reader);
    REQUIRE(texts.size() == 1);
    says(texts[0], "--max-rounds");
    CHECK_FALSE(texts[0].contains("repetitions"));
  }
}

// AC:advice-reasons
TEST_CASE("several reasons give their advice once each, and no more than three") {
  const auto all = advice(
      resting_on(Verdict::fail, {Reason::regressed, Reason::limit_violated, Reason::waiver_dead,
                                 Reason::waiver_expired, Reason::drifted, Reason::reported_error}));
  CHECK(all.size() == 3);
  CHECK(advice(resting_on(Verdict::pass, {Reason::within_budget})).empty());
  CHECK(advice(Judgement{.verdict = Verdict::fail}).size() == 1);
  // Only what makes the verdict counts, in the comment over all sections that make it.
  Judgement mixed = resting_on(Verdict::fail, {Reason::waiver_dead});
  mixed.findings.push_back({.reason = Reason::too_far, .verdict = Verdict::not_comparable});
  CHECK(causes(mixed) == std::vector{Reason::waiver_dead});
  const std::string text =
      as_comment({section_of(resting_on(Verdict::not_comparable, {Reason::too_far}), {}),
                  section_of(resting_on(Verdict::not_comparable, {Reason::other_host}), {}),
                  section_of(resting_on(Verdict::warn, {Reason::reported_warning}), {})});
  says(text, "max_distance");
  says(text, "--new-host-class");
  CHECK_FALSE(text.contains("program's log"));
}

// AC:advice-reasons
TEST_CASE("a comment remembers why, for the sections that another job tells") {
  Comment comment{
      .marker = {.id = std::string(64, '0'), .stamp = {1, 1}},
      .sections = {section_of(resting_on(Verdict::inconclusive, {Reason::uncertain}), {})}};
  comment.sections[0].by_turns = true;
  const auto text = comment_text(comment, {.page = page});
  REQUIRE(text);
  const auto back = read_state(*text);
  REQUIRE(back);
  CHECK(back->sections == comment.sections);
  const auto forged = read_state(marker_line(comment.marker) +
                                 R"(
<!-- perfgate:state {"sections":[{"causes":["too_far","<b>",7,null],"turns":5}]} -->)");
  REQUIRE(forged);
  CHECK(forged->sections.at(0).causes == std::vector{Reason::too_far});
  CHECK_FALSE(forged->sections.at(0).by_turns);
}

}  // namespace
}  // namespace perfgate::report
