#pragma once
// What is demanded of a run: limits, regression bands, and what to do where nothing can be said.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/units.hpp"
#include "model/run.hpp"

namespace perfgate {

/// A limit as its author wrote it: "80 MiB/s" of thresholds.toml:4.
struct Limit {
  Decimal value;               ///< base units
  const Unit* unit = nullptr;  ///< a row of units()
  std::string written;         ///< "80 MiB/s", "500 ns"
  std::string origin;          ///< "thresholds.toml:4"
};

/// How much worse than the baseline is too much. Ratios: 0.05 is 5 %. An absent band never applies.
/// Where a relative and an absolute band are both given, a change is beyond the band only where it
/// is beyond both.
struct Bands {
  std::optional<Decimal> warn, fail;
  std::optional<Limit> warn_absolute, fail_absolute;
};

/// What is demanded of the benchmark metrics that match. A later rule wins over an earlier one,
/// field by field.
struct Rule {
  std::string suite = "*", benchmark = "*", metric = "*";  ///< globs, see glob_matches
  std::optional<Limit> floor, ceiling, target;
  std::optional<Bands> bands;
  std::optional<Better> better;
  std::string origin;
};

/// What is demanded of a headline: `display_min_mibs`, `display_max_ns`, `display_target_gibs`.
struct HeadlineRule {
  std::string headline;
  std::optional<Limit> floor, ceiling, target;
};

/// What a state that is neither good nor bad does to the verdict.
enum class OnState { pass, warn, fail };

/// While a gate is advisory its verdict is shown, and decides nothing.
enum class Advisory { never, until_qualified, always };

/// Which runs may become baselines.
struct PromotionPolicy {
  std::vector<std::string> branches = {"main", "master"};  ///< globs
  int min_runs = 1;     ///< runs at the commit that must have passed
  int min_samples = 5;  ///< of each benchmark metric that is not exact
};

/// What runs are compared with.
struct BaselinePolicy {
  int rolling = 0;  ///< the last so many runs that did not fail; 0: the promoted run
  int window = 30;  ///< past runs that a run is held against, at most; below 5: none
  int confirm = 1;  ///< runs of a commit that must agree before it fails against other instances
  /// How much worse than the anchor anything may have become; absent: no matter how much.
  std::optional<Decimal> drift_budget = Decimal::nearest(0.1);
  std::string anchor;     ///< by name; empty: the newest
  int max_age_days = 90;  ///< an older baseline is noted
  /// Of a pull request: commits from a baseline to the commit that it was made from; beyond it the
  /// two are not compared.
  int max_distance = 50;
};

/// Who may do one thing. What is absent does not restrict; an actor is enough without a role and a
/// role without an actor.
struct AccessRule {
  std::optional<std::vector<std::string>> actors;    ///< logins; `local`: at a machine of their own
  std::optional<std::vector<std::string>> roles;     ///< access_roles
  std::optional<std::vector<std::string>> branches;  ///< globs
  std::string origin;                                ///< thresholds.toml:12
};

/// Absent: everybody may.
struct Access {
  std::optional<AccessRule> promote, accept, prune;
};

/// GitHub's words for who somebody is to a repository, and for what they may do there.
inline constexpr std::array<std::string_view, 11> access_roles{
    "OWNER",       "MEMBER",    "COLLABORATOR", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR",
    "FIRST_TIMER", "MANNEQUIN", "NONE",         "admin",       "maintain",
    "write"};

/// How long history is kept.
struct RetentionPolicy {
  int months = 36;         ///< what was written in so many months is kept
  std::string legal_hold;  ///< why nothing may be taken away; empty: there is no hold
};

/// The switches of [automation]. A command switched off says so and exits 0.
struct Automation {
  Decimal benchmark_timeout_minutes = 30;
  bool pr_comment_enabled = true;
  bool baseline_promotion_enabled = true;
  bool audit_generation_enabled = true;
};

/// The default is the built-in policy, which holds where there is no file: it does not warn, and
/// fails beyond 3 %.
struct Policy {
  /// Beyond this ratio a regression warns; absent: it never does.
  std::optional<Decimal> regression_threshold;
  /// Beyond this ratio a regression fails; absent: it never does.
  std::optional<Decimal> regression_fail_threshold = Decimal::nearest(0.03);
  Decimal noise_floor = Decimal::nearest(0.01);  ///< changes up to this ratio are never judged
  /// What code layout alone may move a benchmark by from build to build: the floor of an
  /// interleaved experiment with one build a side.
  Decimal build_variance = Decimal::nearest(0.01);
  std::optional<Decimal> safety_margin_multiplier;
  std::vector<HeadlineRule> headlines;  ///< by name
  std::vector<Rule> rules;              ///< as written
  int min_samples = 5;
  double confidence = 0.95;  ///< one-sided, of a value that is held against a floor or ceiling
  OnState on_missing_baseline = OnState::warn;
  OnState on_inconclusive = OnState::warn;
  OnState on_not_comparable = OnState::warn;
  bool by_turns = true;  ///< `gate` measures again by turns what fails against a baseline
  std::optional<double> turns_budget_seconds;  ///< of measuring then; absent: as its rounds take
  std::vector<std::string> expected;           ///< globs of "suite/benchmark"
  bool expect_baseline = false;                ///< what the baseline holds is expected too
  std::map<std::string, std::string> aliases;  ///< old "suite/benchmark" -> new
  /// Fields of the fingerprint that runs must share to be compared.
  std::vector<std::string> host_class = {"cpu_model", "cores",    "arch",
                                         "os_image",  "compiler", "flags"};
  Advisory advisory = Advisory::never;
  std::string qualification = "qualification.json";  ///< what `until-qualified` looks for
  int qualification_days = 90;                       ///< an older one no longer holds
  PromotionPolicy promotion;
  BaselinePolicy baseline;
  Access access;
  Automation automation;
  RetentionPolicy retention;
  std::string origin = "built-in";  ///< the file's name

  const HeadlineRule* find_headline(std::string_view name) const;
};

}  // namespace perfgate
