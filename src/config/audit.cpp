#include "config/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "config/yaml.hpp"
#include "model/audit_fields.hpp"

namespace perfgate::config {
namespace {

constexpr std::array<std::string_view, 3> frequencies{"monthly", "quarterly", "weekly"};
constexpr std::array<std::string_view, 3> format_names{"html", "pdf", "json"};

/// The nearest of the names, or all of them.
std::string hint_among(std::string_view name, std::span<const std::string_view> names) {
  if (const auto close = nearest(name, names)) return fmt::format("did you mean `{}`?", *close);
  return fmt::format("known are: {}", fmt::join(names, ", "));
}

void require_known(const Node& list, std::string_view what, std::span<const std::string_view> names,
                   Problems& problems) {
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& item = list.items[i];
    if (std::ranges::find(names, item.text) == names.end())
      problems.add(item, fmt::format("`{}` is no {}", safe_text(item.text, 60), what),
                   hint_among(item.text, names));
    for (std::size_t j = 0; j < i; ++j)
      if (list.items[j].text == item.text)
        problems.add(item, fmt::format("`{}` stands here twice", safe_text(item.text, 60)));
  }
}

template <class T>
void set(T& target, const std::optional<T>& value) {
  if (value) target = *value;
}

/// Calls `use(reader)` for the table `key`; one that is absent leaves the defaults.
template <class Use>
void part_of(Reader& parent, std::string_view key, Problems& problems, const Use& use) {
  const Node* table = parent.table_of(key);
  if (table == nullptr) return;
  Reader reader(*table, std::string(key), problems);
  use(reader);
  reader.finish();
}

}  // namespace

const std::vector<std::string_view>& audit_evidence_names() {
  static const std::vector<std::string_view> names{
      "population", "outcome",   "deployments", "approvals", "duties",
      "log",        "integrity", "retention",   "clock",     "incidents",
      "slo",        "baselines", "overrides",   "testing",   "statement"};
  return names;
}

std::vector<std::string> AuditControls::standards() const {
  std::vector<std::string> names;
  for (const AuditControl& control : controls)
    if (control.standard != "audit_config.yaml" &&
        std::ranges::find(names, control.standard) == names.end())
      names.push_back(control.standard);
  return names;
}

Result<AuditControls> read_audit_controls(std::string_view toml, std::string_view name) {
  TRY(const Node tree, parse_toml(toml, name));
  Problems problems;
  Reader reader(tree, "", problems);
  AuditControls result;
  result.version = reader.text("version").value_or("");
  std::size_t number = 0;
  for (const Node* table : reader.tables("control")) {
    Reader one(*table, fmt::format("[[control]] {}", ++number), problems);
    for (const std::string_view key : {"standard", "id", "title", "evidence"})
      if (table->find(key) == nullptr)
        problems.add(*table, fmt::format("[[control]] {} has no `{}`", number, key),
                     "a control has standard, id, title and evidence");
    AuditControl control{.standard = one.text("standard").value_or(""),
                         .id = one.text("id").value_or(""),
                         .title = one.text("title").value_or(""),
                         .evidence = one.texts("evidence").value_or(std::vector<std::string>{})};
    if (const Node* list = table->find("evidence"); list && list->kind == Node::Kind::list)
      require_known(*list, "kind of evidence", audit_evidence_names(), problems);
    one.finish();
    result.controls.push_back(std::move(control));
  }
  reader.finish();
  if (result.version.empty())
    problems.add(tree, "it has no `version`", "version = \"2026-11\": reports name it");
  CHECKED(problems.result());
  return result;
}

Result<AuditConfig> read_audit_config(std::string_view yaml, std::string_view name,
                                      const std::vector<std::string>& known) {
  TRY(const Node tree, parse_yaml(yaml, name));
  AuditConfig config;
  Problems problems;
  std::optional<Error> unknown_standard;
  Reader file(tree, "", problems);
  const Node* top = file.table_of("enterprise_audit");
  if (top == nullptr && tree.find("enterprise_audit") == nullptr)
    problems.add(tree, "`enterprise_audit` is missing", "all keys stand below `enterprise_audit:`");
  if (top != nullptr) {
    Reader audit(*top, "enterprise_audit", problems);
    set(config.enabled, audit.boolean("enabled"));
    set(config.standards, audit.texts("compliance_standards"));
    if (const Node* list = top->find("compliance_standards"))
      for (std::size_t i = 0; i < list->items.size(); ++i) {
        const Node& item = list->items[i];
        if (item.kind != Node::Kind::text) continue;
        for (std::size_t j = 0; j < i; ++j)
          if (list->items[j].text == item.text)
            problems.add(item, fmt::format("`{}` stands here twice", safe_text(item.text, 60)));
        if (std::ranges::find(known, item.text) != known.end() || unknown_standard) continue;
        const std::vector<std::string_view> names(known.begin(), known.end());
        const auto close = nearest(item.text, names);
        unknown_standard =
            Error{.code = Code::audit,
                  .message = fmt::format("{}: unknown standard `{}`; known are {}", item.origin,
                                         safe_text(item.text, 60), fmt::join(known, ", ")),
                  .hint = close ? fmt::format("did you mean `{}`?", *close)
                                : "audit_controls.toml holds the standards and their controls"};
      }
    part_of(audit, "reporting", problems, [&](Reader& reader) {
      if (const auto choice = reader.choice("frequency", frequencies))
        config.frequency = static_cast<AuditFrequency>(*choice);
      set(config.retention_months, reader.whole("retention_months", 1, 1200));
      set(config.formats, reader.texts("export_formats"));
      if (const Node* list = reader.table().find("export_formats"))
        require_known(*list, "format of an audit report", format_names, problems);
    });
    part_of(audit, "performance_tracking", problems, [&](Reader& reader) {
      set(config.baseline_months, reader.whole("baseline_history_retention", 1, 1200));
      set(config.slo_alerts, reader.boolean("slo_violation_alerts"));
      set(config.incident_tracking, reader.boolean("regression_incident_tracking"));
    });
    part_of(audit, "regulatory_requirements", problems, [&](Reader& reader) {
      set(config.performance_validation, reader.boolean("performance_validation"));
      set(config.audit_trail, reader.boolean("audit_trail_generation"));
      set(config.certification, reader.boolean("compliance_certification"));
    });
    audit.finish();
  }
  file.finish();
  CHECKED(problems.result());
  if (unknown_standard) return std::unexpected(*unknown_standard);
  return config;
}

}  // namespace perfgate::config
