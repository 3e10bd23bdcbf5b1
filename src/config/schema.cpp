#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "config/schema_leaf.hpp"

namespace perfgate::config {
namespace {

using nlohmann::json;
using valijson::adapters::Adapter;
using valijson::adapters::NlohmannJsonAdapter;

constexpr JsonLimits limits{.max_bytes = std::size_t{1} << 28U, .max_depth = 200};
constexpr std::size_t most_violations = 100;
constexpr std::size_t longest_matched_key = 4096;  // std::regex recurses for each character
constexpr std::size_t most_subschemas = 2000;      // valijson recurses along references
constexpr const char* leaf_key = "perfgate:leaf";

// ---- JSON pointers
// -------------------------------------------------------------------------------

std::string below(const std::string& pointer, std::string_view key) {
  std::string result = pointer + "/";
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

std::string place(std::string_view name, const std::string& pointer) {
  return fmt::format("{}: {}", name, pointer.empty() ? "the top" : safe_text(pointer, 200));
}

// ---- Numbers as written
// --------------------------------------------------------------------------

// The texts of those numbers that a double does not hold exactly as written, by pointer. Reads JSON
// that is known to be good.
class NumberTexts {
 public:
  std::map<std::string, std::string> texts;
  std::size_t longest_key = 0;

  bool null() { return next(); }
  bool boolean(bool) { return next(); }
  bool number_integer(json::number_integer_t) { return next(); }
  bool number_unsigned(json::number_unsigned_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) texts[pointer()] = std::to_string(value);
    return next();
  }
  bool number_float(json::number_float_t, const json::string_t& text) {
    const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits > std::numeric_limits<double>::digits10) texts[pointer()] = text;
    return next();
  }
  bool string(json::string_t&) { return next(); }
  bool binary(json::binary_t&) { return next(); }
  bool start_object(std::size_t) { return open(false); }
  bool start_array(std::size_t) { return open(true); }
  bool key(json::string_t& name) {
    longest_key = std::max(longest_key, name.size());
    path_.back().key = name;
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  struct Step {
    bool array;
    std::size_t index;
    std::string key;
  };

  std::string pointer() const {
    std::string result;
    for (const Step& step : path_)
      result = below(result, step.array ? std::to_string(step.index) : step.key);
    return result;
  }
  bool next() {
    if (!path_.empty()) ++path_.back().index;
    return true;
  }
  bool open(bool array) {
    path_.push_back({.array = array, .index = 0, .key = {}});
    return true;
  }
  bool close() {
    path_.pop_back();
    return next();
  }

  std::vector<Step> path_;
};

// To JSON Schema 1.0 and 1 are the same; to valijson they are not. What lies beyond its integers
// becomes a double: the exact text is judged all the same.
void level_numbers(json& value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (number == std::trunc(number) && std::fabs(number) <= exact)
      value = static_cast<std::int64_t>(number);
  } else if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) value = static_cast<double>(number);
  } else if (value.is_structured()) {
    for (json& element : value) level_numbers(element);
  }
}

// ---- The schema
// ----------------------------------------------------------------------------------

// What a keyword's value holds.
enum class Holds { value, leaf, format, schema, schemas, named, items, dependencies };
// Whether a subschema judges the same value as the schema that it stands in.
enum class Judges { same, below };

struct Keyword {
  std::string_view name;
  Holds holds = Holds::value;
  Judges judges = Judges::below;
};

