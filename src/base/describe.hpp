#pragma once
// An entity is described once: Describe<T> names it and lists its fields. JSON, JSON Schema and
// the columns of tables are made from that (base/codec.hpp, base/json_schema.hpp).

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace perfgate {

/// Specialised for each entity T with `name`, `doc` and `fields` (a constexpr tuple).
template <class T>
struct Describe;

template <class T>
concept Described = requires { Describe<T>::fields; };

/// Specialised for each enumeration E with `values`: an array of {E, text}.
template <class E>
struct EnumTexts;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires { EnumTexts<E>::values; };

template <NamedEnum E>
constexpr std::string_view to_text(E value) {
  for (const auto& [candidate, text] : EnumTexts<E>::values)
    if (candidate == value) return text;
  return "?";
}

template <NamedEnum E>
constexpr std::optional<E> enum_from_text(std::string_view text) {
  for (const auto& [candidate, name] : EnumTexts<E>::values)
    if (name == text) return candidate;
  return std::nullopt;
}

struct FieldTraits {
  bool key = false;       ///< part of the entity's identity
  bool may_lack = false;  ///< a file may leave it out: the default stands then
  bool sparse = false;    ///< likewise, and it is written only where it is not the default
  std::string_view unit{};
  // A relation, told once for both directions. Of a field that holds the key of another entity
  // (or a list of keys), or, with `holds`, the entities themselves.
  std::string_view refers{};  ///< the other entity's name: "Run"
  std::string_view as{};      ///< the relation from here, where it is not the field's name
  std::string_view back{};    ///< the relation from there: "measurements"
  bool holds = false;         ///< the others live in this one
  bool personal = false;      ///< names a person
};

/// Whether a file may leave the field out.
constexpr bool may_lack(const FieldTraits& traits) { return traits.may_lack || traits.sparse; }

/// A field that is a member.
template <class T, class M>
struct Field {
  std::string_view name;
  M T::* member;
  std::string_view doc;
  FieldTraits traits{};

  const M& get(const T& entity) const { return entity.*member; }
  using Read = M;
  void set(T& entity, M value) const { entity.*member = std::move(value); }
  static constexpr bool is_member = true;
};

/// A field that is made from others; with a `setter` it is read back, without it is only written.
template <class T, class G, class R>
struct Made {
  std::string_view name;
  G (*getter)(const T&);
  void (*setter)(T&, R);
  std::string_view doc;
  FieldTraits traits{};

  G get(const T& entity) const { return getter(entity); }
  using Read = R;
  void set(T& entity, R value) const {
    if (setter) setter(entity, std::move(value));
  }
  static constexpr bool is_member = false;
};

template <class T, class M>
constexpr auto field(std::string_view name, M T::* member, std::string_view doc,
                     FieldTraits traits = {}) {
  return Field<T, M>{name, member, doc, traits};
}

template <class T, class G, class R>
constexpr auto made(std::string_view name, G (*getter)(const T&), void (*setter)(T&, R),
                    std::string_view doc, FieldTraits traits = {}) {
  return Made<T, G, R>{name, getter, setter, doc, traits};
}

template <class T, class G>
constexpr auto made(std::string_view name, G (*getter)(const T&), std::string_view doc) {
  return Made<T, G, std::remove_cvref_t<G>>{name, getter, nullptr, doc, {.may_lack = true}};
}

namespace arity_detail {

struct Anything {
  template <class T>
  operator T() const;  // NOLINT: declared only, to count members
};

template <class T, class Indices>
struct TakesN;
template <class T, std::size_t... I>
struct TakesN<T, std::index_sequence<I...>> {
  static constexpr bool value = requires { T{(static_cast<void>(I), Anything{})...}; };
};

template <class T, std::size_t N = 40>
constexpr std::size_t count() {
  if constexpr (N == 0)
    return 0;
  else if constexpr (TakesN<T, std::make_index_sequence<N>>::value)
    return N;
  else
    return count<T, N - 1>();
}

}  // namespace arity_detail

/// How many members the aggregate T has.
template <class T>
constexpr std::size_t arity = arity_detail::count<T>();

/// How many fields of T's description are members.
template <Described T>
constexpr std::size_t described_members = std::apply(
    [](const auto&... fields) { return (std::size_t{0} + ... + (fields.is_member ? 1U : 0U)); },
    Describe<T>::fields);

}  // namespace perfgate
