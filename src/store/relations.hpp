#pragma once
// Foreign keys, and walking from an entity to those that hang together with it.

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/relations.hpp"
#include "store/repository.hpp"

namespace perfgate::store {

namespace relation_detail {

template <class Item>
struct EntityOf {
  using Type = Item;
};
template <class E>
struct EntityOf<In<E>> {
  using Type = E;
};

constexpr bool is_asked(std::string_view asked, std::string_view name) {
  return asked.empty() || asked == name;
}

/// Whether From holds keys of To, or To lives in From.
template <class From, class To>
constexpr bool refers() {
  bool found = false;
  each_relation<From>([&](const auto& described) {
    found = found || described.traits.refers == Describe<To>::name;
  });
  return found;
}

template <class From, class To>
constexpr bool lives_in() {
  if constexpr (Contained<From>) return std::is_same_v<typename Part<From>::Whole, To>;
  return false;
}

template <class From, class To>
constexpr bool related_directly() {
  return refers<From, To>() || refers<To, From>() || lives_in<From, To>();
}

/// Whether they are related, if need be by what From lives in.
template <class From, class To>
constexpr bool are_related() {
  if constexpr (related_directly<From, To>())
    return true;
  else if constexpr (Contained<From>)
    return !lives_in<To, typename Part<From>::Whole>() &&
           related_directly<typename Part<From>::Whole, To>();
  else
    return false;
}

}  // namespace relation_detail

/// The entities of type To that `from` is related to, in either direction: of the run its
/// measurements, of the finding its run (as its judgement says it). With `relation` only by the
/// relation of that name (docs/entities.md): related<Run>(store, finding, "run"). What is not there
/// any more is left out.
template <class To, class From>
Result<std::vector<ItemOf<To>>> related(Store& store, const From& from,
                                        std::string_view relation = {}) {
  using namespace relation_detail;
  using Entity = typename EntityOf<From>::Type;
  static_assert(are_related<Entity, To>(), "these two are not related: see docs/entities.md");
  std::vector<ItemOf<To>> result;
  std::optional<Error> trouble;
  const auto add = [&](auto&& found) {
    if (!found) {
      trouble = std::move(found).error();
    } else if constexpr (requires { found->has_value(); }) {
      if (*found) result.push_back(**std::move(found));
    } else {
      for (auto& one : *found) result.push_back(std::move(one));
    }
  };
  if constexpr (related_directly<Entity, To>()) {
    const Repository<To> others(store);
    each_relation<Entity>([&](const auto& described) {
      if (described.traits.refers != Describe<To>::name || trouble ||
          !is_asked(relation, relation_name(described.name, described.traits)))
        return;
      if (described.traits.holds) {
        add(others.find_by(described.traits.back, key_of(from)));
      } else {
        field_texts(entity_of(from), described.name, [&](const std::string& key) {
          if (!key.empty() && !trouble) add(others.find(key));
        });
      }
    });
    each_relation<To>([&](const auto& described) {
      if (described.traits.refers != Describe<Entity>::name || trouble ||
          !is_asked(relation, described.traits.back))
        return;
      if (described.traits.holds) {
        if constexpr (lives_in<Entity, To>()) add(others.find(Part<Entity>::whole(from)));
      } else {
        add(others.find_by(described.name, key_of(from)));
      }
    });
  } else {
    using Whole = typename Part<Entity>::Whole;
    TRY(const std::optional<Whole> whole, Repository<Whole>(store).find(Part<Entity>::whole(from)));
    if (!whole) return result;
    return related<To>(store, *whole, relation);
  }
  if (trouble) return std::unexpected(*std::move(trouble));
  return result;
}

}  // namespace perfgate::store