constexpr std::array keywords{
    Keyword{"$schema"},
    Keyword{"$id"},
    Keyword{"$comment"},
    Keyword{"title"},
    Keyword{"description"},
    Keyword{"default"},
    Keyword{"examples"},
    Keyword{"readOnly"},
    Keyword{"writeOnly"},
    Keyword{"required"},
    Keyword{"maxItems"},
    Keyword{"minItems"},
    Keyword{"uniqueItems"},
    Keyword{"maxLength"},
    Keyword{"minLength"},
    Keyword{"maxProperties"},
    Keyword{"minProperties"},
    Keyword{"type", Holds::leaf},
    Keyword{"enum", Holds::leaf},
    Keyword{"const", Holds::leaf},
    Keyword{"pattern", Holds::leaf},
    Keyword{"multipleOf", Holds::leaf},
    Keyword{"minimum", Holds::leaf},
    Keyword{"maximum", Holds::leaf},
    Keyword{"exclusiveMinimum", Holds::leaf},
    Keyword{"exclusiveMaximum", Holds::leaf},
    Keyword{"format", Holds::format},
    Keyword{"additionalItems", Holds::schema},
    Keyword{"additionalProperties", Holds::schema},
    Keyword{"contains", Holds::schema},
    Keyword{"propertyNames", Holds::schema},
    Keyword{"not", Holds::schema, Judges::same},
    Keyword{"if", Holds::schema, Judges::same},
    Keyword{"then", Holds::schema, Judges::same},
    Keyword{"else", Holds::schema, Judges::same},
    Keyword{"allOf", Holds::schemas, Judges::same},
    Keyword{"anyOf", Holds::schemas, Judges::same},
    Keyword{"oneOf", Holds::schemas, Judges::same},
    Keyword{"definitions", Holds::named},
    Keyword{"properties", Holds::named},
    Keyword{"patternProperties", Holds::named},
    Keyword{"items", Holds::items},
    Keyword{"dependencies", Holds::dependencies, Judges::same},
};
constexpr std::array<std::string_view, 3> formats{"date", "time", "date-time"};

struct Subschema {
  std::vector<std::string> same, below;  // pointers of the subschemas within
  std::optional<std::string> ref;        // pointer
  std::vector<std::string> contains;
  bool counts_steps = false;  // has a multipleOf
};

// Checks a schema, and takes the keywords over that are judged here: what stays is valijson's.
class Preparation {
 public:
  explicit Preparation(std::string_view name) : name_(name) {}

  std::vector<Leaf> leaves;
  bool patterns_on_keys = false;

  Result<void> prepare(json& root) {
    CHECKED(check_dialect(root));
    CHECKED(schema(root, ""));
    for (const auto& [pointer, found] : subschemas_)
      if (found.ref && !subschemas_.contains(*found.ref))
        return wrong(pointer, fmt::format("`$ref` leads to `#{}`, where no schema stands",
                                          safe_text(*found.ref, 200)));
    for (const auto& [pointer, found] : subschemas_) {
      CHECKED(refuse_circles(pointer));
      for (const std::string& within : found.contains)
        if (std::set<std::string> seen; reaches_steps(within, seen))
          return wrong(pointer, "`multipleOf` cannot be judged exactly within `contains`");
    }
    return {};
  }

 private:
  std::unexpected<Error> wrong(const std::string& pointer, std::string message,
                               std::string hint = "see https://json-schema.org/draft-07") const {
    return fail(Code::schema, fmt::format("{}: {}", place(name_, pointer), std::move(message)),
                std::move(hint));
  }

  Result<void> check_dialect(json& root) const {
    if (!root.is_object()) return {};
    const auto dialect = root.find("$schema");
    if (dialect != root.end() &&
        !(dialect->is_string() && dialect->get_ref<const std::string&>().starts_with(
                                      "http://json-schema.org/draft-07/schema")))
      return wrong("", "`$schema` is not that of draft 7",
                   "write \"$schema\": \"http://json-schema.org/draft-07/schema#\"");
    root.erase("$schema");
    root.erase("$id");  // only local references are followed
    return {};
  }

  Result<void> schema(json& node, const std::string& pointer) {
    if (subschemas_.size() >= most_subschemas)
      return wrong("", fmt::format("the schema has more than {} parts", most_subschemas),
                   "this is probably another file than was meant");
    Subschema& self = subschemas_[pointer];
    if (node.is_boolean()) return {};
    if (!node.is_object()) return wrong(pointer, "a schema is an object, true or false");
    if (const auto ref = node.find("$ref"); ref != node.end())
      return reference(node, pointer, self);
    Leaf leaf;
    std::vector<std::string> taken;
    for (auto& [key, value] : node.items()) {
      const auto keyword = std::ranges::find(keywords, key, &Keyword::name);
      if (keyword == keywords.end()) return unknown(key, pointer);
      if (key == "$id" || key == "$schema")
        return wrong(pointer, fmt::format("`{}` may only stand at the top", key));
      if (keyword->holds == Holds::leaf) {
        json levelled = value;
        if (key == "enum" || key == "const") level_numbers(levelled);
        const auto result = leaf.take(key, levelled);
        if (!result) return wrong(below(pointer, key), result.error().message);
        taken.push_back(key);
      } else {
        CHECKED(within(*keyword, value, below(pointer, key), self));
      }
    }
    self.counts_steps = leaf.multiple_of.has_value();
    for (const std::string& key : taken) node.erase(key);
    if (!leaf.empty()) {
      node[leaf_key] = leaves.size();
      leaves.push_back(std::move(leaf));
    }
    return {};
  }

