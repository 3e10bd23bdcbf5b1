#include "config/project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace perfgate::config {
namespace {

constexpr double longest_timeout = 7 * 24 * 3600;  // seconds
constexpr std::array<std::string_view, 4> estimators{"median", "mean", "min", "max"};
constexpr std::array<std::string_view, 3> combinations{"min", "max", "geomean"};
constexpr std::array<std::string_view, 2> directions{"lower", "higher"};

// A list of texts, of which the first is a program.
std::vector<std::string> read_command(Reader& reader, std::string_view key) {
  const Node* value = reader.value(key);
  if (value == nullptr) return {};
  if (value->kind == Node::Kind::text) {
    // Shows what it would be, cut at spaces: the common case, and the author sees the rest.
    std::string list;
    for (std::string_view rest = trim(value->text); !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      list +=
          fmt::format("{}\"{}\"", list.empty() ? "" : ", ", safe_text(rest.substr(0, end), 100));
      rest = trim(rest.substr(end));
    }
    reader.wrong(key, *value, "a list of arguments", fmt::format("write {} = [{}]", key, list));
    return {};
  }
  const auto list = reader.texts(key);
  if (list && list->empty())
    reader.wrong(key, *value, "a program and its arguments",
                 fmt::format("write {} = [\"program\", \"argument\"]", key));
  return list.value_or(std::vector<std::string>());
}

bool is_suite_name(std::string_view name) {
  constexpr std::size_t longest = 100;
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '-' || c == '.';
  };
  return name.size() <= longest && std::ranges::all_of(name, good) && name != "." && name != "..";
}

bool is_variable_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, good);
}

std::map<std::string, std::string> read_env(const Node& table, Problems& problems) {
  std::map<std::string, std::string> env;
  for (const Member& member : table.members) {
    if (!is_variable_name(member.key))
      problems.add(
          member.value,
          fmt::format("`{}` is no name of an environment variable", safe_text(member.key, 60)),
          "use letters, digits and _, not beginning with a digit");
    else if (member.value.kind != Node::Kind::text || member.value.text.contains('\0'))
      problems.add(member.value,
                   fmt::format("`env.{}` expects text, but is `{}`", member.key,
                               safe_text(to_text(member.value), 60)),
                   fmt::format("write {} = \"{}\"", member.key, safe_text(member.value.text, 60)));
    else
      env[member.key] = member.value.text;
  }
  return env;
}

ProjectSuite read_suite(const Node& table, std::size_t number, Problems& problems) {
  Reader reader(table, fmt::format("[[suite]] {}", number), problems);
  ProjectSuite suite;
  suite.origin = table.origin;
  const auto require = [&](std::string_view key, std::string_view example) {
    if (table.find(key) == nullptr)
      problems.add(table, fmt::format("[[suite]] {} has no `{}`", number, key),
                   fmt::format("add {} = {}", key, example));
  };
  require("name", "\"decode\"");
  require("command", "[\"build/bench\", \"--benchmark_format=json\"]");
  require("harness", "\"google-benchmark\"");
  suite.name = reader.text("name").value_or("");
  if (!is_suite_name(suite.name))
    reader.wrong("name", *table.find("name"), "at most 100 letters, digits, `_`, `-` and `.`");
  suite.command = read_command(reader, "command");
  suite.setup = read_command(reader, "setup");
  suite.cwd = reader.text("cwd").value_or(suite.cwd);
  if (const Node* env = reader.table_of("env")) suite.env = read_env(*env, problems);
  suite.timeout_seconds = reader.duration("timeout", longest_timeout);
  suite.harness = reader.text("harness").value_or("");
  suite.repetitions = reader.whole("repetitions", 1, 1000).value_or(1);
  suite.results = reader.text("results").value_or("");
  suite.requires_tools = reader.texts("requires").value_or(std::vector<std::string>());
  reader.finish();
  return suite;
}

Better usual_direction(BaseUnit base) {
  if (base == BaseUnit::byte_per_second || base == BaseUnit::per_second) return Better::higher;
  if (base == BaseUnit::second || base == BaseUnit::byte) return Better::lower;
  return Better::unknown;
}

std::string usual_metric(BaseUnit base) {
  switch (base) {
    case BaseUnit::byte_per_second:
      return "throughput";
    case BaseUnit::per_second:
      return "items";
    case BaseUnit::byte:
      return "memory";
    case BaseUnit::second:
      return "time";
    case BaseUnit::one:
      break;
  }
  return "";
}

void read_unit(Reader& reader, ProjectHeadline& headline) {
  const Node* value = reader.value("unit");
  if (value == nullptr) return;
  const Unit* unit = value->kind == Node::Kind::text ? find_unit(value->text) : nullptr;
  if (unit != nullptr) {
    headline.unit = unit;
    headline.better = usual_direction(unit->base);
    headline.metric = usual_metric(unit->base);
    return;
  }
  std::vector<std::string_view> symbols;
  for (const Unit& known : units()) symbols.push_back(known.symbol);
  const auto close = value->kind == Node::Kind::text ? nearest(value->text, symbols) : std::nullopt;
  reader.wrong("unit", *value, "a known unit",
               close ? fmt::format("did you mean \"{}\"? known units: {}", *close, known_units())
                     : fmt::format("known units: {}", known_units()));
}

