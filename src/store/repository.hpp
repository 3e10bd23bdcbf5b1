#pragma once
// Entities over any store: save, find, count, erase.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"
#include "store/stored.hpp"

namespace perfgate::store {

/// Errors: Code::store, naming the reference that leads nowhere.
Result<void> check_references(const Store& store, std::string_view entity,
                              std::span<const Reference> references);

/// The entities of one kind. Every function gives the newest version of an entity; erased ones are
/// not there.
template <class E>
class Repository {
 public:
  explicit Repository(Store& store) : store_(store) {}

  /// Adds the entity, or supersedes the one of the same key. What it refers to must be there.
  Result<void> save(const E& entity, Time at) {
    const std::string key = Stored<E>::key(entity), value = Stored<E>::write(entity);
    return store_.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
      TRY(const std::optional<Record> before, locked.find(Stored<E>::kind, key));
      if (before && before->value == value) return std::vector<Store::Addition>{};
      CHECKED(check_references(locked, key, Stored<E>::references(entity)));
      return std::vector{Store::Addition{Stored<E>::kind, key, value, at}};
    });
  }

  Result<std::optional<E>> find(std::string_view key) const {
    TRY(const std::optional<Record> record, store_.find(Stored<E>::kind, key));
    if (!record) return std::nullopt;
    TRY(E entity, Stored<E>::read(record->value, record->place));
    return entity;
  }

  /// Oldest first.
  Result<std::vector<E>> find_all(Selection selection = {}) const {
    selection.kind = Stored<E>::kind;
    std::vector<E> entities;
    CHECKED(store_.scan(selection, [&](const Record& record) -> Result<bool> {
      TRY(E entity, Stored<E>::read(record.value, record.place));
      entities.push_back(std::move(entity));
      return true;
    }));
    return entities;
  }
  /// By a field that the store indexes (kinds.cpp).
  Result<std::vector<E>> find_by(std::string_view field, std::string_view value) const {
    return find_all({.terms = {{std::string(field), std::string(value)}}});
  }

  Result<std::size_t> count(Selection selection = {}) const {
    selection.kind = Stored<E>::kind;
    TRY(const std::vector<Head> heads, store_.list(selection));
    return heads.size();
  }

  /// Leaves a tombstone: what it was stays in the log. Nothing where it is not there.
  Result<void> erase(std::string_view key, Time at) {
    return store_.append(Stored<E>::kind, key, "null", at);
  }

 private:
  Store& store_;
};

}  // namespace perfgate::store
