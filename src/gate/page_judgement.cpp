// A judgement's rows: every finding finds its benchmark's metric or headline, and what is about no
// row stands apart.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gate/findings.hpp"
#include "gate/judge.hpp"
#include "gate/known.hpp"
#include "gate/page_parts.hpp"
#include "report/advice.hpp"
#include "report/phrases.hpp"

namespace perfgate::gate {
namespace {

using report::PageEntry;
using report::PageSide;

/// Whether `a` says more of a row than `b`: what is worse; else the comparison with the baseline.
bool matters_more(const Finding& a, const Finding& b) {
  if (severity(a.verdict) != severity(b.verdict)) return severity(a.verdict) > severity(b.verdict);
  return is_compared(a) && !is_compared(b);
}

std::string state_words(const Judgement& judgement) {
  const auto pooled = [&](std::string_view what) {
    if (judgement.baseline_runs.empty()) return std::string(what);
    return fmt::format("{}, {} runs", what, judgement.baseline_runs.size());
  };
  switch (judgement.baseline_state) {
    case BaselineState::none:
      return "";
    case BaselineState::given:
      return "given as a file";
    case BaselineState::seeding:
      return pooled("a rolling baseline that is still seeding");
    case BaselineState::active:
      return pooled("the store's baseline");
    case BaselineState::expired:
      return pooled("the store's baseline, which has expired");
    case BaselineState::not_comparable:
      return std::ranges::count(judgement.findings, Reason::too_far, &Finding::reason) > 0
                 ? "too far back"
                 : "of another class of host";
  }
  return "";
}

/// The advice as steps.
std::vector<std::string> advice_steps(const Judgement& judgement) {
  std::vector<std::string> steps;
  for (const std::string& text : report::advice_before_rows(judgement)) {
    std::size_t begin = 0;
    for (std::size_t at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1)) {
      if (at + 2 >= text.size() || text[at + 2] < 'A' || text[at + 2] > 'Z') continue;
      steps.push_back(text.substr(begin, at + 1 - begin));
      begin = at + 2;
    }
    steps.push_back(text.substr(begin));
  }
  const bool worse = std::ranges::any_of(judgement.findings, [](const Finding& finding) {
    return finding.verdict == Verdict::fail && is_compared(finding);
  });
  if (worse)
    steps.emplace_back(
        "Where the cost is intended, `perfgate baseline accept` writes a waiver with a reason, an "
        "owner and an end.");
  return steps;
}

class Judged {
 public:
  Judged(PageBuilder& builder, const report::Sources& from)
      : builder_(builder), from_(from), judgement_(*from.judgement) {
    static const Policy no_aliases;
    if (from.head) head_.emplace(*from.head, no_aliases);
    if (from.base) base_.emplace(*from.base, from.policy ? *from.policy : no_aliases);
  }

  void add() {
    add_verdict();
    for (const Finding& finding : judgement_.findings) add_finding(finding);
    add_unjudged();
    for (PageEntry& entry : builder_.page.entries) complete(entry);
    add_limits();
    add_waivers();
    add_rest();
  }

 private:
  void add_verdict() {
    report::PageVerdict verdict{.verdict = judgement_.verdict,
                                .exit_code = judgement_.exit_code,
                                .words = verdict_words(judgement_, from_.head.get()),
                                .summary = judgement_.summary,
                                .advice = advice_steps(judgement_),
                                .counts = std::nullopt,
                                .could_see = std::nullopt,
                                .coverage = report::coverage(judgement_),
                                .drift = report::drift_text(judgement_)};
    if (!judgement_.advisory.empty())
      verdict.advice.insert(verdict.advice.begin(),
                            "This gate is advisory, and decides nothing: " + judgement_.advisory);
    if (judgement_.counts.expected > 0) verdict.counts = judgement_.counts;
    for (const Finding& finding : judgement_.findings)
      if (is_compared(finding) && !finding.benchmark.empty() &&
          finding.comparison->smallest_detectable)
        verdict.could_see =
            std::max(verdict.could_see.value_or(0), *finding.comparison->smallest_detectable);
    builder_.page.verdict = std::move(verdict);
  }

  /// What a benchmark is judged by where a finding names no metric.
  Metric main_metric(const Finding& finding) const {
    static const Symbol time("time");
    for (const std::optional<Known>* side : {&head_, &base_}) {
      const Benchmark* benchmark =
          *side ? (*side)->find(finding.suite, finding.benchmark) : nullptr;
      if (!benchmark || benchmark->samples.empty()) continue;
      const Sample* sample = benchmark->find(time);
      const Metric* metric =
          (*side)->run().find_metric(sample ? sample->metric : benchmark->samples.front().metric);
      if (metric) return *metric;
    }
    return {.name = time, .unit = BaseUnit::second, .better = Better::lower};
  }

