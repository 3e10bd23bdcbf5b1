#pragma once
// The descriptions of a judgement's entities.

#include "model/hypothesis_fields.hpp"
#include "model/judgement.hpp"
#include "model/run_fields.hpp"

namespace perfgate {

template <>
struct EnumTexts<Verdict> {
  static constexpr std::array<std::pair<Verdict, std::string_view>, 7> values{
      {{Verdict::pass, "pass"},
       {Verdict::improved, "improved"},
       {Verdict::warn, "warn"},
       {Verdict::inconclusive, "inconclusive"},
       {Verdict::not_comparable, "not comparable"},
       {Verdict::not_measured, "not measured"},
       {Verdict::fail, "fail"}}};
};
template <>
struct EnumTexts<Reason> {
  static constexpr std::array<std::pair<Reason, std::string_view>, 25> values{
      {{Reason::within_budget, "within_budget"},
       {Reason::improved, "improved"},
       {Reason::regressed, "regressed"},
       {Reason::slower_within_fail, "slower_within_fail"},
       {Reason::uncertain, "uncertain"},
       {Reason::too_few_samples, "too_few_samples"},
       {Reason::limit_met, "limit_met"},
       {Reason::limit_violated, "limit_violated"},
       {Reason::limit_uncertain, "limit_uncertain"},
       {Reason::target_missed, "target_missed"},
       {Reason::thin_margin, "thin_margin"},
       {Reason::no_baseline, "no_baseline"},
       {Reason::new_benchmark, "new_benchmark"},
       {Reason::other_host, "other_host"},
       {Reason::too_far, "too_far"},
       {Reason::other_unit, "other_unit"},
       {Reason::undefined_ratio, "undefined_ratio"},
       {Reason::missing, "missing"},
       {Reason::not_measured, "not_measured"},
       {Reason::reported_error, "reported_error"},
       {Reason::reported_warning, "reported_warning"},
       {Reason::drifted, "drifted"},
       {Reason::accepted, "accepted"},
       {Reason::waiver_dead, "waiver_dead"},
       {Reason::waiver_expired, "waiver_expired"}}};
};
template <>
struct EnumTexts<Design> {
  static constexpr std::array<std::pair<Design, std::string_view>, 6> values{
      {{Design::interleaved, "interleaved"},
       {Design::one_runner, "one runner"},
       {Design::two_runners, "two runners"},
       {Design::window, "window"},
       {Design::exact, "exact"},
       {Design::printed, "printed"}}};
};
template <>
struct EnumTexts<LimitKind> {
  static constexpr std::array<std::pair<LimitKind, std::string_view>, 3> values{
      {{LimitKind::floor, "floor"},
       {LimitKind::ceiling, "ceiling"},
       {LimitKind::target, "target"}}};
};
template <>
struct EnumTexts<BaselineState> {
  static constexpr std::array<std::pair<BaselineState, std::string_view>, 6> values{
      {{BaselineState::none, "none"},
       {BaselineState::given, "given"},
       {BaselineState::seeding, "seeding"},
       {BaselineState::active, "active"},
       {BaselineState::expired, "expired"},
       {BaselineState::not_comparable, "not comparable"}}};
};

template <>
struct Describe<Comparison> {
  static constexpr std::string_view name = "Comparison";
  static constexpr std::string_view doc = "How head differs from base.";
  static constexpr auto fields = std::tuple(
      field("base", &Comparison::base, "the baseline's independent samples"),
      field("head", &Comparison::head, "the run's independent samples"),
      field("change", &Comparison::change, "the estimate, as a ratio of values"),
      field("low", &Comparison::low, "lower bound of the change"),
      field("high", &Comparison::high, "upper bound of the change"),
      field("confidence", &Comparison::confidence, "two-sided, of the interval"),
      field("p", &Comparison::p, "two-sided p-value of no difference beyond the noise floor"),
      field("smallest_detectable", &Comparison::smallest_detectable,
            "the smallest change that this could have seen, with 80 % power"),
      field("design", &Comparison::design,
            "interleaved, one runner, two runners, window, exact or printed"),
      field("method", &Comparison::method,
            "before shift-bounds/1: rank-sum, exact or assumed-noise", {.sparse = true}),
      field("suite_shift", &Comparison::suite_shift,
            "what the whole suite changed by, which was taken out of the change"),
      field("further_values", &Comparison::further_values,
            "about how many more rounds, launches or runs a side would decide it"),
      field("doubts", &Comparison::doubts, "what limits the answer"));
};

template <>
struct Describe<LimitCheck> {
  static constexpr std::string_view name = "LimitCheck";
  static constexpr std::string_view doc = "A value held to a floor, ceiling or target.";
  static constexpr auto fields = std::tuple(
      field("kind", &LimitCheck::kind, "floor, ceiling or target"),
      field("limit", &LimitCheck::limit, "in the base unit"),
      field("value", &LimitCheck::value, "in the base unit"),
      field("shortfall", &LimitCheck::shortfall, "how far on the wrong side; 0 where it is met"),
      field("margin", &LimitCheck::margin, "value / floor, or ceiling / value"),
      field("written", &LimitCheck::written, "as the policy says it"),
      field("origin", &LimitCheck::origin, "where the policy says it"),
      field("since", &LimitCheck::since, "since when it has been violated, where history knows"));
};

template <>
struct Describe<Finding> {
  static constexpr std::string_view name = "Finding";
  static constexpr std::string_view doc = "One rule applied to one metric of one benchmark.";
  static constexpr auto fields = std::tuple(
      field("suite", &Finding::suite, "the suite's name", {.key = true}),
      field("benchmark", &Finding::benchmark, "the benchmark's name; empty: of the run",
            {.key = true}),
      field("metric", &Finding::metric, "the metric's name", {.key = true}),
      field("headline", &Finding::headline, "the headline's name, where it is about one",
            {.key = true}),
      field("unit", &Finding::unit, "the unit that values are shown in; empty: as reads best"),
      field("reason", &Finding::reason, "why, as a word", {.key = true}),
      field("verdict", &Finding::verdict, "what it means"),
      field("code", &Finding::code, "the error code, where there is one"),
      field("why", &Finding::why, "why, as a sentence", {.key = true}),
      field("comparison", &Finding::comparison, "how head differs from base"),
      field("limit", &Finding::limit, "the floor, ceiling or target"),
      field("anchor", &Finding::anchor, "the anchor compared with; empty: the baseline",
            {.key = true, .sparse = true}),
      field("waiver", &Finding::waiver, "id of the waiver that accepts it, or that it is about",
            {.sparse = true, .refers = "Waiver", .back = "findings"}));
};

template <>
struct Describe<Counts> {
  static constexpr std::string_view name = "Counts";
  static constexpr std::string_view doc = "How much was looked at.";
  static constexpr auto fields =
      std::tuple(field("expected", &Counts::expected, "benchmarks that had to be there"),
                 field("measured", &Counts::measured, "benchmarks with at least one value"),
                 field("compared", &Counts::compared, "benchmarks compared with the baseline"),
                 field("added", &Counts::added, "benchmarks that the baseline does not know"));
};

template <>
struct Describe<Drift> {
  static constexpr std::string_view name = "Drift";
  static constexpr std::string_view doc = "The comparison with an anchor that comes out worst.";
  static constexpr auto fields = std::tuple(
      field("anchor", &Drift::anchor, "the anchor's name"),
      field("run_id", &Drift::run_id, "its run"), field("suite", &Drift::suite, "the suite's name"),
      field("benchmark", &Drift::benchmark, "the benchmark's name"),
      field("metric", &Drift::metric, "the metric's name"),
      field("headline", &Drift::headline, "the headline's name, where it is about one"),
      field("change", &Drift::change, "for the worse, as a ratio; negative: better"),
      field("budget", &Drift::budget, "how much the policy allows"));
};

template <>
struct Describe<Waiver> {
  static constexpr std::string_view name = "Waiver";
  static constexpr std::string_view doc = "An accepted change, until a date.";
  static constexpr auto fields = std::tuple(
      field("id", &Waiver::id, "its identity", {.key = true}),
      field("suite", &Waiver::suite, "glob of suites"),
      field("benchmark", &Waiver::benchmark, "glob of benchmarks"),
      field("metric", &Waiver::metric, "glob of metrics"),
      field("max_change", &Waiver::max_change, "the largest change for the worse, as a ratio"),
      field("branch", &Waiver::branch, "glob of branches"),
      field("reason", &Waiver::reason, "why it is accepted"),
      field("ticket", &Waiver::ticket, "where it is discussed; empty: nowhere"),
      field("owner", &Waiver::owner, "who answers for it", {.personal = true}),
      field("created", &Waiver::created, "since when"),
      field("expires", &Waiver::expires, "from then on it holds no longer"),
      field("origin", &Waiver::origin, "file and line"));
};

template <>
struct Describe<Judgement> {
  static constexpr std::string_view name = "Judgement";
  static constexpr std::string_view doc = "All findings of a run and the verdict over them.";
  static constexpr auto fields = std::tuple(
      field("schema", &Judgement::schema, "perfgate.judgement/1"),
      field("tool", &Judgement::tool, "what wrote it"),
      field("method", &Judgement::method, "the version of the method"),
      field("verdict", &Judgement::verdict, "the worst of the findings"),
      field("exit_code", &Judgement::exit_code, "what the command exits with"),
      field("summary", &Judgement::summary, "the report in one line"),
      field("run", &Judgement::run, "key of the run's record",
            {.sparse = true, .refers = "Run", .back = "judgements"}),
      field("run_id", &Judgement::run_id, "the run judged", {.key = true}),
      field("commit", &Judgement::commit, "its commit"),
      field("policy", &Judgement::policy, "where the policy came from"),
      field("baseline_state", &Judgement::baseline_state, "what there was to compare with"),
      field("baseline", &Judgement::baseline, "key of the baseline's record; empty: none",
            {.sparse = true, .refers = "Baseline", .back = "judgements"}),
      field("baseline_id", &Judgement::baseline_id, "the baseline's run; empty: none"),
      field("baseline_commit", &Judgement::baseline_commit, "its commit"),
      field("baseline_distance", &Judgement::baseline_distance,
            "of a pull request: how it lies to the merge base", {.sparse = true}),
      field("baseline_runs", &Judgement::baseline_runs, "the runs of a rolling baseline",
            {.sparse = true}),
      field("design", &Judgement::design, "of the comparisons with the baseline"),
      field("experiment", &Judgement::experiment, "the design and why, as a sentence",
            {.sparse = true}),
      field("smallest_detectable", &Judgement::smallest_detectable,
            "what half of the noisy comparisons could have seen"),
      field("drift", &Judgement::drift, "the worst change since an anchor"),
      field("host_differences", &Judgement::host_differences,
            "how the two hosts differ, where they may not be compared"),
      field("counts", &Judgement::counts, "how much was looked at"),
      field("headlines", &Judgement::headlines, "the run's headlines"),
      field("findings", &Judgement::findings, "worst first",
            {.refers = "Finding", .back = "judgement", .holds = true}),
      field("waivers", &Judgement::waivers, "the waivers that findings name", {.sparse = true}),
      field("hypothesis", &Judgement::hypothesis, "the answer, where a hypothesis was asked",
            {.sparse = true}),
      field("notes", &Judgement::notes, "doubts and troubles of the run"),
      field("advisory", &Judgement::advisory, "why the verdict decides nothing", {.sparse = true}),
      field("reproduce", &Judgement::reproduce, "the commands that reach this verdict again"));
};

}  // namespace perfgate
