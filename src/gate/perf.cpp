#include "gate/perf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "model/run_json.hpp"

namespace perfgate::gate {
namespace {

std::string with_code(const std::optional<Code>& code, std::string_view text) {
  return code ? fmt::format("{}: {}", to_text(*code), text) : std::string(text);
}

std::string key_of(const Headline& headline, const Unit& unit) {
  return fmt::format("{}_{}", headline.name, unit.suffix);
}

/// What a unit by itself says: rates are better high, times and sizes low.
Better usual_direction(BaseUnit unit) {
  switch (unit) {
    case BaseUnit::byte_per_second:
    case BaseUnit::per_second:
      return Better::higher;
    case BaseUnit::second:
    case BaseUnit::byte:
      return Better::lower;
    case BaseUnit::one:
      return Better::unknown;
  }
  return Better::unknown;
}

}  // namespace

config::PerfSummary make_perf(const Run& run, const Judgement* judgement) {
  config::PerfSummary perf;
  std::vector<Headline> headlines = run.headlines;
  std::ranges::stable_sort(headlines, {}, &Headline::order);
  for (const Headline& headline : headlines) {
    const Unit* unit = find_unit(headline.unit);
    if (!headline.value || !unit) continue;
    perf.values.push_back({.key = key_of(headline, *unit),
                           .headline = headline.name,
                           .unit = unit,
                           .value = Decimal::nearest(unit->from_base(*headline.value)),
                           .decimals = headline.decimals_written});
  }
  if (judgement) {
    for (const Finding& finding : judgement->findings) {
      const std::string text = with_code(finding.code, finding.why);
      switch (finding.verdict) {
        case Verdict::pass:
        case Verdict::improved:
          break;
        case Verdict::fail:
        case Verdict::not_measured:
          perf.errors.push_back(text);
          break;
        case Verdict::warn:
        case Verdict::inconclusive:
        case Verdict::not_comparable:
          perf.warnings.push_back(text);
          break;
      }
    }
  } else {
    for (const Note& note : run.notes)
      if (note.severity == Severity::error)
        perf.errors.push_back(with_code(
            note.code, note.benchmark.empty() ? note.text : note.benchmark + ": " + note.text));
  }
  for (const Note& note : run.notes)
    if (note.severity == Severity::warning) perf.warnings.push_back(note.text);
  return perf;
}

std::string perf_schema(const std::vector<Headline>& headlines,
                        const std::vector<ProjectHeadline>& declared) {
  // The run says which headlines there are, and the project, where it knows them, what bounds them.
  std::vector<ProjectHeadline> all;
  for (const Headline& headline : headlines) {
    const auto known = std::ranges::find(declared, headline.name, &ProjectHeadline::name);
    if (known != declared.end()) {
      all.push_back(*known);
      continue;
    }
    all.push_back({.name = headline.name,
                   .unit = find_unit(headline.unit),
                   .decimals = headline.decimals_written});
  }
  std::erase_if(all, [](const ProjectHeadline& headline) { return !headline.unit; });
  return config::perf_schema(config::perf_keys(all));
}

Run run_of(const config::PerfSummary& perf, const std::vector<ProjectHeadline>& declared) {
  Run run{.schema = std::string(run_schema_name), .id = "perf.json"};
  for (const config::PerfValue& value : perf.values) {
    const auto known = std::ranges::find(declared, value.headline, &ProjectHeadline::name);
    Headline headline{.name = value.headline,
                      .unit = std::string(value.unit->symbol),
                      .order = static_cast<int>(run.headlines.size()),
                      .decimals_written = value.decimals,
                      .decimals_shown = value.decimals,
                      .better = usual_direction(value.unit->base),
                      .value = value.unit->to_base(value.value).to_double()};
    if (known != declared.end()) {
      headline.label = known->label;
      headline.order = known->order;
      // The file was written with these, even where it says 571 for 571.0.
      headline.decimals_written = std::max(headline.decimals_written, known->decimals);
      headline.decimals_shown = known->decimals_shown;
      if (known->better != Better::unknown) headline.better = known->better;
    } else if (auto label = Title::make(ascii_upper(value.headline))) {
      headline.label = *std::move(label);
    }
    run.headlines.push_back(std::move(headline));
  }
  return run;
}

void add_reported(const config::PerfSummary& perf, Judgement& judgement) {
  for (const std::string& text : perf.warnings)
    judgement.findings.push_back({.reason = Reason::reported_warning,
                                  .verdict = Verdict::warn,
                                  .why = "perf.json warns: " + text});
  for (const std::string& text : perf.errors) {
    // "CBKB001: ..." says what kind of trouble it was; without a code it fails.
    const auto code = code_from_text(std::string_view(text).substr(0, text.find(':')));
    const bool unmeasured = code && explain(*code).exit == Exit::not_measured;
    judgement.findings.push_back({.reason = Reason::reported_error,
                                  .verdict = unmeasured ? Verdict::not_measured : Verdict::fail,
                                  .code = code,
                                  .why = "perf.json reports: " + text});
  }
}

}  // namespace perfgate::gate
