#include "model/dimensions_json.hpp"

#include <nlohmann/json.hpp>

namespace perfgate {

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

}  // namespace perfgate
