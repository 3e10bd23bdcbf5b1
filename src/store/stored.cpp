#include "store/stored.hpp"

#include <fmt/format.h>

#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "store/repository.hpp"

namespace perfgate::store {

Result<void> check_references(const Store& store, std::string_view entity,
                              std::span<const Reference> references) {
  for (const Reference& reference : references) {
    if (reference.key.empty()) continue;
    TRY(const std::vector<Head> heads,
        store.list({.kind = reference.kind, .key = reference.key, .limit = 1}));
    if (heads.empty())
      return fail(
          Code::store,
          fmt::format("{}: `{}` refers by its `{}` to the {} `{}`, which is not there", store.url(),
                      entity, reference.field, perfgate::to_text(reference.kind), reference.key),
          "add that one first");
  }
  return {};
}

std::string Stored<Run>::key(const Run& run) {
  // Shards of one run measure different suites: each is a record of its own.
  std::string suites;
  for (const Symbol suite : run.suites) suites += (suites.empty() ? "" : "+") + suite.text();
  return fmt::format("{}#{}#{}", run.id, run.attempt, suites);
}

std::string Stored<Run>::write(const Run& run) {
  std::string value;
  write_run(run, [&](std::string_view piece) { value += piece; }, 0);
  return value;
}

Result<Run> Stored<Run>::read(std::string_view json, std::string_view place) {
  return read_run(json, place);
}

std::string Stored<Judgement>::key(const Judgement& judgement) {
  return fmt::format("{}@{}", judgement.commit.branch, judgement.run_id);
}

std::string Stored<Judgement>::write(const Judgement& judgement) {
  std::string value;
  write_judgement(judgement, [&](std::string_view piece) { value += piece; }, 0);
  return value;
}

Result<Judgement> Stored<Judgement>::read(std::string_view json, std::string_view place) {
  return read_judgement(json, place);
}

std::vector<Reference> Stored<Judgement>::references(const Judgement&) { return {}; }

}  // namespace perfgate::store
