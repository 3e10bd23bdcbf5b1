#pragma once
// JSON from descriptions and back, and their JSON Schema. Heavy: included only by the .cpp files
// that instantiate it, one per receipt (run, judgement, record).

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/code.hpp"
#include "base/decimal.hpp"
#include "base/describe.hpp"
#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "base/symbol.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace perfgate::codec {

/// A place in a document, as a chain of steps; the JSON pointer is made only where one is needed.
struct Place {
  const Place* parent = nullptr;
  std::string_view key{};
  std::size_t index = 0;
  bool is_index = false;

  std::string pointer() const {
    if (!parent) return key.empty() ? "" : std::string(key);  // the root's key is the document
    std::string above = parent->pointer();
    if (!parent->parent && !above.empty()) above += ": ";
    return above + "/" + (is_index ? std::to_string(index) : std::string(key));
  }
};

inline std::unexpected<Error> misfit(const Place& place, std::string_view expected,
                                     const nlohmann::json& found) {
  std::string shown = found.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (shown.size() > 40) shown = shown.substr(0, 37) + "...";
  return fail(Code::schema,
              fmt::format("{}: expected {}, found {} {}", place.pointer(), expected,
                          found.type_name(), shown),
              "is the file whole, and written by perfgate?");
}

// ---- Leaves: how a type without fields is written, read and described
// ------------------------------

template <class T>
struct Leaf;  // write(JsonWriter&, const T&), read(json, place) -> Result<T>, schema() -> json

template <std::integral T>
  requires(!std::same_as<T, bool>)
struct Leaf<T> {
  static void write(JsonWriter& out, T value) { out.value(static_cast<std::int64_t>(value)); }
  static Result<T> read(const nlohmann::json& in, const Place& place) {
    if (!in.is_number_integer()) return misfit(place, "an integer", in);
    const auto wide = in.get<std::int64_t>();
    if ((in.is_number_unsigned() && in.get<std::uint64_t>() > INT64_MAX) || !std::in_range<T>(wide))
      return misfit(place, "an integer in range", in);
    return static_cast<T>(wide);
  }
  static nlohmann::json schema() { return {{"type", "integer"}}; }
};

template <>
struct Leaf<bool> {
  static void write(JsonWriter& out, bool value) { out.value(value); }
  static Result<bool> read(const nlohmann::json& in, const Place& place) {
    if (!in.is_boolean()) return misfit(place, "true or false", in);
    return in.get<bool>();
  }
  static nlohmann::json schema() { return {{"type", "boolean"}}; }
};

template <>
struct Leaf<double> {
  static void write(JsonWriter& out, double value) { out.value(value); }
  static Result<double> read(const nlohmann::json& in, const Place& place) {
    if (!in.is_number()) return misfit(place, "a number", in);
    return in.get<double>();
  }
  static nlohmann::json schema() { return {{"type", "number"}}; }
};

/// A value that may lack within a list, where it must keep its place.
template <>
struct Leaf<std::optional<double>> {
  static void write(JsonWriter& out, const std::optional<double>& value) {
    if (value)
      out.value(*value);
    else
      out.null();
  }
  static Result<std::optional<double>> read(const nlohmann::json& in, const Place& place) {
    if (in.is_null()) return std::nullopt;
    if (!in.is_number()) return misfit(place, "a number or null", in);
    return in.get<double>();
  }
  static nlohmann::json schema() { return {{"type", {"number", "null"}}}; }
};

template <>
struct Leaf<std::string> {
  static void write(JsonWriter& out, const std::string& value) {
    out.value(std::string_view(value));
  }
  static Result<std::string> read(const nlohmann::json& in, const Place& place) {
    if (!in.is_string()) return misfit(place, "a text", in);
    return in.get_ref<const std::string&>();
  }
  static nlohmann::json schema() { return {{"type", "string"}}; }
};

template <>
struct Leaf<Symbol> {
  static void write(JsonWriter& out, Symbol value) { out.value(std::string_view(value.text())); }
  static Result<Symbol> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    return Symbol(text);
  }
  static nlohmann::json schema() { return {{"type", "string"}}; }
};

