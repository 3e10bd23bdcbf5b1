#include "store/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "store/kinds.hpp"

namespace perfgate::store {
namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 7> entity_kinds{
    {{"Run", Kind::run},
     {"Judgement", Kind::judgement},
     {"Baseline", Kind::baseline},
     {"Incident", Kind::incident},
     {"Waiver", Kind::waiver},
     {"Mark", Kind::mark},
     {"AuditRecord", Kind::audit}}};

Result<bool> is_there(const Store& store, Kind kind, const std::string& key) {
  TRY(const std::vector<Head> heads, store.list({.kind = kind, .key = key, .limit = 1}));
  if (!heads.empty()) return true;
  bool named = false;
  CHECKED(store.scan({.kind = Kind::deletion}, [&](const Record& deletion) -> Result<bool> {
    named = deletion.value.contains('"' + key + '"');
    return !named;
  }));
  return named;
}

std::unexpected<Error> leads_nowhere(std::string_view url, std::string_view entity,
                                     std::string_view field, Kind kind, std::string_view key) {
  return fail(Code::store,
              fmt::format("{}: the {} refers by its `{}` to the {} `{}`, which is not there", url,
                          entity, field, perfgate::to_text(kind), safe_text(key, 200)),
              "add that one first");
}

}  // namespace

std::optional<Kind> kind_of_entity(std::string_view entity) {
  for (const auto& [name, kind] : entity_kinds)
    if (name == entity) return kind;
  return std::nullopt;
}

Result<void> check_references(const Store& store, std::string_view entity,
                              std::span<const Reference> references) {
  for (const Reference& reference : references) {
    if (reference.key.empty()) continue;
    TRY(const bool there, is_there(store, reference.kind, reference.key));
    if (!there)
      return leads_nowhere(store.url(), entity, reference.field, reference.kind, reference.key);
  }
  return {};
}

Result<void> check_not_referred_to(const Store& store, std::string_view entity,
                                   std::string_view key) {
  for (const Relation& relation : relations()) {
    const std::optional<Kind> kind = kind_of_entity(relation.from);
    if (relation.to != entity || relation.holds || !kind || !indexed_field(*kind, relation.field))
      continue;
    TRY(const std::vector<Head> heads,
        store.list({.kind = kind,
                    .terms = {{std::string(relation.field), std::string(key)}},
                    .limit = 1}));
    if (!heads.empty())
      return fail(Code::store,
                  fmt::format("{}: the {} `{}` is referred to by the `{}` of the {} `{}`",
                              store.url(), entity, safe_text(key, 200), relation.field,
                              relation.from, safe_text(heads.front().key, 200)),
                  "erase that one first");
  }
  return {};
}

std::unexpected<Error> missing_whole(std::string_view url, std::string_view entity,
                                     std::string_view field, Kind kind, std::string_view key) {
  return leads_nowhere(url, entity, field, kind, key);
}

std::optional<std::string> indexed_field(Kind kind, std::string_view field) {
  for (const TermPath& path : traits(kind).terms) {
    if (path.field != field) continue;
    std::string dotted(path.pointer.substr(1));
    std::ranges::replace(dotted, '/', '.');
    return dotted;
  }
  return std::nullopt;
}

Result<void> check_field(bool has, std::string_view entity, std::string_view field) {
  if (has) return {};
  return fail(Code::usage, fmt::format("a {} has no field `{}`", entity, safe_text(field, 100)),
              "docs/entities.md lists the fields");
}

}  // namespace perfgate::store
