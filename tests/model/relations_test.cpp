#include "model/relations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "model/entities.hpp"
#include "paths.hpp"

namespace perfgate {
namespace {

// AC:entities-page
TEST_CASE("the reference page of entities is what their descriptions say") {
  const std::string path = PERFGATE_SOURCE_DIR "/docs/entities.md";
  const std::string page = entities_page();
  if (std::getenv("PERFGATE_ACCEPT")) std::ofstream(path, std::ios::binary) << page;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_MESSAGE(text == page,
                "docs/entities.md is not what the descriptions say; approve with "
                "PERFGATE_ACCEPT=1");
}

TEST_CASE("every relation has a name in both directions and joins two entities") {
  std::set<std::string_view> entities;
  [&]<class... E>(std::type_identity<std::tuple<E...>>) {
    (entities.insert(Describe<E>::name), ...);
  }(std::type_identity<Entities>{});
  std::set<std::pair<std::string_view, std::string_view>> names;
  for (const Relation& relation : relations()) {
    CAPTURE(relation.from);
    CAPTURE(relation.field);
    CHECK(entities.contains(relation.to));
    CHECK_FALSE(relation.back.empty());
    // No entity has two relations of one name.
    CHECK(names.emplace(relation.from, relation.name).second);
    CHECK(names.emplace(relation.to, relation.back).second);
  }
  const auto has = [&](std::string_view from, std::string_view to, std::string_view name,
                       std::string_view back, bool holds) {
    return std::ranges::any_of(relations(), [&](const Relation& r) {
      return r.from == from && r.to == to && r.name == name && r.back == back && r.holds == holds;
    });
  };
  CHECK(has("Measurement", "Run", "run", "measurements", false));
  CHECK(has("Run", "Benchmark", "benchmarks", "run", true));
  CHECK(has("Judgement", "Baseline", "baseline", "judgements", false));
  CHECK(has("Judgement", "Finding", "findings", "judgement", true));
}

TEST_CASE("every entity says what it is and has a key or lives in another") {
  [&]<class... E>(std::type_identity<std::tuple<E...>>) {
    const auto one = [&]<class Entity>(std::type_identity<Entity>) {
      CAPTURE(Describe<Entity>::name);
      CHECK_FALSE(Describe<Entity>::doc.empty());
      bool has_key = std::ranges::any_of(relations(), [](const Relation& relation) {
        return relation.holds && relation.to == Describe<Entity>::name;
      });
      std::apply(
          [&](const auto&... fields) {
            ((has_key = has_key || fields.traits.key), ...);
            CHECK((!fields.doc.empty() && ...));
          },
          Describe<Entity>::fields);
      CHECK(has_key);
    };
    (one(std::type_identity<E>{}), ...);
  }(std::type_identity<Entities>{});
}

}  // namespace
}  // namespace perfgate
