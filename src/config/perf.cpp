#include "config/perf.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "config/policy.hpp"
#include "config/schema.hpp"

namespace perfgate::config {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t most_texts = 50;
constexpr std::size_t longest_text = 500;
constexpr std::size_t largest_file = std::size_t{1} << 20U;
constexpr JsonLimits json_limits{.max_bytes = largest_file, .max_depth = 8};

std::optional<Decimal> usual_maximum(const Unit& unit) {
  if (unit.symbol == "GiB/s") return 100;
  if (unit.symbol == "MiB/s") return 10'000;
  return std::nullopt;
}

bool is_text_list(std::string_view key) { return key == "warnings" || key == "errors"; }

struct KeyParts {
  std::string_view headline;
  const Unit* unit;
};

std::optional<KeyParts> parts_of(std::string_view key) {
  const std::size_t end = key.rfind('_');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const Unit* unit = find_unit_by_suffix(key.substr(end + 1));
  if (unit == nullptr) return std::nullopt;
  return KeyParts{.headline = key.substr(0, end), .unit = unit};
}

// The numbers of the top object as they are written, in the order of the file. Reads JSON that is
// known to be good.
class NumbersAsWritten {
 public:
  std::vector<std::pair<std::string, std::string>> numbers;

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(json::number_integer_t value) { return put(std::to_string(value)); }
  bool number_unsigned(json::number_unsigned_t value) { return put(std::to_string(value)); }
  bool number_float(json::number_float_t, const json::string_t& text) { return put(text); }
  bool string(json::string_t&) { return true; }
  bool binary(json::binary_t&) { return true; }
  bool start_object(std::size_t) { return ++depth_ > 0; }
  bool start_array(std::size_t) { return ++depth_ > 0; }
  bool key(json::string_t& name) {
    if (depth_ == 1) key_ = name;
    return true;
  }
  bool end_object() { return --depth_ >= 0; }
  bool end_array() { return --depth_ >= 0; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  bool put(std::string text) {
    if (depth_ == 1) numbers.emplace_back(key_, std::move(text));
    return true;
  }

  int depth_ = 0;
  std::string key_;
};

std::unexpected<Error> no_unit(std::string_view name, std::string_view key) {
  return fail(Code::schema,
              fmt::format("{}: the key `{}` does not end in `_` and a unit's suffix", name,
                          safe_text(key, 100)),
              fmt::format("known suffixes: {}", known_suffixes()));
}

int decimals_of(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return 0;
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  return static_cast<int>(end - point - 1);
}

std::vector<std::string> texts_of(const json& object, const char* key) {
  const auto found = object.find(key);
  std::vector<std::string> texts;
  if (found == object.end() || !found->is_array()) return texts;
  for (const json& text : *found)
    if (text.is_string()) texts.push_back(text);
  return texts;
}

ordered_json texts_schema() {
  return {{"type", "array"},
          {"maxItems", most_texts},
          {"items", {{"type", "string"}, {"minLength", 1}, {"maxLength", longest_text}}}};
}

std::string texts_json(const std::vector<std::string>& texts) {
  std::string list;
  const bool too_many = texts.size() > most_texts;
  const std::size_t shown = too_many ? most_texts - 1 : texts.size();
  const auto add = [&](const std::string& text) {
    list += (list.empty() ? "\n    " : ",\n    ") + json(text.empty() ? "(no text)" : text).dump();
  };
  for (std::size_t i = 0; i < shown; ++i) add(safe_text(texts[i], longest_text));
  if (too_many) add(fmt::format("and {} more", texts.size() - shown));
  return list.empty() ? "[]" : "[" + list + "\n  ]";
}

}  // namespace

std::vector<PerfKey> perf_keys(std::span<const ProjectHeadline> headlines) {
  std::vector<PerfKey> keys;
  for (const ProjectHeadline& headline : headlines)
    keys.push_back(
        {.key = headline.key(),
         .decimals = headline.decimals,
         .maximum = headline.maximum ? headline.maximum : usual_maximum(*headline.unit)});
  return keys;
}

Result<std::vector<PerfKey>> perf_keys(std::string_view text, std::string_view name) {
  TRY(const json object, parse_json(text, name, Code::parse, json_limits));
  if (!object.is_object())
    return fail(Code::parse, fmt::format("{}: a perf.json is an object", name),
                "write {\"display_gibs\": 4.22, \"warnings\": [], \"errors\": []}");
  std::vector<PerfKey> keys;
  for (const auto& [key, value] : object.items()) {
    if (is_text_list(key)) continue;
    const auto parts = parts_of(key);
    if (!parts) return no_unit(name, key);
    keys.push_back({.key = key, .decimals = {}, .maximum = usual_maximum(*parts->unit)});
  }
  return keys;
}

std::string perf_schema(std::span<const PerfKey> keys) {
  ordered_json properties, required = ordered_json::array();
  for (const PerfKey& key : keys) {
    ordered_json number = {{"type", "number"}, {"minimum", 0}};
    if (key.maximum) {
      if (key.maximum->is_multiple_of(1))
        number["maximum"] = static_cast<std::int64_t>(key.maximum->to_double());
      else
        number["maximum"] = key.maximum->to_double();
    }
    if (key.decimals == 0)
      number["multipleOf"] = 1;
    else if (key.decimals)
      number["multipleOf"] = Decimal::parse(fmt::format("1e-{}", *key.decimals))->to_double();
    properties[key.key] = std::move(number);
    required.push_back(key.key);
  }
  for (const char* list : {"warnings", "errors"}) {
    properties[list] = texts_schema();
    required.push_back(list);
  }
  const ordered_json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                               {"title", "perf.json"},
                               {"type", "object"},
                               {"properties", std::move(properties)},
                               {"required", std::move(required)},
                               {"additionalProperties", false}};
  return schema.dump(2) + "\n";
}

Result<PerfSummary> read_perf(std::string_view text, std::string_view name,
                              std::string_view schema_json, std::string_view schema_name) {
  CHECKED(require_valid(schema_json, schema_name, text, name));
  TRY(const json object, parse_json(text, name, Code::parse, json_limits));
  NumbersAsWritten written;
  json::sax_parse(text, &written);
  PerfSummary summary{
      .values = {}, .warnings = texts_of(object, "warnings"), .errors = texts_of(object, "errors")};
  for (const auto& [key, number] : written.numbers) {
    const auto parts = parts_of(key);
    if (!parts) return no_unit(name, key);
    const auto value = Decimal::parse(number);
    if (!value) return within(fmt::format("{}: /{}", name, key), value.error());
    summary.values.push_back({.key = key,
                              .headline = std::string(parts->headline),
                              .unit = parts->unit,
                              .value = *value,
                              .decimals = decimals_of(number)});
  }
  return summary;
}

std::string perf_json(const PerfSummary& summary) {
  std::string text = "{\n";
  for (const PerfValue& value : summary.values)
    text += fmt::format("  {}: {},\n", json(value.key).dump(), value.value.fixed(value.decimals));
  return text + fmt::format("  \"warnings\": {},\n  \"errors\": {}\n}}\n",
                            texts_json(summary.warnings), texts_json(summary.errors));
}

}  // namespace perfgate::config