  // By draft 7 what stands beside a `$ref` is not looked at; but references lead into definitions.
  Result<void> reference(json& node, const std::string& pointer, Subschema& self) {
    const json& target = node["$ref"];
    const std::string text = target.is_string() ? target.get<std::string>() : "";
    if (!text.starts_with('#') || (text.size() > 1 && text[1] != '/'))
      return wrong(
          pointer,
          fmt::format("`$ref` is `{}`, but only references within the schema, such "
                      "as `#/definitions/name`, are followed",
                      safe_text(target.dump(-1, ' ', false, json::error_handler_t::replace), 200)));
    self.ref = percent_decoded(text.substr(1));
    const auto definitions = node.find("definitions");
    if (definitions == node.end()) return {};
    return within({"definitions", Holds::named}, *definitions, below(pointer, "definitions"), self);
  }

  std::unexpected<Error> unknown(const std::string& key, const std::string& pointer) const {
    std::vector<std::string_view> known;
    for (const Keyword& keyword : keywords) known.push_back(keyword.name);
    const auto close = nearest(key, known);
    return wrong(pointer, fmt::format("unknown keyword `{}`", safe_text(key, 60)),
                 close ? fmt::format("did you mean `{}`?", *close)
                       : "remove it: perfgate does not vouch for what it does not know");
  }

  Result<void> add(const Keyword& keyword, json& node, const std::string& pointer,
                   Subschema& self) {
    if (keyword.name != "definitions")
      (keyword.judges == Judges::same ? self.same : self.below).push_back(pointer);
    if (keyword.name == "contains") self.contains.push_back(pointer);
    return schema(node, pointer);
  }

  Result<void> within(const Keyword& keyword, json& value, const std::string& pointer,
                      Subschema& self) {
    switch (keyword.holds) {
      case Holds::value:
      case Holds::leaf:
        return {};
      case Holds::format:
        if (value.is_string() &&
            std::ranges::find(formats, value.get_ref<const std::string&>()) != formats.end())
          return {};
        return wrong(pointer, "this format is not known",
                     fmt::format("known formats: {}", fmt::join(formats, ", ")));
      case Holds::schema:
        return add(keyword, value, pointer, self);
      case Holds::items:
        if (!value.is_array()) return add(keyword, value, pointer, self);
        return list(keyword, value, pointer, self);
      case Holds::schemas:
        if (!value.is_array() || value.empty())
          return wrong(pointer, "a list of schemas is expected");
        return list(keyword, value, pointer, self);
      case Holds::named:
      case Holds::dependencies:
        break;
    }
    if (!value.is_object()) return wrong(pointer, "an object is expected");
    if (keyword.name == "patternProperties") CHECKED(check_patterns(value, pointer));
    for (auto& [key, part] : value.items())
      if (keyword.holds == Holds::named || !part.is_array())
        CHECKED(add(keyword, part, below(pointer, key), self));
    return {};
  }

  Result<void> list(const Keyword& keyword, json& value, const std::string& pointer,
                    Subschema& self) {
    for (std::size_t i = 0; i < value.size(); ++i)
      CHECKED(add(keyword, value[i], below(pointer, std::to_string(i)), self));
    return {};
  }

  Result<void> check_patterns(const json& value, const std::string& pointer) {
    patterns_on_keys = true;
    for (const auto& [key, part] : value.items()) {
      try {
        static_cast<void>(std::regex(key));
      } catch (const std::regex_error&) {
        return wrong(below(pointer, key), "this is no regular expression (ECMAScript)");
      }
    }
    return {};
  }

