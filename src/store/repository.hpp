#pragma once
// Entities over any store: save, find, count, erase. Those that have records of their own, and
// those that live inside others, in the same way.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/entities.hpp"
#include "model/field_text.hpp"
#include "store/parts.hpp"
#include "store/references.hpp"
#include "store/store.hpp"
#include "store/stored.hpp"

namespace perfgate::store {

template <class E>
concept Recorded = requires { Stored<E>::kind; };
template <class E>
concept Contained = requires { typename Part<E>::Whole; };

namespace repository_detail {
template <class E>
struct ItemOf {
  using Type = E;
};
template <Contained E>
struct ItemOf<E> {
  using Type = typename Part<E>::Item;
};
}  // namespace repository_detail

/// What a repository of E hands out: E, or where it lives inside another In<E>, which names that.
template <class E>
using ItemOf = typename repository_detail::ItemOf<E>::Type;

template <Recorded E>
std::string key_of(const E& entity) {
  return Stored<E>::key(entity);
}
inline std::string key_of(const Measurement& item) { return Part<Measurement>::key(item); }
template <Contained E>
std::string key_of(const In<E>& item) {
  return Part<E>::key(item);
}
template <class E>
const E& entity_of(const E& entity) {
  return entity;  // NOLINT(bugprone-return-const-ref-from-parameter): used within one expression
}
template <class E>
const E& entity_of(const In<E>& item) {
  return item.part;
}

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
      CHECKED(check_references(locked, fmt::format("{} `{}`", Describe<E>::name, key),
                               Stored<E>::references(entity)));
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

  /// By a field that the store indexes (kinds.cpp), or by any that is described: `verdict`,
  /// `commit.branch`, `findings.benchmark`. Errors: Code::usage where there is no such field.
  Result<std::vector<E>> find_by(std::string_view field, std::string_view value) const {
    const std::optional<std::string> indexed = indexed_field(Stored<E>::kind, field);
    if (indexed && !value.empty())
      return find_all({.terms = {{std::string(field), std::string(value)}}});
    const std::string path = indexed.value_or(std::string(field));  // no index knows empty texts
    CHECKED(check_field(has_field<E>(path), Describe<E>::name, field));
    TRY(std::vector<E> entities, find_all());
    std::erase_if(entities, [&](const E& entity) { return !field_is(entity, path, value); });
    return entities;
  }

  Result<std::size_t> count(Selection selection = {}) const {
    selection.kind = Stored<E>::kind;
    TRY(const std::vector<Head> heads, store_.list(selection));
    return heads.size();
  }

  /// Leaves a tombstone: what it was stays in the log. Nothing where it is not there. Errors:
  /// Code::store where others refer to it.
  Result<void> erase(std::string_view key, Time at) {
    return store_.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
      TRY(const std::optional<Record> before, locked.find(Stored<E>::kind, key));
      if (!before) return std::vector<Store::Addition>{};
      CHECKED(check_not_referred_to(locked, Describe<E>::name, key));
      return std::vector{Store::Addition{Stored<E>::kind, std::string(key), "null", at}};
    });
  }

 private:
  Store& store_;
};

/// The entities that live inside others. What is saved or erased supersedes the whole.
template <Contained E>
class Repository<E> {
 public:
  using Whole = typename Part<E>::Whole;
  using Item = typename Part<E>::Item;

  explicit Repository(Store& store) : store_(store) {}

  /// The whole must be there.
  Result<void> save(const Item& item, Time at) {
    return rewrite(Part<E>::whole(item), at, [&](std::optional<Whole>& whole) -> Result<void> {
      if (!whole)
        return missing_whole(store_.url(), fmt::format("{} `{}`", Describe<E>::name, key_of(item)),
                             Part<E>::whole_field, Stored<Whole>::kind, Part<E>::whole(item));
      return Part<E>::put(*whole, item);
    });
  }

  Result<std::optional<Item>> find(std::string_view key) const {
    const std::string whole_key = whole_of_part_key(key);
    TRY(const std::optional<Whole> whole, Repository<Whole>(store_).find(whole_key));
    if (!whole) return std::nullopt;
    for (Item& item : Part<E>::all(whole_key, *whole))
      if (key_of(item) == key) return std::move(item);
    return std::nullopt;
  }

  /// Whole by whole, oldest first; the selection is of the wholes.
  Result<std::vector<Item>> find_all(Selection selection = {}) const {
    selection.kind = Stored<Whole>::kind;
    std::vector<Item> items;
    CHECKED(store_.scan(selection, [&](const Record& record) -> Result<bool> {
      TRY(const Whole whole, Stored<Whole>::read(record.value, record.place));
      for (Item& item : Part<E>::all(record.key, whole)) items.push_back(std::move(item));
      return true;
    }));
    return items;
  }

  /// By any field that is described, or by the key of the whole: `run`, `judgement`. Errors:
  /// Code::usage where there is no such field.
  Result<std::vector<Item>> find_by(std::string_view field, std::string_view value) const {
    if (field == Part<E>::whole_field) {
      if (value.empty()) return std::vector<Item>{};  // an empty key would not restrict
      return find_all({.key = std::string(value)});
    }
    CHECKED(check_field(has_field<E>(field), Describe<E>::name, field));
    Selection selection;
    if (std::ranges::find(Part<E>::narrows, field) != Part<E>::narrows.end() && !value.empty())
      selection.terms = {{std::string(field), std::string(value)}};
    TRY(std::vector<Item> items, find_all(selection));
    std::erase_if(items,
                  [&](const Item& item) { return !field_is(entity_of(item), field, value); });
    return items;
  }

  Result<std::size_t> count(Selection selection = {}) const {
    TRY(const std::vector<Item> items, find_all(selection));
    return items.size();
  }

  /// Takes it out of its whole. Nothing where it is not there.
  Result<void> erase(std::string_view key, Time at) {
    const std::string whole_key = whole_of_part_key(key);
    return rewrite(whole_key, at, [&](std::optional<Whole>& whole) -> Result<void> {
      if (!whole) return {};
      for (const Item& item : Part<E>::all(whole_key, *whole))
        if (key_of(item) == key) Part<E>::take(*whole, item);
      return {};
    });
  }

 private:
  template <class Change>
  Result<void> rewrite(const std::string& key, Time at, const Change& change) {
    return store_.append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
      TRY(const std::optional<Record> record, locked.find(Stored<Whole>::kind, key));
      std::optional<Whole> whole;
      if (record) {
        TRY(whole, Stored<Whole>::read(record->value, record->place));
      }
      CHECKED(change(whole));
      if (!whole) return std::vector<Store::Addition>{};
      std::string value = Stored<Whole>::write(*whole);
      if (value == record->value) return std::vector<Store::Addition>{};
      return std::vector{Store::Addition{Stored<Whole>::kind, key, std::move(value), at}};
    });
  }

  Store& store_;
};

}  // namespace perfgate::store