ProjectHeadline read_headline(const Node& table, std::size_t number, Problems& problems) {
  Reader reader(table, fmt::format("[[headline]] {}", number), problems);
  ProjectHeadline headline;
  headline.origin = table.origin;
  for (const std::string_view key : {"name", "unit", "benchmark"})
    if (table.find(key) == nullptr)
      problems.add(table, fmt::format("[[headline]] {} has no `{}`", number, key),
                   "a headline has at least a name, a unit and a benchmark");
  if (const auto name = reader.text("name")) {
    headline.name = *name;
    if (const auto checked = Identifier::make(*name); !checked)
      problems.add(*table.find("name"), checked.error().message, checked.error().hint);
  }
  const std::string label = reader.text("label").value_or(headline.name);
  if (const auto title = Title::make(label))
    headline.label = *title;
  else
    problems.add(table, title.error().message, title.error().hint);
  read_unit(reader, headline);
  headline.order = reader.whole("order", -1'000'000, 1'000'000).value_or(static_cast<int>(number));
  constexpr int most_decimals = 9;
  headline.decimals = reader.whole("decimals", 0, most_decimals).value_or(headline.decimals);
  headline.decimals_shown =
      reader.whole("decimals_shown", 0, most_decimals).value_or(headline.decimals);
  if (const auto maximum = reader.number("maximum", 0, 1e15))
    headline.maximum = Decimal::nearest(*maximum);
  headline.suite = reader.text("suite").value_or(headline.suite);
  headline.benchmark = reader.text("benchmark").value_or("");
  headline.metric = reader.text("metric").value_or(headline.metric);
  if (headline.metric.empty() && headline.unit != nullptr)
    problems.add(table, fmt::format("[[headline]] {} has no `metric`", number),
                 "only units of time, size and rate have a usual metric");
  if (const auto chosen = reader.choice("estimator", estimators))
    headline.estimator = Estimator(*chosen);
  if (const auto chosen = reader.choice("combine", combinations))
    headline.combine = Combine(*chosen);
  if (const auto chosen = reader.choice("better", directions)) headline.better = Better(*chosen);
  reader.finish();
  return headline;
}

// Complains where two of `entries` have the same name.
template <class Entry>
void refuse_doubles(const std::vector<Entry>& entries, const std::vector<const Node*>& tables,
                    std::string_view what, Problems& problems) {
  for (std::size_t i = 0; i < entries.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!entries[i].name.empty() && entries[i].name == entries[j].name) {
        problems.add(*tables[i],
                     fmt::format("a second {} is named `{}`; the first is at {}", what,
                                 entries[i].name, entries[j].origin),
                     "give each a name of its own");
        break;
      }
}

void read_legend(const Node& table, Project& project, Problems& problems) {
  for (const Member& member : table.members) {
    const auto section = Section::make(member.key);
    if (!section) problems.add(member.value, section.error().message, section.error().hint);
    const auto title = Title::make(member.value.text);
    if (member.value.kind != Node::Kind::text)
      problems.add(member.value,
                   fmt::format("the title of section `{}` expects text, but is `{}`",
                               safe_text(member.key, 60), safe_text(to_text(member.value), 60)),
                   "write it in quotes");
    else if (!title)
      problems.add(member.value, title.error().message, title.error().hint);
    else
      project.legend[member.key] = *title;
  }
}

template <class Read>
void section(Reader& file, std::string_view key, Problems& problems, const Read& read) {
  const Node* table = file.table_of(key);
  if (table == nullptr) return;
  Reader reader(*table, fmt::format("[{}]", key), problems);
  read(reader);
  reader.finish();
}

}  // namespace

Result<Project> project_from(const Node& tree, std::string_view origin_name) {
  Problems problems;
  Project project;
  project.origin = origin_name;
  Reader file(tree, "", problems);

  const auto suites = file.tables("suite");
  for (const Node* table : suites)
    project.suites.push_back(read_suite(*table, project.suites.size() + 1, problems));
  refuse_doubles(project.suites, suites, "suite", problems);
  const auto headlines = file.tables("headline");
  for (const Node* table : headlines)
    project.headlines.push_back(read_headline(*table, project.headlines.size() + 1, problems));
  refuse_doubles(project.headlines, headlines, "headline", problems);
  std::ranges::sort(project.headlines, {},
                    [](const ProjectHeadline& h) { return std::tie(h.order, h.name); });

  project.policy = file.text("policy").value_or("");
  project.waivers = file.text("waivers").value_or("");
  if (const Node* legend = file.table_of("legend")) read_legend(*legend, project, problems);
  section(file, "store", problems,
          [&](Reader& reader) { project.store_url = reader.text("url").value_or(""); });
  section(file, "fingerprint", problems, [&](Reader& reader) {
    const auto compiler = read_command(reader, "compiler");
    if (!compiler.empty()) project.fingerprint_compiler = compiler;
    project.fingerprint_flags = reader.text("flags").value_or("");
  });
  section(file, "report", problems, [&](Reader& reader) {
    project.report_formats = reader.texts("formats").value_or(project.report_formats);
    project.report_template = reader.text("template").value_or("");
  });
  section(file, "expected", problems, [&](Reader& reader) {
    project.expected = reader.texts("benchmarks").value_or(project.expected);
    project.expect_baseline = reader.boolean("baseline").value_or(false);
  });
  section(file, "schema", problems,
          [&](Reader& reader) { project.perf_schema = reader.text("perf").value_or(""); });
  file.finish();
  CHECKED(problems.result());
  return project;
}

Result<Project> read_project(std::string_view toml, std::string_view origin_name) {
  TRY(const Node tree, parse_toml(toml, origin_name));
  return project_from(tree, origin_name);
}

}  // namespace perfgate::config
