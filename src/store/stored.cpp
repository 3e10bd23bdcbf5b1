#include "store/stored.hpp"

#include <fmt/format.h>

#include "model/judgement_fields.hpp"
#include "model/judgement_json.hpp"
#include "model/run_json.hpp"

namespace perfgate::store {

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

std::vector<Reference> Stored<Judgement>::references(const Judgement& judgement) {
  return described_references(judgement);
}

}  // namespace perfgate::store
