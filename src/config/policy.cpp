#include "config/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "model/names.hpp"

namespace perfgate::config {
namespace {

constexpr int most_samples = 1'000'000;
constexpr std::array<std::string_view, 3> states{"pass", "warn", "fail"};
constexpr std::array<std::string_view, 3> advisories{"never", "until-qualified", "always"};
constexpr std::array<std::string_view, 3> rule_directions{"lower", "higher", "unknown"};
constexpr std::array<std::string_view, 3> limit_kinds{"min", "max", "target"};
constexpr std::array<std::string_view, 9> fingerprint_fields{"cpu_model", "cores",    "arch",
                                                             "os_image",  "kernel",   "compiler",
                                                             "flags",     "governor", "container"};

// Floor, ceiling and target of a headline or rule, and where to complain.
struct Limits {
  const std::optional<Limit>&floor, &ceiling, &target;
};

// A value has one dimension, and its limits leave room for it.
void check_limits(std::string_view whose, const Limits& limits, const Node& where,
                  Problems& problems) {
  const auto pair = [&](const std::optional<Limit>& low, std::string_view low_name,
                        const std::optional<Limit>& high, std::string_view high_name) {
    if (!low || !high) return;
    if (low->unit->base != high->unit->base)
      problems.add(where,
                   fmt::format("the {} of {} is {} and its {} is {}: these are of different kinds",
                               low_name, whose, low->written, high_name, high->written),
                   "give both in units of one kind, such as MiB/s and GiB/s");
    else if (low->value > high->value)
      problems.add(where,
                   fmt::format("the {} of {}, {}, lies above its {}, {}", low_name, whose,
                               low->written, high_name, high->written),
                   "no value could ever satisfy both; mind the difference of MB and MiB");
  };
  pair(limits.floor, "floor", limits.ceiling, "ceiling");
  pair(limits.floor, "floor", limits.target, "target");
  pair(limits.target, "target", limits.ceiling, "ceiling");
}

Limit make_limit(const Quantity& quantity, std::string written, const Node& where) {
  return {.value = quantity.in_base(),
          .unit = quantity.unit,
          .written = std::move(written),
          .origin = where.origin};
}

// ---- Limits of headlines
// -------------------------------------------------------------------------

class HeadlineLimits {
 public:
  explicit HeadlineLimits(Problems& problems) : problems_(problems) {}

  // Takes a member if its key is a limit's.
  bool read(const Member& member) {
    const auto key = limit_key(member.key);
    if (!key) return false;
    const Unit* unit = find_unit_by_suffix(key->suffix);
    const auto name = Identifier::make(key->headline);
    if (!name) {
      problems_.add(member.value,
                    fmt::format("`{}`: {}", safe_text(member.key, 60), name.error().message),
                    name.error().hint);
    } else if (unit == nullptr) {
      complain_of_suffix(member, *key);
    } else if (const auto number = as_number(member.value); !number || *number < 0) {
      problems_.add(
          member.value,
          fmt::format("`{}` expects a finite number that is not negative, in {}, but is `{}`",
                      member.key, unit->symbol, safe_text(to_text(member.value), 60)),
          "the unit stands in the key; write the number alone");
    } else {
      const Quantity quantity{.value = Decimal::nearest(*number), .unit = unit};
      put(member, *key,
          make_limit(quantity, fmt::format("{} {}", quantity.value.text(), unit->symbol),
                     member.value));
    }
    return true;
  }

  std::vector<HeadlineRule> take() && {
    for (const auto& [name, entry] : rules_) {
      const HeadlineRule& rule = entry.rule;
      check_limits(fmt::format("headline `{}`", name), {rule.floor, rule.ceiling, rule.target},
                   *entry.last, problems_);
    }
    std::vector<HeadlineRule> rules;
    for (auto& [name, entry] : rules_) rules.push_back(std::move(entry.rule));
    return rules;
  }

 private:
  struct Entry {
    HeadlineRule rule;
    const Node* last = nullptr;
  };

  void complain_of_suffix(const Member& member, const LimitKey& key) {
    std::vector<std::string_view> suffixes;
    for (const Unit& unit : units()) suffixes.push_back(unit.suffix);
    const auto close = nearest(key.suffix, suffixes);
    problems_.add(
        member.value,
        fmt::format(
            "unknown key `{}`: `{}` is no unit's suffix{}", safe_text(member.key, 60),
            safe_text(key.suffix, 30),
            close ? fmt::format("; did you mean `{}_{}_{}`?", key.headline, key.kind, *close) : ""),
        fmt::format("known suffixes: {}", known_suffixes()));
  }

