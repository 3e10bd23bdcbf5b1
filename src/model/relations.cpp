#include "model/relations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/ascii.hpp"
#include "base/code.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "model/entities.hpp"
#include "model/field_text.hpp"

namespace perfgate {
namespace {

template <class Use>
void each_entity(const Use& use) {
  [&]<class... E>(std::type_identity<std::tuple<E...>>) {
    (use(std::type_identity<E>{}), ...);
  }(std::type_identity<Entities>{});
}

using field_detail::is_list;
using field_detail::is_optional;

/// "text", "list of number", "one of open, resolved, accepted", "[Commit](#commit)".
template <class T>
std::string type_in_words() {
  if constexpr (is_optional<T>) {
    return type_in_words<typename T::value_type>();
  } else if constexpr (is_list<T>) {
    return "list of " + type_in_words<std::remove_cv_t<typename T::value_type>>();
  } else if constexpr (Described<T>) {
    return fmt::format("[{}](#{})", Describe<T>::name, ascii_lower(Describe<T>::name));
  } else if constexpr (NamedEnum<T>) {
    std::string all;
    for (const auto& [value, text] : EnumTexts<T>::values)
      all += fmt::format("{}`{}`", all.empty() ? "" : ", ", text);
    return "one of " + all;
  } else if constexpr (std::is_same_v<T, bool>) {
    return "true or false";
  } else if constexpr (std::is_integral_v<T>) {
    return "integer";
  } else if constexpr (std::is_floating_point_v<T>) {
    return "number";
  } else if constexpr (std::is_same_v<T, Time>) {
    return "time";
  } else if constexpr (std::is_same_v<T, BaseUnit>) {
    return "one of `s`, `B`, `B/s`, `1/s`, `1`";
  } else if constexpr (std::is_same_v<T, Code>) {
    return "code";
  } else if constexpr (std::is_same_v<T, Dimensions>) {
    return "[dimensions](#dimensions)";
  } else {
    return "text";
  }
}

template <class E>
std::string field_rows() {
  std::string rows = "| field | type | unit | |\n|---|---|---|---|\n";
  const auto one = [&](const auto& described) {
    using Content = std::remove_cvref_t<decltype(described.get(std::declval<const E&>()))>;
    const bool lacks = is_optional<Content> || may_lack(described.traits);
    rows += fmt::format("| `{}` | {} | {} | {}{}{} |\n", described.name, type_in_words<Content>(),
                        described.traits.unit, described.doc, lacks ? "; may be absent" : "",
                        described.traits.personal ? "; *personal*" : "");
  };
  std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<E>::fields);
  return rows;
}

std::string relation_rows(std::string_view entity) {
  std::string rows;
  const auto row = [&](std::string_view name, std::string_view other, std::string how) {
    if (rows.empty()) rows = "\n| relation | to | by |\n|---|---|---|\n";
    rows += fmt::format("| `{}` | {} | {} |\n", name, other, how);
  };
  for (const Relation& relation : relations())
    if (relation.from == entity)
      row(relation.name, relation.to,
          relation.holds ? "they live in it" : fmt::format("its `{}`", relation.field));
  for (const Relation& relation : relations())
    if (relation.to == entity)
      row(relation.back, relation.from,
          relation.holds ? "it lives there" : fmt::format("`{}` there", relation.field));
  return rows;
}

/// "Primary key: `suite`, `name`, in its Run."
template <class E>
std::string primary_key() {
  std::string key;
  const auto one = [&](const auto& described) {
    if (described.traits.key) key += fmt::format("{}`{}`", key.empty() ? "" : ", ", described.name);
  };
  std::apply([&](const auto&... fields) { (one(fields), ...); }, Describe<E>::fields);
  if (key.empty()) return "";
  for (const Relation& relation : relations())
    if (relation.holds && relation.to == Describe<E>::name)
      key += fmt::format(", in its {}", relation.from);
  return fmt::format("Primary key: {}.\n", key);
}

template <class E>
std::string section(std::string_view heading) {
  return fmt::format("\n{} {}\n\n{}\n{}\n{}{}", heading, Describe<E>::name, Describe<E>::doc,
                     primary_key<E>(), field_rows<E>(), relation_rows(Describe<E>::name));
}

std::string dimension_rows() {
  std::string rows =
      "\n## Dimensions\n\n"
      "Free facts about what was measured: a name (letters, digits and `_`, at most 100) to null, "
      "truth, integer,\nnumber or text. These names have a fixed meaning and type where they "
      "stand. Those marked *name* tell\nbenchmarks of measurement records apart and stand in the "
      "benchmark's name; those marked *several* only\nwhere one run has several of them.\n\n"
      "| name | type | unit | | |\n|---|---|---|---|---|\n";
  for (const KnownDimension& known : known_dimensions()) {
    std::string_view type, identity;
    switch (known.type) {
      case ScalarType::truth:
        type = "true or false";
        break;
      case ScalarType::integer:
        type = "integer";
        break;
      case ScalarType::number:
        type = "number";
        break;
      case ScalarType::text:
        type = "text";
        break;
      case ScalarType::moment:
        type = "time";
        break;
    }
    switch (known.identity) {
      case Identity::always:
        identity = "name";
        break;
      case Identity::where_several:
        identity = "several";
        break;
      case Identity::never:
        break;
    }
    rows += fmt::format("| `{}` | {}{} | {} | {} | {} |\n", known.name, type,
                        known.may_be_null ? " or null" : "", known.unit, identity, known.doc);
  }
  rows +=
      "\nIn measurement records (`perfgate import --harness records`) these names are measures, "
      "and become metrics:\n`read_seconds`, `compute_seconds` and every other name that ends in "
      "`_seconds` or `_bytes` (lower is better), in\n`_bytes_per_second` or `_per_second` (higher "
      "is better). Null says: not measured. Every other member is a\ndimension; `notes` and `ok` "
      "included, but for `\"ok\": false`, which makes a note of severity error.\n";
  return rows;
}

}  // namespace

std::span<const Relation> relations() {
  static const std::vector<Relation> all = [] {
    std::vector<Relation> found;
    each_entity([&]<class E>(std::type_identity<E>) {
      each_relation<E>([&](const auto& described) {
        found.push_back({.from = Describe<E>::name,
                         .field = described.name,
                         .to = described.traits.refers,
                         .name = relation_name(described.name, described.traits),
                         .back = described.traits.back,
                         .holds = described.traits.holds});
      });
    });
    return found;
  }();
  return all;
}

std::string entities_page() {
  std::string page =
      "# The entities\n\n"
      "What perfgate remembers, as its code describes it: this page is made of those descriptions "
      "(a test compares).\nValues are held in base units. Saving an entity of the same primary key "
      "supersedes the one before; erasing\nleaves a tombstone. What an entity refers to must be "
      "there when it is written. Relations are walked either way; what lives in another entity is "
      "related to what\nthat one is related to (`finding.baseline`). What is *personal* stands "
      "beside "
      "the chain of records, and can be erased.\n";
  each_entity([&]<class E>(std::type_identity<E>) { page += section<E>("##"); });
  page += dimension_rows();
  page += "\n## Parts\n";
  [&]<class... E>(std::type_identity<std::tuple<E...>>) {
    ((page += section<E>("###")), ...);
  }(std::type_identity<EntityParts>{});
  return page;
}

}  // namespace perfgate
