#include "model/dimensions_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace perfgate {
namespace {

std::string_view json_type(ScalarType type) {
  switch (type) {
    case ScalarType::truth:
      return "boolean";
    case ScalarType::integer:
      return "integer";
    case ScalarType::number:
      return "number";
    case ScalarType::text:
    case ScalarType::moment:
      return "string";
  }
  return "string";
}

}  // namespace

std::optional<Scalar> scalar_from_json(const nlohmann::json& value) {
  using Type = nlohmann::json::value_t;
  switch (value.type()) {
    case Type::null:
      return Scalar{};
    case Type::boolean:
      return value.get<bool>();
    case Type::string:
      return value.get_ref<const std::string&>();
    case Type::number_integer:
      return value.get<std::int64_t>();
    case Type::number_unsigned:
      if (value.get<std::uint64_t>() <= INT64_MAX) return value.get<std::int64_t>();
      return value.get<double>();
    case Type::number_float:
      return number_scalar(value.get<double>());
    default:
      return std::nullopt;
  }
}

nlohmann::json dimensions_schema() {
  nlohmann::json properties = nlohmann::json::object();
  for (const KnownDimension& known : known_dimensions()) {
    std::string doc(known.doc);
    if (!known.unit.empty()) doc += fmt::format(" [{}]", known.unit);
    nlohmann::json type = json_type(known.type);
    if (known.may_be_null) type = {type, "null"};
    properties[std::string(known.name)] = {{"type", type}, {"description", doc}};
  }
  return {{"type", "object"},
          {"properties", properties},
          {"propertyNames", {{"pattern", "^[A-Za-z0-9_]{1,100}$"}}},
          {"additionalProperties", {{"type", {"null", "boolean", "number", "string"}}}}};
}

std::string record_json_schema() {
  nlohmann::json schema = dimensions_schema();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "Record";
  schema["description"] =
      "One measurement, on a line of its own. Names that end in a base unit are measures, all "
      "others dimensions.";
  schema["patternProperties"] = {
      {"_(seconds|bytes|per_second)$",
       {{"type", {"number", "null"}}, {"minimum", 0}, {"description", "null: not measured"}}}};
  return schema.dump(2) + "\n";
}

}  // namespace perfgate
