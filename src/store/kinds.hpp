#pragma once
// What the store knows of each kind of record: how it is found without reading it.

#include <span>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace perfgate::store {

/// A field by which records of a kind can be found, and where its value stands in the entity.
struct TermPath {
  std::string_view field;    ///< "branch"
  std::string_view pointer;  ///< JSON pointer: "/commit/branch"; a list gives a term per item
};

/// A field that names a person: of the entity, or of each item in a list of it.
struct PersonalPath {
  std::string_view list;  ///< "waivers"; empty: it stands in the entity itself
  std::string_view field;
};

struct KindTraits {
  Kind kind;
  std::string_view time;  ///< JSON pointer of the entity's own time; empty: when it was written
  std::span<const TermPath> terms;
  std::span<const PersonalPath> personal{};
};

const KindTraits& traits(Kind kind);

/// Whether entities are found by this field by a person's name, for which records hold tokens.
bool names_person(std::string_view field);
/// The term of every token (store/people.hpp) in an entity.
inline constexpr std::string_view person_term = "person";

/// The terms and the own time of an entity. What is absent gives no term. Errors: Code::store where
/// the value is not JSON, all of it.
struct Indexed {
  Time time;
  std::vector<Term> terms;
};
Result<Indexed> index_entity(Kind kind, std::string_view value, Time at);

}  // namespace perfgate::store
