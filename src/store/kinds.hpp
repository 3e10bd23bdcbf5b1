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

struct KindTraits {
  Kind kind;
  std::string_view time;  ///< JSON pointer of the entity's own time; empty: when it was written
  std::span<const TermPath> terms;
};

const KindTraits& traits(Kind kind);

/// The terms and the own time of an entity. What is absent gives no term. Errors: Code::store where
/// the value is no JSON.
struct Indexed {
  Time time;
  std::vector<Term> terms;
};
Result<Indexed> index_entity(Kind kind, std::string_view value, Time at);

/// Whether all of it is JSON.
bool is_json(std::string_view value);

}  // namespace perfgate::store
