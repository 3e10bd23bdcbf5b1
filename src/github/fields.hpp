#pragma once
// Fields of what GitHub sends, read without trust: what is absent or of another kind is empty.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace perfgate::github {

using Path = std::initializer_list<const char*>;

/// What stands at object["a"]["b"]; nullptr: nothing.
const nlohmann::json* field(const nlohmann::json& object, Path path);
/// Empty where it is no text, or longer than 4096 bytes.
std::string text_field(const nlohmann::json& object, Path path);
/// 0 where it is no whole number from 1 to 2^53.
std::int64_t number_field(const nlohmann::json& object, Path path);
/// 40 or 64 hex digits in lower case, or empty.
std::string sha_field(const nlohmann::json& object, Path path);

bool is_sha(std::string_view text);

}  // namespace perfgate::github
