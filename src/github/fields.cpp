#include "github/fields.hpp"

#include <nlohmann/json.hpp>

namespace perfgate::github {

const nlohmann::json* field(const nlohmann::json& object, Path path) {
  const nlohmann::json* at = &object;
  for (const char* key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_field(const nlohmann::json& object, Path path) {
  constexpr std::size_t longest = 4096;
  const nlohmann::json* value = field(object, path);
  if (!value || !value->is_string()) return "";
  const auto& text = value->get_ref<const std::string&>();
  return text.size() <= longest ? text : "";
}

std::int64_t number_field(const nlohmann::json& object, Path path) {
  constexpr std::int64_t largest = std::int64_t{1} << 53;
  const nlohmann::json* value = field(object, path);
  if (!value || !value->is_number_integer()) return 0;
  const auto number = value->get<std::int64_t>();
  return number >= 1 && number <= largest ? number : 0;
}

bool is_sha(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string sha_field(const nlohmann::json& object, Path path) {
  std::string text = text_field(object, path);
  return is_sha(text) ? text : "";
}

}  // namespace perfgate::github
