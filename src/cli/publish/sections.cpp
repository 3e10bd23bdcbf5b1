// What is told of each bundle.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/publish/publish.hpp"
#include "gate/findings.hpp"

namespace perfgate::cli {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// Which baseline it was, how old it is, and how far from where the branch left.
std::string baseline_fact(const JudgedBundle& bundle, const github::Event& event,
                          const std::optional<sys::GitObjects>& objects) {
  if (!bundle.base || bundle.by_turns) return "";
  std::string text = "baseline";
  const std::string& sha = bundle.base->commit.sha;
  if (!sha.empty()) text += " of commit " + safe_text(sha.substr(0, 10), 40);
  const std::int64_t age = bundle.started.unix_ms - bundle.base->started.unix_ms;
  text += fmt::format(", measured {}", date_text(bundle.base->started));
  if (age >= day_ms) text += fmt::format(" ({} days before this run)", age / day_ms);
  if (!bundle.judgement.baseline_distance.empty()) {
    text += ", " + safe_text(bundle.judgement.baseline_distance, 200);
  } else if (objects && !sha.empty() && !event.base_sha.empty()) {
    const auto parted = objects->merge_base(event.base_sha, event.head_sha);
    const std::string from = parted && *parted ? **parted : event.base_sha;
    const auto distance = objects->distance(sha, from);
    if (distance && *distance)
      text += fmt::format(", {} before the merge base {}", counted(**distance, "commit"),
                          from.substr(0, 10));
    else
      text += "; how far it is from the merge base this clone does not tell (fetch-depth: 0)";
  }
  return text;
}

std::vector<std::string> commands_of(const JudgedBundle& bundle, const github::Event& event) {
  std::vector<std::string> commands;
  if (!event.base_sha.empty() && !event.head_sha.empty() && event.base_sha != event.head_sha)
    commands.push_back(fmt::format("perfgate ab {} {}", event.base_sha.substr(0, 10),
                                   event.head_sha.substr(0, 10)));
  commands.emplace_back(bundle.by_turns
                            ? "perfgate check --run head/run.json --baseline base/run.json"
                            : "perfgate check --run run.json");
  return commands;
}

std::string section_name(const PublishOptions& options, const std::string& bundle, bool only) {
  if (only) return options.leg;
  return options.leg.empty() ? bundle : options.leg + "/" + bundle;
}

/// Where several hold, the first of these.
Exit worst_of(const std::vector<JudgedBundle>& bundles) {
  for (const Exit exit :
       {Exit::failed, Exit::not_measured, Exit::not_comparable, Exit::inconclusive})
    for (const JudgedBundle& bundle : bundles)
      if (bundle.judgement.exit_code == static_cast<int>(exit)) return exit;
  return Exit::pass;
}

}  // namespace

report::LimitText limit_text(const Policy& policy) {
  return [&policy](const Finding& finding) -> std::string {
    Bands bands{.warn = policy.regression_threshold, .fail = policy.regression_fail_threshold};
    if (finding.headline.empty() && !finding.benchmark.empty())
      bands = gate::effective_bands(
          policy, gate::effective_rule(policy, finding.suite, finding.benchmark, finding.metric));
    const auto percent = [](const Decimal& ratio) {
      return fmt::format("{:.4g} %", 100 * ratio.to_double());
    };
    std::string text;
    if (bands.warn) text = percent(*bands.warn);
    if (bands.fail) text += (text.empty() ? "" : " / ") + percent(*bands.fail);
    return text;
  };
}

void add_sections(Publication& publication, const PublishOptions& options,
                  const report::LimitText& limit, const std::optional<sys::GitObjects>& objects) {
  std::map<std::string, int> names;
  for (const JudgedBundle& bundle : publication.bundles) {
    report::CommentSection section = report::section_of(bundle.judgement, limit);
    section.name = section_name(options, bundle.name, publication.bundles.size() == 1);
    if (const int count = ++names[section.name]; count > 1)
      section.name += fmt::format(" ({})", count);
    section.stamp = publication.comment.marker.stamp;
    section.sha = publication.event.head_sha;
    section.notices.insert(section.notices.end(), bundle.notices.begin(), bundle.notices.end());
    if (std::string fact = baseline_fact(bundle, publication.event, objects); !fact.empty())
      section.facts.push_back(std::move(fact));
    section.reproduce = commands_of(bundle, publication.event);
    publication.comment.sections.push_back(std::move(section));
    for (const Finding& finding : bundle.judgement.findings) {
      if (finding.verdict == Verdict::fail || finding.verdict == Verdict::not_measured)
        ++publication.failures;
      if (finding.verdict == Verdict::warn) ++publication.warnings;
    }
    if (publication.baseline_sha.empty())
      publication.baseline_sha = bundle.judgement.baseline_commit.sha;
  }
  std::ranges::stable_sort(publication.comment.sections, {}, &report::CommentSection::name);
  publication.exit = worst_of(publication.bundles);
}

}  // namespace perfgate::cli