  Metric metric_of(const Finding& finding) const {
    if (finding.metric.empty()) return main_metric(finding);
    for (const Run* run : {from_.head.get(), from_.base.get()})
      if (const Metric* metric = run ? run->find_metric(finding.metric) : nullptr) return *metric;
    static const Symbol time("time"), cpu_time("cpu_time"), throughput("throughput");
    const bool is_time = finding.metric == time || finding.metric == cpu_time;
    return {.name = finding.metric,
            .unit = is_time                        ? BaseUnit::second
                    : finding.metric == throughput ? BaseUnit::byte_per_second
                                                   : BaseUnit::one,
            .better = is_time                        ? Better::lower
                      : finding.metric == throughput ? Better::higher
                                                     : Better::unknown};
  }

  const Headline* headline_of(const Run* run, std::string_view name) const {
    if (!run) return nullptr;
    const auto found = std::ranges::find(run->headlines, name, &Headline::name);
    return found == run->headlines.end() ? nullptr : &*found;
  }

  PageEntry& row_of(const Finding& finding) {
    if (finding.headline.empty())
      return builder_.benchmark(finding.suite.text(), finding.benchmark, metric_of(finding));
    const auto known = std::ranges::find(judgement_.headlines, finding.headline, &Headline::name);
    if (known != judgement_.headlines.end()) return builder_.headline(*known);
    return builder_.headline({.name = finding.headline, .unit = finding.unit});
  }

  void add_finding(const Finding& finding) {
    if (finding.benchmark.empty() && finding.headline.empty()) {
      const bool of_suite = !finding.suite.empty();
      builder_.page.findings.push_back(
          {.finding = finding,
           .suite = of_suite ? std::optional(builder_.suite(finding.suite.text())) : std::nullopt});
      return;
    }
    PageEntry& entry = row_of(finding);
    if (is_compared(finding) && !entry.comparison) entry.comparison = finding.comparison;
    if (!entry.finding) {
      entry.finding = finding;
      return;
    }
    Finding other = finding;
    if (matters_more(other, *entry.finding)) std::swap(other, *entry.finding);
    // That a limit is met stands among the service levels.
    if (other.verdict != Verdict::pass || !other.limit) entry.others.push_back(std::move(other));
  }

  /// What nobody judged is shown too: without a baseline that is all of it.
  void add_unjudged() {
    const Run* head = from_.head.get();
    if (!head) return;
    for (const Headline& headline : head->headlines) builder_.headline(headline);
    std::set<std::pair<Symbol, std::string_view>> known;
    for (const Finding& finding : judgement_.findings)
      known.emplace(finding.suite, finding.benchmark);
    for (const Benchmark& benchmark : head->benchmarks) {
      if (benchmark.samples.empty() || known.contains({benchmark.suite, benchmark.name})) continue;
      builder_.benchmark(benchmark.suite.text(), benchmark.name,
                         main_metric({.suite = benchmark.suite, .benchmark = benchmark.name}));
    }
  }

  const Values* values_of(const Benchmark* benchmark, Symbol metric) const {
    const Sample* sample = benchmark ? benchmark->find(metric) : nullptr;
    return sample ? &sample->values : nullptr;
  }

  void complete(PageEntry& entry) {
    const Comparison* comparison = entry.comparison ? &*entry.comparison : nullptr;
    const Summary* base = comparison ? &comparison->base : nullptr;
    const Summary* head = comparison ? &comparison->head : nullptr;
    if (!entry.headline.empty()) {
      const std::string name = entry.id.substr(entry.id.find('.') + 1);
      if (const Headline* then = headline_of(from_.base.get(), name); then || base)
        fill_side(entry.base, entry.base_samples, then ? *then : Headline{}, base);
      if (const Headline* now = headline_of(from_.head.get(), name); now || head)
        fill_side(entry.head, entry.head_samples, now ? *now : Headline{}, head);
    } else {
      const Symbol suite(builder_.page.suites[entry.suite]);
      const Symbol metric = builder_.page.metrics[entry.metric].name;
      const Benchmark* now = head_ ? head_->find(suite, entry.name) : nullptr;
      const Benchmark* then = base_ ? base_->find(suite, entry.name) : nullptr;
      static const Values none;
      const Values* before = values_of(then, metric);
      const Values* after = values_of(now, metric);
      if (before || base) fill_side(entry.base, entry.base_samples, before ? *before : none, base);
      if (after || head) fill_side(entry.head, entry.head_samples, after ? *after : none, head);
    }
    if (comparison && from_.policy) set_budget(entry);
  }

