#pragma once
// Foreign keys: what an entity refers to must be there when it is written, and stay.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/field_text.hpp"
#include "model/relations.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// A foreign key: the record that must be there when this one is written. An empty key refers to
/// nothing.
struct Reference {
  std::string_view field;  ///< of the entity that refers
  Kind kind = Kind::run;
  std::string key;
};

/// The kind of an entity's records, by its name: "AuditRecord"; nullopt where it lives inside
/// another.
std::optional<Kind> kind_of_entity(std::string_view entity);

/// What an entity refers to, as its description says.
template <Described E>
std::vector<Reference> described_references(const E& entity) {
  std::vector<Reference> references;
  each_relation<E>([&](const auto& described) {
    const std::optional<Kind> kind = kind_of_entity(described.traits.refers);
    if (!kind || described.traits.holds) return;
    field_texts(entity, described.name, [&](const std::string& key) {
      references.push_back({.field = described.name, .kind = *kind, .key = key});
    });
  });
  return references;
}

/// `entity` as messages name it. A key that a record of a deletion names counts as there. Errors:
/// Code::store, naming the field and the key that leads nowhere.
Result<void> check_references(const Store& store, std::string_view entity,
                              std::span<const Reference> references);

/// Errors: Code::store, naming one that refers to the entity.
Result<void> check_not_referred_to(const Store& store, std::string_view entity,
                                   std::string_view key);

std::unexpected<Error> missing_whole(std::string_view url, std::string_view entity,
                                     std::string_view field, Kind kind, std::string_view key);

/// The path of a field that the store indexes, in the entity: of a run's `branch` it is
/// `commit.branch`.
std::optional<std::string> indexed_field(Kind kind, std::string_view field);
/// Errors: Code::usage where `has` is false.
Result<void> check_field(bool has, std::string_view entity, std::string_view field);

}  // namespace perfgate::store