  static std::string percent_decoded(std::string_view text) {
    const auto hex = [](char c) {
      return c >= '0' && c <= '9'   ? c - '0'
             : c >= 'A' && c <= 'F' ? c - 'A' + 10
             : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                    : -1;
    };
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool escape = text[at] == '%' && at + 2 < text.size() && hex(text[at + 1]) >= 0 &&
                          hex(text[at + 2]) >= 0;
      result += escape ? static_cast<char>(hex(text[at + 1]) * 16 + hex(text[at + 2])) : text[at];
      if (escape) at += 2;
    }
    return result;
  }

  // A schema that judges a value by itself would never come to an end.
  Result<void> refuse_circles(const std::string& begin) {
    if (!done_.contains(begin)) {
      if (!open_.insert(begin).second)
        return wrong(begin, "this schema refers to itself for the same value",
                     "break the circle of `$ref`");
      const Subschema& found = subschemas_.at(begin);
      if (found.ref) CHECKED(refuse_circles(*found.ref));
      for (const std::string& next : found.same) CHECKED(refuse_circles(next));
      open_.erase(begin);
      done_.insert(begin);
    }
    return {};
  }

  bool reaches_steps(const std::string& begin, std::set<std::string>& seen) const {
    if (!seen.insert(begin).second) return false;
    const Subschema& found = subschemas_.at(begin);
    const auto reached = [&](const std::string& next) { return reaches_steps(next, seen); };
    return found.counts_steps || (found.ref && reached(*found.ref)) ||
           std::ranges::any_of(found.same, reached) || std::ranges::any_of(found.below, reached);
  }

  std::string name_;
  std::map<std::string, Subschema> subschemas_;
  std::set<std::string> open_, done_;
};

// ---- Judging
// -------------------------------------------------------------------------------------

// valijson's context: "<root>", "[key]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i)
    pointer = below(pointer, std::string_view(context[i]).substr(1, context[i].size() - 2));
  return pointer;
}

enum class Elements { no, yes };

json value_of(const NlohmannJsonAdapter& from) {
  json value;
  if (from.isArray()) {
    value = json::array();
    for (const auto& element : from.getArray()) value.push_back(value_of(element));
  } else if (from.isObject()) {
    value = json::object();
    for (const auto& member : from.getObject()) value[member.first] = value_of(member.second);
  } else if (from.isString()) {
    value = from.asString();
  } else if (from.isBool()) {
    value = from.asBool();
  } else if (from.isInteger()) {
    value = from.asInteger();
  } else if (from.isNumber()) {
    value = from.asDouble();
  }
  return value;
}

json value_of(const Adapter& from, Elements elements) {
  const auto* element = dynamic_cast<const NlohmannJsonAdapter*>(&from);
  if (element == nullptr) return from.asString();  // a key, for `propertyNames`
  if (elements == Elements::no && from.isArray()) return json::array();
  if (elements == Elements::no && from.isObject()) return json::object();
  return value_of(*element);
}

// A leaf as valijson's.
class LeafConstraint : public valijson::constraints::PolyConstraint {
 public:
  LeafConstraint(const Leaf& leaf, const NumberTexts& numbers) : leaf_(&leaf), numbers_(&numbers) {}

  bool validate(const Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    const json value = value_of(target, leaf_->allowed ? Elements::yes : Elements::no);
    std::optional<Decimal> exact = decimal_of(value);
    if (exact && !numbers_->texts.empty()) {
      const auto text = numbers_->texts.find(pointer_of(context));
      if (text != numbers_->texts.end()) {
        const auto parsed = Decimal::parse(text->second);
        if (!parsed) return complain(results, context, parsed.error().message);
        exact = *parsed;
      }
    }
    bool good = true;
    for (const std::string& wrong : leaf_->judge(value, exact))
      good = complain(results, context, wrong);
    return good;
  }

 private:
  static bool complain(valijson::ValidationResults* results,
                       const std::vector<std::string>& context, const std::string& message) {
    if (results != nullptr) results->pushError(context, message);
    return false;
  }
  Constraint* cloneInto(void* memory) const override { return new (memory) LeafConstraint(*this); }
  std::size_t sizeOf() const override { return sizeof(LeafConstraint); }

  const Leaf* leaf_;
  const NumberTexts* numbers_;
};

class LeafBuilder : public valijson::ConstraintBuilder {
 public:
  LeafBuilder(const std::vector<Leaf>& leaves, const NumberTexts& numbers)
      : leaves_(leaves), numbers_(numbers) {}

