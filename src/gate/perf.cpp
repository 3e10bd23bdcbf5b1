#include "gate/perf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "config/perf_schema.hpp"
#include "config/schema.hpp"
#include "gate/judge.hpp"

namespace perfgate::gate {
namespace {

constexpr std::size_t max_texts = 50, max_length = 500;

/// At most 50 texts of 1 to 500 characters, as the schema has it; the last says how many there were.
void add_text(std::vector<std::string>& texts, std::string text) {
  texts.push_back(text.empty() ? "(no text)" : safe_text(text, max_length));
}

void cut(std::vector<std::string>& texts) {
  if (texts.size() <= max_texts) return;
  const std::size_t rest = texts.size() - (max_texts - 1);
  texts.resize(max_texts - 1);
  texts.push_back(fmt::format("and {} more: judgement.json lists them", rest));
}

std::string with_code(const std::optional<Code>& code, std::string_view text) {
  return code ? fmt::format("{}: {}", to_text(*code), text) : std::string(text);
}

/// How many decimals each number was written with: a double does not remember 571.0.
class Decimals : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::map<std::string, int> of_key;

  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool number_float(number_float_t, const string_t& token) override {
    const std::size_t point = token.find('.');
    if (point == token.npos) return true;
    const std::size_t end = std::min(token.find_first_of("eE"), token.size());
    of_key[key_] = static_cast<int>(end - point - 1);
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  std::string key_;
};

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// A declaration made from a key alone: `display_gibs` is the headline `display` in GiB/s.
Result<ProjectHeadline> declared_by(const std::string& key, int decimals, std::string_view name) {
  const std::size_t underscore = key.rfind('_');
  const Unit* unit =
      underscore == key.npos ? nullptr : find_unit_by_suffix(key.substr(underscore + 1));
  if (!unit || underscore == 0)
    return fail(Code::schema,
                fmt::format("{}: /{}: no unit can be read from this key", name, safe_text(key, 60)),
                "a key is a headline's name, `_` and a unit: display_gibs; or declare the headlines "
                "in perfgate.toml");
  ProjectHeadline headline{.name = key.substr(0, underscore),
                           .unit = unit,
                           .decimals = decimals,
                           .decimals_shown = decimals,
                           .better = unit->base == BaseUnit::byte_per_second ||
                                             unit->base == BaseUnit::per_second
                                         ? Better::higher
                                         : Better::lower};
  if (auto label = Title::make(upper(headline.name))) headline.label = *std::move(label);
  return headline;
}

std::vector<std::string> texts_of(const nlohmann::json& array) {
  std::vector<std::string> texts;
  for (const auto& text : array) texts.push_back(text.get<std::string>());
  return texts;
}

}  // namespace

std::string perf_key(const Headline& headline) {
  const Unit* unit = find_unit(headline.unit);
  return fmt::format("{}_{}", headline.name, unit ? unit->suffix : "");
}

PerfFile make_perf(const Run& run, const Judgement* judgement) {
  PerfFile perf{.headlines = run.headlines};
  std::ranges::stable_sort(perf.headlines, {}, &Headline::order);
  if (judgement) {
    for (const Finding& finding : judgement->findings) {
      switch (finding.verdict) {
        case Verdict::pass:
        case Verdict::improved: break;
        case Verdict::fail:
        case Verdict::not_measured:
          add_text(perf.errors, with_code(finding.code, finding.why));
          break;
        default: add_text(perf.warnings, with_code(finding.code, finding.why));
      }
    }
  } else {
    for (const Note& note : run.notes)
      if (note.severity == Severity::error)
        add_text(perf.errors, with_code(note.code, note.benchmark.empty()
                                                       ? note.text
                                                       : note.benchmark + ": " + note.text));
  }
  for (const Note& note : run.notes)
    if (note.severity == Severity::warning) add_text(perf.warnings, note.text);
  cut(perf.warnings);
  cut(perf.errors);
  return perf;
}

std::string write_perf(const PerfFile& perf) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 2);
    out.begin_object();
    for (const Headline& headline : perf.headlines) {
      const Unit* unit = find_unit(headline.unit);
      if (!headline.value || !unit) continue;
      out.key(perf_key(headline));
      out.number(Decimal::nearest(unit->from_base(*headline.value)).fixed(headline.decimals_written));
    }
    for (const auto& [key, texts] : {std::pair{"warnings", &perf.warnings},
                                     std::pair{"errors", &perf.errors}}) {
      out.key(key);
      out.begin_array();
      for (const std::string& one : *texts) out.value(std::string_view(one));
      out.end_array();
    }
    out.end_object();
  }
  return text;
}

Result<PerfFile> read_perf(std::string_view text, std::string_view name,
                           const std::vector<ProjectHeadline>& declared, std::string_view schema) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  if (!document.is_object())
    return fail(Code::schema, fmt::format("{}: this is no perf.json: it is no object", name),
                R"(it looks like {"display_gibs": 4.22, "warnings": [], "errors": []})");
  Decimals decimals;
  nlohmann::json::sax_parse(text, &decimals);

  std::vector<ProjectHeadline> headlines = declared;
  if (headlines.empty()) {
    for (const auto& [key, value] : document.items()) {
      if (key == "warnings" || key == "errors") continue;
      TRY(ProjectHeadline headline, declared_by(key, decimals.of_key[key], name));
      headline.order = static_cast<int>(headlines.size());
      headlines.push_back(std::move(headline));
    }
  }
  const std::string derived = schema.empty() ? config::perf_schema(headlines) : std::string();
  CHECKED(config::require_valid(schema.empty() ? derived : schema, "the schema of perf.json", text,
                                name));

  PerfFile perf;
  for (const ProjectHeadline& headline : headlines) {
    const std::string key = headline.key();
    const auto value = document.find(key);
    if (value == document.end() || !value->is_number()) continue;
    const double base =
        headline.unit->to_base(Decimal::nearest(value->get<double>())).to_double();
    perf.headlines.push_back({.name = headline.name,
                              .label = headline.label,
                              .unit = std::string(headline.unit->symbol),
                              .order = headline.order,
                              .decimals_written = std::max(headline.decimals, decimals.of_key[key]),
                              .decimals_shown = headline.decimals_shown,
                              .better = headline.better == Better::unknown
                                            ? (headline.unit->base == BaseUnit::second ||
                                                       headline.unit->base == BaseUnit::byte
                                                   ? Better::lower
                                                   : Better::higher)
                                            : headline.better,
                              .value = base});
  }
  if (const auto warnings = document.find("warnings"); warnings != document.end())
    perf.warnings = texts_of(*warnings);
  if (const auto errors = document.find("errors"); errors != document.end())
    perf.errors = texts_of(*errors);
  return perf;
}

Run run_of(const PerfFile& perf) {
  Run run{.schema = "perfgate.run/1", .id = "perf.json"};
  run.headlines = perf.headlines;
  return run;
}

void add_reported(const PerfFile& perf, Judgement& judgement) {
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