/// Checked texts (model/names.hpp): made anew on reading, so that they are checked.
template <class T>
  requires requires(const T& t, std::string_view s) {
    { t.text() } -> std::same_as<const std::string&>;
    { T::make(s) } -> std::same_as<Result<T>>;
  }
struct Leaf<T> {
  static void write(JsonWriter& out, const T& value) { out.value(std::string_view(value.text())); }
  static Result<T> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    Result<T> made = T::make(text);
    if (!made)
      return fail(Code::schema, place.pointer() + ": " + made.error().message, made.error().hint);
    return made;
  }
  static nlohmann::json schema() { return {{"type", "string"}}; }
};

template <>
struct Leaf<Time> {
  static void write(JsonWriter& out, Time value) { out.value(std::string_view(to_text(value))); }
  static Result<Time> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    Result<Time> time = time_from_text(text);
    if (!time)
      return fail(Code::schema, place.pointer() + ": " + time.error().message, time.error().hint);
    return time;
  }
  static nlohmann::json schema() { return {{"type", "string"}, {"format", "date-time"}}; }
};

template <NamedEnum E>
struct Leaf<E> {
  static void write(JsonWriter& out, E value) { out.value(to_text(value)); }
  static Result<E> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    if (const auto value = enum_from_text<E>(text)) return *value;
    return misfit(place, "one of " + choices(), in);
  }
  static std::string choices() {
    std::string all;
    for (const auto& [value, text] : EnumTexts<E>::values) {
      if (!all.empty()) all += ", ";
      all += text;
    }
    return all;
  }
  static nlohmann::json schema() {
    nlohmann::json texts = nlohmann::json::array();
    for (const auto& [value, text] : EnumTexts<E>::values) texts.push_back(text);
    return {{"enum", texts}};
  }
};

template <>
struct Leaf<BaseUnit> {
  static void write(JsonWriter& out, BaseUnit value) { out.value(to_text(value)); }
  static Result<BaseUnit> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    if (const auto unit = base_unit_from_text(text)) return *unit;
    return misfit(place, "one of s, B, B/s, 1/s, 1", in);
  }
  static nlohmann::json schema() { return {{"enum", {"s", "B", "B/s", "1/s", "1"}}}; }
};

template <>
struct Leaf<Code> {
  static void write(JsonWriter& out, Code value) { out.value(std::string_view(to_text(value))); }
  static Result<Code> read(const nlohmann::json& in, const Place& place) {
    TRY(const std::string text, Leaf<std::string>::read(in, place));
    if (const auto code = code_from_text(text)) return *code;
    return misfit(place, "a code such as CBKB005", in);
  }
  static nlohmann::json schema() { return {{"type", "string"}, {"pattern", "^CBKB[0-9]{3}$"}}; }
};

// ---- Composition
// -----------------------------------------------------------------------------------

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;
template <class T>
constexpr bool is_vector<std::span<const T>> = true;
template <class T>
constexpr bool is_map = false;
template <class T>
constexpr bool is_map<std::map<std::string, T>> = true;

template <class T>
void write(JsonWriter& out, const T& value) {
  if constexpr (Described<T>) {
    out.begin_object();
    std::apply(
        [&](const auto&... fields) {
          const auto one = [&](const auto& described) {
            decltype(auto) content = described.get(value);
            using Content = std::remove_cvref_t<decltype(content)>;
            if constexpr (is_optional<Content>) {
              if (!content) return;  // absent says: not known
              out.key(described.name);
              write(out, *content);
            } else {
              if constexpr (std::equality_comparable<Content> &&
                            std::is_default_constructible_v<Content>)
                if (described.traits.sparse && content == Content()) return;
              out.key(described.name);
              write(out, content);
            }
          };
          (one(fields), ...);
        },
        Describe<T>::fields);
    out.end_object();
  } else if constexpr (is_vector<T>) {
    out.begin_array();
    for (const auto& item : value) write(out, item);
    out.end_array();
  } else if constexpr (is_map<T>) {
    out.begin_object();
    for (const auto& [name, item] : value) {
      out.key(name);
      write(out, item);
    }
    out.end_object();
  } else {
    Leaf<T>::write(out, value);
  }
}