  valijson::constraints::Constraint* make(const Adapter& index) const override {
    return new LeafConstraint(leaves_[static_cast<std::size_t>(index.asInteger())], numbers_);
  }

 private:
  const std::vector<Leaf>& leaves_;
  const NumberTexts& numbers_;
};

// Says again, of something larger, what another violation says of the place itself.
bool only_repeats(std::string_view message) {
  return message.starts_with("Failed to validate item #") ||
         message.starts_with("Failed to validate against schema associated with") ||
         message.starts_with("Failed to validate against additional properties schema") ||
         message.starts_with("Failed to validate against dependent schema");
}

std::string_view between_quotes(std::string_view message) {
  const std::size_t begin = message.find(": '");
  const std::size_t first = begin == message.npos ? message.find('\'') + 1 : begin + 3;
  return message.substr(first, message.rfind('\'') - first);
}

Violation violation_of(const valijson::ValidationResults::Error& error,
                       std::string_view schema_name) {
  const std::string_view message = error.description;
  Violation violation{.pointer = pointer_of(error.context),
                      .message = safe_text(message, 500),
                      .hint = fmt::format("the schema is {}", schema_name)};
  if (message.starts_with("Object contains a property that could not be validated")) {
    violation.message = fmt::format("unknown key `{}`", safe_text(between_quotes(message), 100));
    violation.hint = fmt::format("remove the key or correct its name; {}", violation.hint);
  } else if (message.starts_with("Missing required property")) {
    violation.message =
        fmt::format("required key `{}` is missing", safe_text(between_quotes(message), 100));
    violation.hint = fmt::format("add the key; {}", violation.hint);
  }
  return violation;
}

std::vector<Violation> violations_of(valijson::ValidationResults& results,
                                     std::string_view schema_name) {
  std::vector<Violation> violations, repetitions;
  for (const auto& error : results) {
    if (violations.size() == most_violations) break;
    Violation violation = violation_of(error, schema_name);
    auto& list = only_repeats(error.description) ? repetitions : violations;
    if (std::ranges::find(list, violation) == list.end()) list.push_back(std::move(violation));
  }
  if (violations.empty() && !repetitions.empty()) violations.push_back(repetitions.front());
  if (violations.empty())
    violations.push_back({.pointer = "",
                          .message = "the document is not allowed by the schema",
                          .hint = fmt::format("the schema is {}", schema_name)});
  return violations;
}

}  // namespace

Result<std::vector<Violation>> validate(std::string_view schema_json, std::string_view schema_name,
                                        std::string_view document_json, std::string_view name) {
  TRY(json schema, parse_json(schema_json, schema_name, Code::schema, limits));
  TRY(json document, parse_json(document_json, name, Code::parse, limits));
  Preparation preparation(schema_name);
  CHECKED(preparation.prepare(schema));
  level_numbers(schema);  // what valijson reads of it
  NumberTexts numbers;
  json::sax_parse(document_json, &numbers);
  if (preparation.patterns_on_keys && numbers.longest_key > longest_matched_key)
    return std::vector<Violation>{
        {.pointer = "",
         .message =
             fmt::format("a key is {} bytes long, too long to be matched", numbers.longest_key),
         .hint = "shorten the key"}};
  level_numbers(document);
  try {
    valijson::Schema compiled;
    valijson::SchemaParser parser;
    parser.addConstraintBuilder(leaf_key, new LeafBuilder(preparation.leaves, numbers));
    parser.populateSchema(NlohmannJsonAdapter(schema), compiled);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(compiled, NlohmannJsonAdapter(document), &results))
      return std::vector<Violation>();
    return violations_of(results, schema_name);
  } catch (const std::exception& error) {
    return fail(Code::schema, fmt::format("{}: {}", schema_name, safe_text(error.what(), 300)),
                "see https://json-schema.org/draft-07");
  }
}

Result<void> require_valid(std::string_view schema_json, std::string_view schema_name,
                           std::string_view document_json, std::string_view name) {
  TRY(const std::vector<Violation> violations,
      validate(schema_json, schema_name, document_json, name));
  if (violations.empty()) return {};
  std::string message;
  for (const Violation& violation : violations)
    message += fmt::format("{}{}: {}", message.empty() ? "" : "\n", place(name, violation.pointer),
                           violation.message);
  return fail(Code::schema, message, violations.front().hint);
}

}  // namespace perfgate::config
