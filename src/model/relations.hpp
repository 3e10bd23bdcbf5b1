#pragma once
// How entities hang together, as their descriptions tell it.

#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "base/describe.hpp"

namespace perfgate {

/// A relation, seen from the entity that holds the key of the other one, or the other ones.
struct Relation {
  std::string_view from, field;  ///< Judgement, run
  std::string_view to;           ///< Run
  std::string_view name, back;   ///< judgement.run, run.judgements
  bool holds = false;            ///< the others live in this one: Run, benchmarks
};

constexpr std::string_view relation_name(std::string_view field, const FieldTraits& traits) {
  return traits.as.empty() ? field : traits.as;
}

/// Calls `use(field)` for each field of E that tells of a relation.
template <Described E, class Use>
constexpr void each_relation(const Use& use) {
  const auto one = [&](const auto& described) {
    if (!described.traits.refers.empty()) use(described);
  };
  std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<E>::fields);
}

/// All of them, entity by entity.
std::span<const Relation> relations();

/// The reference page of all entities, in Markdown: docs/entities.md.
std::string entities_page();

}  // namespace perfgate