template <class T>
Result<T> read(const nlohmann::json& in, const Place& place);

template <Described T>
Result<T> read_entity(const nlohmann::json& in, const Place& place) {
  if (!in.is_object()) return misfit(place, "an object", in);
  T entity;
  std::size_t used = 0;
  std::optional<Error> error;
  std::vector<std::string_view> names;
  const auto one = [&](const auto& described) {
    using Content = typename std::remove_cvref_t<decltype(described)>::Read;
    names.push_back(described.name);
    if (error) return;
    const auto found = in.find(described.name);
    if (found == in.end()) {
      if (!is_optional<Content> && !may_lack(described.traits))
        error =
            Error{Code::schema, fmt::format("{}: `{}` is missing", place.pointer(), described.name),
                  "is the file whole, and written by perfgate?"};
      return;
    }
    ++used;
    const Place below{.parent = &place, .key = described.name};
    if constexpr (is_optional<Content>) {
      auto content = read<typename Content::value_type>(*found, below);
      if (content)
        described.set(entity, std::move(*content));
      else
        error = content.error();
    } else {
      auto content = read<Content>(*found, below);
      if (content)
        described.set(entity, std::move(*content));
      else
        error = content.error();
    }
  };
  std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<T>::fields);
  if (error) return std::unexpected(*std::move(error));
  if (used == in.size()) return entity;
  for (const auto& [name, unused] : in.items()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const auto close = nearest(name, names);
    return fail(Code::schema,
                fmt::format("{}: unknown key `{}`", place.pointer(), safe_text(name, 60)),
                close ? fmt::format("did you mean `{}`?", *close)
                      : "a newer perfgate may have written it: use that version");
  }
  return entity;
}

template <class T>
Result<T> read(const nlohmann::json& in, const Place& place) {
  if constexpr (Described<T>) {
    return read_entity<T>(in, place);
  } else if constexpr (is_vector<T>) {
    if (!in.is_array()) return misfit(place, "an array", in);
    T items;
    items.reserve(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      TRY(auto item, (read<typename T::value_type>(
                         in[i], Place{.parent = &place, .index = i, .is_index = true})));
      items.push_back(std::move(item));
    }
    return items;
  } else if constexpr (is_map<T>) {
    if (!in.is_object()) return misfit(place, "an object", in);
    T items;
    for (const auto& [name, content] : in.items()) {
      TRY(auto item,
          (read<typename T::mapped_type>(content, Place{.parent = &place, .key = name})));
      items.emplace(name, std::move(item));
    }
    return items;
  } else {
    return Leaf<T>::read(in, place);
  }
}

// ---- JSON Schema (draft 7)
// -------------------------------------------------------------------------

template <class T>
nlohmann::json schema() {
  if constexpr (Described<T>) {
    nlohmann::json properties = nlohmann::json::object();
    nlohmann::json required = nlohmann::json::array();
    const auto one = [&](const auto& described) {
      using Content = typename std::remove_cvref_t<decltype(described)>::Read;
      nlohmann::json type;
      if constexpr (is_optional<Content>)
        type = schema<typename Content::value_type>();
      else
        type = schema<Content>();
      std::string doc(described.doc);
      if (!described.traits.unit.empty()) doc += fmt::format(" [{}]", described.traits.unit);
      type["description"] = doc;
      properties[std::string(described.name)] = type;
      if (!is_optional<Content> && !may_lack(described.traits)) required.push_back(described.name);
    };
    std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<T>::fields);
    return {{"title", Describe<T>::name},
            {"type", "object"},
            {"properties", properties},
            {"required", required},
            {"additionalProperties", false}};
  } else if constexpr (is_vector<T>) {
    return {{"type", "array"}, {"items", schema<std::remove_cv_t<typename T::value_type>>()}};
  } else if constexpr (is_map<T>) {
    return {{"type", "object"}, {"additionalProperties", schema<typename T::mapped_type>()}};
  } else {
    return Leaf<T>::schema();
  }
}

}  // namespace perfgate::codec
