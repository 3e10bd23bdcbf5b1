#pragma once
// What the verbs of `perfgate history` share. A verb is a command of its own kind: a file
// history_*.cpp and a line in history.cpp.

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/shared.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// The configuration, and the store that it names.
struct Opened {
  Settings settings;
  std::unique_ptr<store::Store> store;
};
Result<Opened> open_history(const Shared& shared, Env& env);

/// --config --policy --set --store --quiet --verbose --trace
void add_history(CLI::App& app, Shared& shared);

/// What is to be added: the record, and what to call it in messages.
struct Candidate {
  std::string name;  ///< run.json, data.js: entry 3
  std::string what;  ///< run 42, attempt 1
  store::Store::Addition record;
};

/// What became of candidates.
struct Arrival {
  std::size_t added = 0;
  std::size_t there = 0;               ///< already, and equal
  std::size_t different = 0;           ///< already, with other content
  std::vector<std::string> differing;  ///< of those, the first 20
};

/// That runs are there already, with other content.
std::unexpected<Error> refused(const Arrival& arrival, std::string remedy);

/// The run as a record. Errors: Code::usage for an id that no key can be made of.
Result<Candidate> candidate_of(const Run& run, std::string name, Time at);

/// What to do where one is there already, with other content: add nothing at all, leave that one
/// out, or supersede it.
enum class Known { refuse, keep, replace };
/// Adds the candidates, in order and all at once. One that is there with the same content is not
/// added again.
Result<Arrival> add_candidates(store::Store& store, const std::vector<Candidate>& candidates,
                               Known known);

/// "added 3, 2 were there already"
std::string tell(const Arrival& arrival);

}  // namespace perfgate::cli
