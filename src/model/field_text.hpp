#pragma once
// Fields of described entities as texts, by path: "branch", "commit.branch", "dimensions.backend".

#include <fmt/format.h>

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/code.hpp"
#include "base/describe.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "model/dimensions.hpp"

namespace perfgate {

namespace field_detail {

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;
template <class T>
constexpr bool is_list<std::span<const T>> = true;

struct Path {
  std::string_view head, rest;
  explicit Path(std::string_view path) : head(path.substr(0, path.find('.'))) {
    if (head.size() < path.size()) rest = path.substr(head.size() + 1);
  }
};

template <class T>
std::string leaf_text(const T& value) {
  if constexpr (requires { value.text(); })
    return value.text();
  else if constexpr (requires { perfgate::to_text(value); })
    return std::string(perfgate::to_text(value));
  else
    return fmt::format("{}", value);
}

}  // namespace field_detail

/// Whether an entity of this type can have something at this path.
template <class T>
bool has_field(std::string_view path) {
  using namespace field_detail;
  if constexpr (is_optional<T> || is_list<T>) {
    return has_field<std::remove_cv_t<typename T::value_type>>(path);
  } else if constexpr (Described<T>) {
    const Path at(path);
    bool has = false;
    const auto one = [&](const auto& described) {
      using Content = std::remove_cvref_t<decltype(described.get(std::declval<const T&>()))>;
      if (described.name == at.head) has = has_field<Content>(at.rest);
    };
    std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<T>::fields);
    return has;
  } else if constexpr (std::same_as<T, Dimensions>) {
    return is_dimension_name(path);
  } else {
    return path.empty();
  }
}

/// Calls `use` with each text at the path: none where it is absent, several where it is a list.
template <class T, class Use>
void field_texts(const T& value, std::string_view path, const Use& use) {
  using namespace field_detail;
  if constexpr (is_optional<T>) {
    if (value) field_texts(*value, path, use);
  } else if constexpr (is_list<T>) {
    for (const auto& item : value) field_texts(item, path, use);
  } else if constexpr (Described<T>) {
    const Path at(path);
    const auto one = [&](const auto& described) {
      if (described.name == at.head) field_texts(described.get(value), at.rest, use);
    };
    std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<T>::fields);
  } else if constexpr (std::same_as<T, Dimensions>) {
    for (const Dimension& dimension : value.all())
      if (dimension.name.text() == path) use(to_text(dimension.value));
  } else {
    if (path.empty()) use(leaf_text(value));
  }
}

/// Whether one of the texts at the path is this one.
template <class T>
bool field_is(const T& entity, std::string_view path, std::string_view text) {
  bool is = false;
  field_texts(entity, path, [&](const std::string& one) { is = is || one == text; });
  return is;
}

}  // namespace perfgate