  void put(const Member& member, const LimitKey& key, Limit limit) {
    Entry& entry = rules_[std::string(key.headline)];
    entry.rule.headline = key.headline;
    if (entry.last == nullptr || entry.last->line <= member.value.line) entry.last = &member.value;
    std::optional<Limit>& place = key.kind == "min"   ? entry.rule.floor
                                  : key.kind == "max" ? entry.rule.ceiling
                                                      : entry.rule.target;
    if (place)
      problems_.add(
          member.value,
          fmt::format("`{}`: this limit of `{}` is given twice, here as {} and at {} as {}",
                      member.key, key.headline, limit.written, place->origin, place->written),
          "keep one of them");
    place = std::move(limit);
  }

  Problems& problems_;
  std::map<std::string, Entry> rules_;
};

// ---- [[rule]]
// ------------------------------------------------------------------------------------

// A quantity as text, for a limit that cannot be negative.
std::optional<Limit> limit_of(Reader& reader, std::string_view key) {
  const Node* value = reader.value(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Node::Kind::text) {
    reader.wrong(key, *value, "a quantity as text",
                 fmt::format("write {} = \"80 MiB/s\" or \"500 ns\" or \"1,000 count\"", key));
    return std::nullopt;
  }
  const auto quantity = parse_quantity(value->text);
  if (!quantity) {
    reader.problems().add(*value, fmt::format("`{}`: {}", key, quantity.error().message),
                          quantity.error().hint);
    return std::nullopt;
  }
  if (quantity->value.sign() < 0) {
    reader.wrong(key, *value, "a quantity that is not negative");
    return std::nullopt;
  }
  return make_limit(*quantity, std::string(trim(value->text)), *value);
}

// One side of a rule's bands: relative, absolute, both, or `"never"`.
struct Band {
  bool given = false;
  std::optional<Decimal> relative;
  std::optional<Limit> absolute;
};

constexpr std::string_view band_expected =
    "a share (0.05 or \"5 %\"), a quantity (\"500 ns\"), a list of one of each, or \"never\"";

void read_band_part(Reader& reader, std::string_view key, const Node& value, Band& band) {
  const auto number = as_number(value);
  std::optional<Quantity> quantity;
  if (value.kind == Node::Kind::text)
    if (const auto parsed = parse_quantity(value.text)) quantity = *parsed;
  if (number && *number >= 0 && *number <= 1 && !band.relative) {
    band.relative = Decimal::nearest(*number);
  } else if (quantity && quantity->value.sign() >= 0 && quantity->unit->symbol == "%" &&
             !band.relative) {
    band.relative = quantity->in_base();
  } else if (quantity && quantity->value.sign() >= 0 && quantity->unit->symbol != "%" &&
             !band.absolute) {
    band.absolute = make_limit(*quantity, std::string(trim(value.text)), value);
  } else {
    reader.wrong(key, value, band_expected,
                 number && *number > 1 ? "a number is a share: 0.05 is 5 %" : "");
  }
}

Band read_band(Reader& reader, std::string_view key) {
  Band band;
  const Node* value = reader.value(key);
  if (value == nullptr) return band;
  band.given = true;
  if (value->kind == Node::Kind::text && value->text == "never") return band;
  if (value->kind == Node::Kind::list && !value->items.empty())
    for (const Node& item : value->items) read_band_part(reader, key, item, band);
  else
    read_band_part(reader, key, *value, band);
  return band;
}

std::optional<Bands> read_bands(Reader& reader) {
  const Band warn = read_band(reader, "warn");
  Band fail = read_band(reader, "fail");
  if (!warn.given && !fail.given) return std::nullopt;
  if (!fail.given) {  // as of the general bands: twice as much
    if (warn.relative) fail.relative = *warn.relative * 2;
    if (warn.absolute) {
      fail.absolute = warn.absolute;
      fail.absolute->value = warn.absolute->value * 2;
      fail.absolute->written = fmt::format("twice {}", warn.absolute->written);
    }
  }
  const auto contradiction = [&](std::string_view warn_text, std::string_view fail_text) {
    reader.problems().add(*reader.table().find("warn"),
                          fmt::format("`warn`, {}, lies above `fail`, {}", warn_text, fail_text),
                          "a change warns before it fails: exchange them, or leave `warn` out");
  };
  if (warn.relative && fail.relative && *warn.relative > *fail.relative)
    contradiction(warn.relative->text(), fail.relative->text());
  if (warn.absolute && fail.absolute) {
    if (warn.absolute->unit->base != fail.absolute->unit->base)
      reader.problems().add(
          *reader.table().find("fail"),
          fmt::format("`warn` is {} and `fail` is {}: these are of different kinds",
                      warn.absolute->written, fail.absolute->written),
          "give both in units of one kind");
    else if (warn.absolute->value > fail.absolute->value)
      contradiction(warn.absolute->written, fail.absolute->written);
  }
  return Bands{.warn = warn.relative,
               .fail = fail.relative,
               .warn_absolute = warn.absolute,
               .fail_absolute = fail.absolute};
}

Rule read_rule(const Node& table, std::size_t number, Problems& problems) {
  const std::string path = fmt::format("[[rule]] {}", number);
  Reader reader(table, path, problems);
  Rule rule;
  rule.origin = table.origin;
  rule.suite = reader.text("suite").value_or("*");
  rule.benchmark = reader.text("benchmark").value_or("*");
  rule.metric = reader.text("metric").value_or("*");
  rule.floor = limit_of(reader, "floor");
  rule.ceiling = limit_of(reader, "ceiling");
  rule.target = limit_of(reader, "target");
  rule.bands = read_bands(reader);
  if (const auto better = reader.choice("better", rule_directions)) rule.better = Better(*better);
  reader.finish();
  check_limits(path, {rule.floor, rule.ceiling, rule.target}, table, problems);
  return rule;
}

// ---- The sections
// --------------------------------------------------------------------------------

void read_regression(Reader& reader, Policy& policy, PolicyOrigin origin) {
  const auto warn = reader.ratio("regression_threshold");
  const Node* fail = reader.value("regression_fail_threshold");
  if (warn || origin == PolicyOrigin::file) {
    policy.regression_threshold = warn.value_or(Decimal::nearest(0.05));
    policy.regression_fail_threshold = *policy.regression_threshold * 2;
  }
  if (fail == nullptr) return;
  if (fail->kind == Node::Kind::text && fail->text == "never") {
    policy.regression_fail_threshold.reset();
    return;
  }
  const auto ratio = reader.ratio("regression_fail_threshold");
  if (!ratio) return;
  policy.regression_fail_threshold = ratio;
  if (policy.regression_threshold && *policy.regression_threshold > *ratio)
    reader.problems().add(
        *fail,
        fmt::format("`regression_threshold`, {}, lies above `regression_fail_threshold`, {}",
                    policy.regression_threshold->text(), ratio->text()),
        "a regression warns before it fails: exchange them, or raise the second");
}

void read_floors(const Node& table, Policy& policy, PolicyOrigin origin, HeadlineLimits& limits,
                 Problems& problems) {
  Reader reader(table, "[performance_floors]", problems);
  read_regression(reader, policy, origin);
  reader.finish([&](const Member& member) { return limits.read(member); });
}

void read_targets(const Node& table, Policy& policy, HeadlineLimits& limits, Problems& problems) {
  Reader reader(table, "[enterprise_targets]", problems);
  if (const auto multiplier = reader.number("safety_margin_multiplier", 1, 1e9))
    policy.safety_margin_multiplier = Decimal::nearest(*multiplier);
  reader.finish([&](const Member& member) { return limits.read(member); });
}

void read_automation(const Node& table, Automation& automation, Problems& problems) {
  Reader reader(table, "[automation]", problems);
  constexpr double least_minutes = 0.001, most_minutes = 10'080;  // a week
  if (const auto minutes = reader.number("benchmark_timeout_minutes", least_minutes, most_minutes))
    automation.benchmark_timeout_minutes = Decimal::nearest(*minutes);
  const auto take = [&](std::string_view key, bool& place) {
    place = reader.boolean(key).value_or(place);
  };
  take("pr_comment_enabled", automation.pr_comment_enabled);
  take("baseline_promotion_enabled", automation.baseline_promotion_enabled);
  take("audit_generation_enabled", automation.audit_generation_enabled);
  reader.finish();
}

void read_aliases(const Node& table, Policy& policy, Problems& problems) {
  for (const Member& member : table.members) {
    if (member.value.kind == Node::Kind::text && !member.value.text.empty() &&
        member.value.text != member.key)
      policy.aliases[member.key] = member.value.text;
    else
      problems.add(
          member.value,
          fmt::format("the alias of `{}` expects the benchmark's new name as text, but is `{}`",
                      safe_text(member.key, 60), safe_text(to_text(member.value), 60)),
          "write \"suite/old name\" = \"suite/new name\"");
  }
}

void read_host_class(Reader& reader, Policy& policy) {
  const auto fields = reader.texts("host_class");
  if (!fields) return;
  for (const std::string& field : *fields) {
    if (std::ranges::find(fingerprint_fields, field) != fingerprint_fields.end()) continue;
    const auto close = nearest(field, fingerprint_fields);
    reader.problems().add(
        *reader.table().find("host_class"),
        fmt::format("`host_class` names `{}`, which is no field of the fingerprint{}",
                    safe_text(field, 60), close ? fmt::format("; did you mean `{}`?", *close) : ""),
        fmt::format("known fields: {}", fmt::join(fingerprint_fields, ", ")));
  }
  policy.host_class = *fields;
}

void read_gate(const Node& table, Policy& policy, Problems& problems) {
  Reader reader(table, "[gate]", problems);
  const auto state = [&](std::string_view key, OnState& place) {
    if (const auto chosen = reader.choice(key, states)) place = OnState(*chosen);
  };
  state("on_missing_baseline", policy.on_missing_baseline);
  state("on_inconclusive", policy.on_inconclusive);
  state("on_not_comparable", policy.on_not_comparable);
  if (const auto floor = reader.ratio("noise_floor")) policy.noise_floor = *floor;
  if (const auto variance = reader.ratio("build_variance")) policy.build_variance = *variance;
  policy.by_turns = reader.boolean("by_turns").value_or(policy.by_turns);
  constexpr double longest_budget = 24 * 3600;  // seconds
  if (const auto seconds = reader.duration("turns_budget", longest_budget))
    policy.turns_budget_seconds = seconds;
  constexpr double least_confidence = 0.5, most_confidence = 0.99999;
  policy.confidence =
      reader.number("confidence", least_confidence, most_confidence).value_or(policy.confidence);
  policy.min_samples = reader.whole("min_samples", 1, most_samples).value_or(policy.min_samples);
  policy.expected = reader.texts("expected").value_or(policy.expected);
  policy.expect_baseline = reader.boolean("expect_baseline").value_or(policy.expect_baseline);
  if (const Node* aliases = reader.table_of("aliases")) read_aliases(*aliases, policy, problems);
  read_host_class(reader, policy);
  if (const auto chosen = reader.choice("advisory", advisories))
    policy.advisory = Advisory(*chosen);
  policy.qualification = reader.text("qualification").value_or(policy.qualification);
  policy.qualification_days =
      reader.whole("qualification_days", 1, 36'500).value_or(policy.qualification_days);
  reader.finish();
}

void read_promotion(const Node& table, PromotionPolicy& promotion, Problems& problems) {
  Reader reader(table, "[promotion]", problems);
  promotion.branches = reader.texts("branches").value_or(promotion.branches);
  promotion.min_runs = reader.whole("min_runs", 1, 1000).value_or(promotion.min_runs);
  promotion.min_samples =
      reader.whole("min_samples", 1, most_samples).value_or(promotion.min_samples);
  reader.finish();
}

void read_baseline_table(const Node& table, BaselinePolicy& baseline, Problems& problems) {
  Reader reader(table, "[baseline]", problems);
  constexpr int most_runs = 1000, most_confirmations = 20, most_days = 36'500, most_commits = 4000;
  baseline.rolling = reader.whole("rolling", 0, most_runs).value_or(baseline.rolling);
  baseline.window = reader.whole("window", 0, most_runs).value_or(baseline.window);
  baseline.confirm = reader.whole("confirm", 1, most_confirmations).value_or(baseline.confirm);
  const Node* budget = table.find("drift_budget");
  if (budget != nullptr && budget->kind == Node::Kind::text && budget->text == "never") {
    (void)reader.value("drift_budget");
    baseline.drift_budget.reset();
  } else if (const auto ratio = reader.ratio("drift_budget")) {
    baseline.drift_budget = *ratio;
  }
  baseline.anchor = reader.text("anchor").value_or(baseline.anchor);
  baseline.max_age_days =
      reader.whole("max_age_days", 1, most_days).value_or(baseline.max_age_days);
  baseline.max_distance =
      reader.whole("max_distance", 0, most_commits).value_or(baseline.max_distance);
  reader.finish();
}

void read_retention(const Node& table, RetentionPolicy& retention, Problems& problems) {
  Reader reader(table, "[retention]", problems);
  constexpr int most_months = 1200;
  retention.months = reader.whole("months", 1, most_months).value_or(retention.months);
  retention.legal_hold = reader.text("legal_hold").value_or(retention.legal_hold);
  reader.finish();
}

// ---- [access]
// ----------------------------------------------------------------------------------

std::optional<AccessRule> read_access_rule(Reader& access, std::string_view action,
                                           Problems& problems) {
  const Node* table = access.table_of(action);
  if (table == nullptr) return std::nullopt;
  Reader reader(*table, fmt::format("[access.{}]", action), problems);
  AccessRule rule{.actors = reader.texts("actors"),
                  .roles = reader.texts("roles"),
                  .branches = reader.texts("branches"),
                  .origin = table->origin};
  if (rule.roles)
    for (const std::string& role : *rule.roles) {
      if (std::ranges::find(access_roles, role) != access_roles.end()) continue;
      const auto close = nearest(role, access_roles);
      problems.add(*table->find("roles"),
                   fmt::format("`roles` names `{}`, which is no role{}", safe_text(role, 60),
                               close ? fmt::format("; did you mean `{}`?", *close) : ""),
                   fmt::format("known roles: {}", fmt::join(access_roles, ", ")));
    }
  reader.finish();
  return rule;
}

void read_access(const Node& table, Access& access, Problems& problems) {
  Reader reader(table, "[access]", problems);
  access.promote = read_access_rule(reader, "promote", problems);
  access.accept = read_access_rule(reader, "accept", problems);
  access.prune = read_access_rule(reader, "prune", problems);
  reader.finish();
}

}  // namespace

std::optional<LimitKey> limit_key(std::string_view key) {
  const std::size_t last = key.rfind('_');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const std::size_t before = key.rfind('_', last - 1);
  if (before == std::string_view::npos || before == 0) return std::nullopt;
  const LimitKey parts{.headline = key.substr(0, before),
                       .kind = key.substr(before + 1, last - before - 1),
                       .suffix = key.substr(last + 1)};
  if (std::ranges::find(limit_kinds, parts.kind) == limit_kinds.end()) return std::nullopt;
  return parts;
}

std::string known_suffixes() {
  std::string text;
  for (const Unit& unit : units())
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", unit.suffix, unit.symbol);
  return text;
}

Result<Policy> policy_from(const Node& tree, PolicyOrigin origin, std::string_view origin_name) {
  Problems problems;
  Policy policy;
  policy.origin = origin_name;
  HeadlineLimits limits(problems);
  Reader reader(tree, "", problems);
  const Node no_table;
  const Node* floors = reader.table_of("performance_floors");
  read_floors(floors != nullptr ? *floors : no_table, policy, origin, limits, problems);
  if (const Node* table = reader.table_of("enterprise_targets"))
    read_targets(*table, policy, limits, problems);
  if (const Node* table = reader.table_of("automation"))
    read_automation(*table, policy.automation, problems);
  if (const Node* table = reader.table_of("gate")) read_gate(*table, policy, problems);
  if (const Node* table = reader.table_of("promotion"))
    read_promotion(*table, policy.promotion, problems);
  if (const Node* table = reader.table_of("baseline"))
    read_baseline_table(*table, policy.baseline, problems);
  if (const Node* table = reader.table_of("access")) read_access(*table, policy.access, problems);
  if (const Node* table = reader.table_of("retention"))
    read_retention(*table, policy.retention, problems);
  std::size_t number = 0;
  for (const Node* table : reader.tables("rule"))
    policy.rules.push_back(read_rule(*table, ++number, problems));
  policy.headlines = std::move(limits).take();
  reader.finish();
  CHECKED(problems.result());
  return policy;
}

Result<Policy> read_policy(std::string_view toml, std::string_view origin_name) {
  TRY(const Node tree, parse_toml(toml, origin_name));
  return policy_from(tree, PolicyOrigin::file, origin_name);
}

}  // namespace perfgate::config
