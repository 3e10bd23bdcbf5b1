#include "config/precedence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "config/policy.hpp"

namespace perfgate::config {
namespace {

using enum Source;
using Kind = Setting::Kind;

constexpr std::array table{
    Setting{"config", "PERFGATE_CONFIG", "perfgate.toml", command, Kind::text},
    Setting{"policy", "PERFGATE_POLICY", "thresholds.toml", project, Kind::text},
    Setting{"waivers", "PERFGATE_WAIVERS", "waivers.toml", project, Kind::text},
    Setting{"store.url", "PERFGATE_STORE_URL", "dir:.perfgate", project, Kind::text},
    Setting{"fingerprint.compiler", "PERFGATE_FINGERPRINT_COMPILER", "[\"c++\", \"--version\"]",
            project, Kind::list},
    Setting{"fingerprint.flags", "PERFGATE_FINGERPRINT_FLAGS", "", project, Kind::text},
    Setting{"report.formats", "PERFGATE_REPORT_FORMATS", "[\"text\"]", project, Kind::list},
    Setting{"report.template", "PERFGATE_REPORT_TEMPLATE", "", project, Kind::text},
    Setting{"expected.benchmarks", "PERFGATE_EXPECTED_BENCHMARKS", "[]", project, Kind::list},
    Setting{"expected.baseline", "PERFGATE_EXPECTED_BASELINE", "false", project, Kind::boolean},
    Setting{"schema.perf", "PERFGATE_SCHEMA_PERF", "", project, Kind::text},
    Setting{"performance_floors.regression_threshold", "PERFGATE_REGRESSION_THRESHOLD", "0.05",
            policy, Kind::number_or_text},
    Setting{"performance_floors.regression_fail_threshold", "PERFGATE_REGRESSION_FAIL_THRESHOLD",
            "twice regression_threshold", policy, Kind::number_or_text},
    Setting{"enterprise_targets.safety_margin_multiplier", "PERFGATE_SAFETY_MARGIN_MULTIPLIER", "",
            policy, Kind::number_or_text},
    Setting{"automation.benchmark_timeout_minutes", "PERFGATE_BENCHMARK_TIMEOUT_MINUTES", "30",
            policy, Kind::number_or_text},
    Setting{"automation.pr_comment_enabled", "PERFGATE_PR_COMMENT_ENABLED", "true", policy,
            Kind::boolean},
    Setting{"automation.baseline_promotion_enabled", "PERFGATE_BASELINE_PROMOTION_ENABLED", "true",
            policy, Kind::boolean},
    Setting{"automation.audit_generation_enabled", "PERFGATE_AUDIT_GENERATION_ENABLED", "true",
            policy, Kind::boolean},
    Setting{"gate.on_missing_baseline", "PERFGATE_ON_MISSING_BASELINE", "\"warn\"", policy,
            Kind::text},
    Setting{"gate.on_inconclusive", "PERFGATE_ON_INCONCLUSIVE", "\"warn\"", policy, Kind::text},
    Setting{"gate.on_not_comparable", "PERFGATE_ON_NOT_COMPARABLE", "\"warn\"", policy, Kind::text},
    Setting{"gate.noise_floor", "PERFGATE_NOISE_FLOOR", "0.01", policy, Kind::number_or_text},
    Setting{"gate.build_variance", "PERFGATE_BUILD_VARIANCE", "0.01", policy, Kind::number_or_text},
    Setting{"gate.by_turns", "PERFGATE_BY_TURNS", "true", policy, Kind::boolean},
    Setting{"gate.turns_budget", "PERFGATE_TURNS_BUDGET", "", policy, Kind::number_or_text},
    Setting{"gate.confidence", "PERFGATE_CONFIDENCE", "0.95", policy, Kind::number_or_text},
    Setting{"gate.min_samples", "PERFGATE_MIN_SAMPLES", "5", policy, Kind::number_or_text},
    Setting{"gate.expected", "PERFGATE_EXPECTED", "[]", policy, Kind::list},
    Setting{"gate.expect_baseline", "PERFGATE_EXPECT_BASELINE", "false", policy, Kind::boolean},
    Setting{"gate.host_class", "PERFGATE_HOST_CLASS",
            "[\"cpu_model\", \"cores\", \"arch\", \"os_image\", \"compiler\", \"flags\"]", policy,
            Kind::list},
    Setting{"gate.advisory", "PERFGATE_ADVISORY", "\"never\"", policy, Kind::text},
    Setting{"gate.qualification", "PERFGATE_QUALIFICATION", "\"qualification.json\"", policy,
            Kind::text},
    Setting{"gate.qualification_days", "PERFGATE_QUALIFICATION_DAYS", "90", policy,
            Kind::number_or_text},
    Setting{"promotion.branches", "PERFGATE_PROMOTION_BRANCHES", "[\"main\", \"master\"]", policy,
            Kind::list},
    Setting{"promotion.min_runs", "PERFGATE_PROMOTION_MIN_RUNS", "1", policy, Kind::number_or_text},
    Setting{"promotion.min_samples", "PERFGATE_PROMOTION_MIN_SAMPLES", "5", policy,
            Kind::number_or_text},
    Setting{"baseline.rolling", "PERFGATE_BASELINE_ROLLING", "0", policy, Kind::number_or_text},
    Setting{"baseline.window", "PERFGATE_BASELINE_WINDOW", "30", policy, Kind::number_or_text},
    Setting{"baseline.confirm", "PERFGATE_BASELINE_CONFIRM", "1", policy, Kind::number_or_text},
    Setting{"baseline.drift_budget", "PERFGATE_BASELINE_DRIFT_BUDGET", "0.1", policy,
            Kind::number_or_text},
    Setting{"baseline.anchor", "PERFGATE_BASELINE_ANCHOR", "", policy, Kind::text},
    Setting{"baseline.max_age_days", "PERFGATE_BASELINE_MAX_AGE_DAYS", "90", policy,
            Kind::number_or_text},
    Setting{"baseline.max_distance", "PERFGATE_BASELINE_MAX_DISTANCE", "50", policy,
            Kind::number_or_text},
    Setting{"retention.months", "PERFGATE_RETENTION_MONTHS", "36", policy, Kind::number_or_text},
    Setting{"retention.legal_hold", "PERFGATE_RETENTION_LEGAL_HOLD", "", policy, Kind::text},
    Setting{"access.promote.actors", "PERFGATE_ACCESS_PROMOTE_ACTORS", "", policy, Kind::list},
    Setting{"access.promote.roles", "PERFGATE_ACCESS_PROMOTE_ROLES", "", policy, Kind::list},
    Setting{"access.promote.branches", "PERFGATE_ACCESS_PROMOTE_BRANCHES", "", policy, Kind::list},
    Setting{"access.accept.actors", "PERFGATE_ACCESS_ACCEPT_ACTORS", "", policy, Kind::list},
    Setting{"access.accept.roles", "PERFGATE_ACCESS_ACCEPT_ROLES", "", policy, Kind::list},
    Setting{"access.accept.branches", "PERFGATE_ACCESS_ACCEPT_BRANCHES", "", policy, Kind::list},
    Setting{"access.prune.actors", "PERFGATE_ACCESS_PRUNE_ACTORS", "", policy, Kind::list},
    Setting{"access.prune.roles", "PERFGATE_ACCESS_PRUNE_ROLES", "", policy, Kind::list},
    Setting{"access.prune.branches", "PERFGATE_ACCESS_PRUNE_BRANCHES", "", policy, Kind::list},
};

constexpr std::string_view prefix = "PERFGATE_";
constexpr std::array<std::string_view, 6> reserved{
    "PERFGATE_BINARY",      "PERFGATE_FULL", "PERFGATE_SOURCE_DIR", "PERFGATE_ACCEPT",
    "PERFGATE_BUILD",          // ab tells it to setup and command
    "PERFGATE_GITHUB_TOKEN"};  // publish takes it
constexpr std::string_view reserved_prefix = "PERFGATE_SUITE_";
constexpr std::string_view limits_table = "performance_floors.";

Result<std::string> key_of(std::string_view variable) {
  const auto found = std::ranges::find(table, variable, &Setting::variable);
  if (found != table.end()) return std::string(found->key);
  const std::string key = ascii_lower(variable.substr(prefix.size()));
  if (const auto parts = limit_key(key); parts && find_unit_by_suffix(parts->suffix) != nullptr)
    return std::string(limits_table) + key;
  std::vector<std::string_view> known;
  for (const Setting& setting : table) known.push_back(setting.variable);
  const auto close = nearest(variable, known);
  return fail(Code::config,
              fmt::format("unknown environment variable `{}`", safe_text(variable, 80)),
              close ? fmt::format("did you mean `{}`?", *close)
                    : "`perfgate config --origin` lists every key; a variable is PERFGATE_ and the "
                      "key in capitals");
}

Kind kind_of(std::string_view key) {
  const auto found = std::ranges::find(table, key, &Setting::key);
  return found == table.end() ? Kind::number_or_text : found->kind;
}

Source source_of(std::string_view key) {
  const auto found = std::ranges::find(table, key, &Setting::key);
  return found == table.end() ? policy : found->source;
}

template <class T>
std::optional<T> number_of(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Node text_node(std::string_view text, std::string_view origin) {
  Node node;
  node.kind = Node::Kind::text;
  node.origin = origin;
  node.text = text;
  return node;
}

Result<Node> node_of(const Override& given) {
  const std::string_view text = trim(given.value);
  Node node = text_node(text, given.origin);
  switch (kind_of(given.key)) {
    case Kind::text:
      break;
    case Kind::number_or_text:
      if (const auto integer = number_of<std::int64_t>(text)) {
        node.kind = Node::Kind::integer;
        node.integer = *integer;
      } else if (const auto real = number_of<double>(text)) {
        node.kind = Node::Kind::real;
        node.real = *real;
      }
      break;
    case Kind::boolean: {
      const bool yes = text == "true" || text == "1", no = text == "false" || text == "0";
      if (!yes && !no)
        return fail(Code::config,
                    fmt::format("{}: `{}` expects true or false, but is `{}`", given.origin,
                                given.key, safe_text(text, 60)),
                    "write true or false");
      node.kind = Node::Kind::boolean;
      node.boolean = yes;
      node.text = yes ? "true" : "false";
      break;
    }
    case Kind::list: {
      node = Node{
          .kind = Node::Kind::list, .origin = given.origin, .text = {}, .items = {}, .members = {}};
      for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (const auto item = trim(rest.substr(0, end)); !item.empty())
          node.items.push_back(text_node(item, given.origin));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      break;
    }
  }
  return node;
}

// Where headlines' limits are concerned, the override replaces the limit wherever the file gives
// it: in either table, and in whatever unit.
void remove_overridden_limits(Node& tree, std::string_view key) {
  const auto given = limit_key(key);
  if (!given) return;
  for (const std::string_view name : {"performance_floors", "enterprise_targets"}) {
    Node* section = tree.find(name);
    if (section == nullptr) continue;
    std::erase_if(section->members, [&](const Member& member) {
      const auto parts = limit_key(member.key);
      return parts && parts->headline == given->headline && parts->kind == given->kind;
    });
  }
}

// The place of "gate.confidence"; made where it is missing. nullptr where a value stands in for the
// section, of which the reader will complain.
Node* place_of(Node& tree, std::string_view key, std::string_view origin) {
  const std::size_t dot = key.find('.');
  if (tree.kind != Node::Kind::table) return nullptr;
  const std::string_view first = key.substr(0, dot);
  Node* found = tree.find(first);
  if (found == nullptr) {
    tree.members.push_back({.key = std::string(first), .value = Node()});
    found = &tree.members.back().value;
    found->origin = origin;
  }
  return dot == std::string_view::npos ? found : place_of(*found, key.substr(dot + 1), origin);
}

void list_values(const Node& node, const std::string& key, std::vector<Origin>& result) {
  const bool tables = node.kind == Node::Kind::list && !node.items.empty() &&
                      node.items.front().kind == Node::Kind::table;
  if (node.kind == Node::Kind::table) {
    for (const Member& member : node.members)
      list_values(member.value, key.empty() ? member.key : key + "." + member.key, result);
  } else if (tables) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      list_values(node.items[i], fmt::format("{}.{}", key, i + 1), result);
  } else {
    result.push_back({.key = key, .value = to_text(node), .origin = node.origin});
  }
}

}  // namespace

std::span<const Setting> settings() { return table; }

Result<std::vector<Override>> overrides_from(std::span<const Variable> environment) {
  std::vector<Override> overrides;
  for (const Variable& variable : environment) {
    if (!variable.name.starts_with(prefix) || variable.value.empty()) continue;
    if (variable.name.starts_with(reserved_prefix)) continue;
    if (std::ranges::find(reserved, variable.name) != reserved.end()) continue;
    TRY(std::string key, key_of(variable.name));
    overrides.push_back({.key = std::move(key), .value = variable.value, .origin = variable.name});
  }
  return overrides;
}

std::string_view command_value(std::string_view key, std::span<const Override> overrides) {
  std::string_view value;
  for (const Override& given : overrides)
    if (given.key == key) value = given.value;
  return value;
}

Result<void> apply(Node& tree, Source source, std::span<const Override> overrides) {
  for (const Override& given : overrides) {
    if (source_of(given.key) != source) continue;
    TRY(Node node, node_of(given));
    if (given.key.starts_with(limits_table))
      remove_overridden_limits(tree, std::string_view(given.key).substr(limits_table.size()));
    if (Node* place = place_of(tree, given.key, given.origin)) *place = std::move(node);
  }
  return {};
}

std::vector<Origin> origins(const Node& tree, Source source) {
  std::vector<Origin> result;
  list_values(tree, "", result);
  for (const Setting& setting : table)
    if (setting.source == source &&
        std::ranges::find(result, setting.key, &Origin::key) == result.end())
      result.push_back({.key = std::string(setting.key),
                        .value = std::string(setting.default_value),
                        .origin = "built-in"});
  return result;
}

}  // namespace perfgate::config