  void set_budget(PageEntry& entry) const {
    Bands bands{.warn = from_.policy->regression_threshold,
                .fail = from_.policy->regression_fail_threshold};
    if (entry.headline.empty())
      bands = effective_bands(
          *from_.policy, effective_rule(*from_.policy, Symbol(builder_.page.suites[entry.suite]),
                                        entry.name, builder_.page.metrics[entry.metric].name));
    if (bands.warn) entry.warn = bands.warn->to_double();
    if (bands.fail) entry.fail = bands.fail->to_double();
  }

  void add_limits() {
    for (const Finding& finding : judgement_.findings) {
      if (!finding.limit || (finding.benchmark.empty() && finding.headline.empty())) continue;
      const PageEntry& entry = row_of(finding);
      builder_.page.limits.push_back({.entry = builder_.index_of(entry),
                                      .of = "",
                                      .check = *finding.limit,
                                      .verdict = finding.verdict,
                                      .reason = finding.reason,
                                      .unit = finding.unit,
                                      .base_unit = builder_.page.metrics[entry.metric].unit});
    }
  }

  void add_waivers() {
    for (const Waiver& waiver : judgement_.waivers) {
      report::PageWaiver shown{.waiver = waiver, .accepts = {}};
      for (const Finding& finding : judgement_.findings)
        if (finding.waiver == waiver.id && finding.reason == Reason::accepted &&
            !(finding.benchmark.empty() && finding.headline.empty()))
          shown.accepts.push_back(builder_.index_of(row_of(finding)));
      builder_.page.waivers.push_back(std::move(shown));
    }
  }

  std::string title() const {
    std::set<std::string> suites;
    for (const Finding& finding : judgement_.findings)
      if (!finding.suite.empty()) suites.insert(finding.suite.text());
    if (from_.head)
      for (const Symbol suite : from_.head->suites) suites.insert(suite.text());
    constexpr std::size_t named = 3;
    const std::string of = suites.size() > named ? fmt::format("{} suites", suites.size())
                                                 : fmt::format("{}", fmt::join(suites, ", "));
    const std::string what =
        judgement_.commit.branch.empty() ? "run " + judgement_.run_id : judgement_.commit.branch;
    return fmt::format("{}{}erformance of {}", of, of.empty() ? "P" : ": p", what);
  }

  void add_rest() {
    report::Page& page = builder_.page;
    page.title = title();
    page.tool = judgement_.tool;
    if (from_.head) page.made = from_.head->started;
    page.method = judgement_.method;
    page.policy = judgement_.policy;
    page.head = PageSide{.run_id = judgement_.run_id, .commit = judgement_.commit};
    if (from_.head) page.head->time = from_.head->started;
    if (!judgement_.baseline_id.empty()) {
      page.base = PageSide{.run_id = judgement_.baseline_id,
                           .commit = judgement_.baseline_commit,
                           .state = state_words(judgement_)};
      if (!judgement_.experiment.empty())
        page.base->state += (page.base->state.empty() ? "" : "; ") + judgement_.experiment;
      if (from_.base) page.base->time = from_.base->started;
    }
    if (from_.head) page.head_host = from_.head->fingerprint;
    if (from_.base) page.base_host = from_.base->fingerprint;
    page.host_differences = judgement_.host_differences;
    page.notes = judgement_.notes;
    page.reproduce = judgement_.reproduce;
  }

  PageBuilder& builder_;
  const report::Sources& from_;
  const Judgement& judgement_;
  std::optional<Known> head_, base_;
};

void add_hypothesis(PageBuilder& builder, const HypothesisResult& result) {
  report::PageTable table{
      .title = "Hypothesis",
      .columns = {{"Of"}, {"Answer"}, {"Change", true}, {"Low", true}, {"High", true}, {"Why"}}};
  for (const std::string& comment : result.comments)
    table.caption += (table.caption.empty() ? "" : " ") + comment;
  const auto ratio = [](const std::optional<double>& value) {
    return value ? report::percent(*value) : std::string();
  };
  const auto status = [](HypothesisStatus of) {
    return of == HypothesisStatus::passed   ? "shown"
           : of == HypothesisStatus::failed ? "refuted"
                                            : "inconclusive";
  };
  for (const HypothesisAnswer& answer : result.answers)
    table.rows.push_back({answer.headline.empty() ? full_name(answer.suite, answer.benchmark) +
                                                        " " + answer.metric.text()
                                                  : answer.headline,
                          status(answer.status), ratio(answer.change), ratio(answer.low),
                          ratio(answer.high), answer.comment});
  builder.page.tables.push_back(std::move(table));
}

}  // namespace

bool is_compared(const Finding& finding) { return finding.comparison && finding.anchor.empty(); }

void add_judgement(PageBuilder& builder, const report::Sources& from) {
  Judged(builder, from).add();
  if (from.judgement->hypothesis) add_hypothesis(builder, *from.judgement->hypothesis);
}

}  // namespace perfgate::gate
