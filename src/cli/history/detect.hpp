#pragma once
// What `perfgate detect` does with lines of its own and with a store.

#include <string>

#include "base/json_writer.hpp"
#include "cli/history/changes.hpp"
#include "cli/shared.hpp"

namespace perfgate::cli {

struct DetectStoreOptions {
  Shared shared;
  std::string suite = "*", benchmark = "*", metric = "*", host_class = "*";  ///< globs
  std::string branch, since, format = "text", order = "run";
  double min_change = stats::DetectOptions{}.min_change;
  unsigned threads = 1;
};

/// The changes of a stored history. Errors: Code::usage where nothing matches.
Result<Exit> detect_in_store(const DetectStoreOptions& options, Env& env);

/// What a history's changes are printed with.
struct ChangesReport {
  std::string branch;
  std::string format;         ///< text, md, json, jsonl
  std::optional<Time> since;  ///< changes before are left out
  std::vector<HostHistory> histories;
  std::vector<HistoryChanges> changes;  ///< one a history
};
std::string print_changes(const ChangesReport& report);

/// index to provisional, and the excursions, as members of the object that is open: the same in
/// each mode.
void write_change_figures(JsonWriter& out, const stats::ChangePoint& change);
void write_excursions(JsonWriter& out, const std::vector<stats::Excursion>& excursions);

}  // namespace perfgate::cli
