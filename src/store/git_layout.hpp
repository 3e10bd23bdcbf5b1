#pragma once
// How records lie in a branch: one file each, and a summary in the message of the tip's commit.
//
//   records/2026/11/a/3/run-a3f09c51d2e87b64-17.json
//
//   people/5f/5f0c....json
//
// The first holds the record's line, the second a name that records have a token in place of
// (people.hpp). The month is that of the record, but never before the newest there is,
// so that the months follow each other as the records do. `a` and `3` begin the digest of kind and
// key: no directory grows beyond what a push can carry, and one key is found without a search.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/kind.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// What a file's path tells.
struct RecordFile {
  std::string month;  ///< "2026-11"
  Kind kind = Kind::run;
  std::string digest;  ///< of kind and key, 16 hex digits
  std::int64_t seq = 0;

  bool operator==(const RecordFile&) const = default;
};

std::string key_digest(Kind kind, std::string_view key);
std::string path_of(const RecordFile& file);
/// Nothing where no record has this path.
std::optional<RecordFile> file_at(std::string_view path);
/// The directory that holds a key's records of a month: "records/2026/11/a/3/".
std::string shard_of(std::string_view month, std::string_view digest);

/// Where the entry of a token stands: "people/5f/5f0c....json".
std::string path_of_person(std::string_view token);
bool is_person_path(std::string_view path);

/// All months from the first to the last, both included; none where one is malformed.
std::vector<std::string> months_between(std::string_view first, std::string_view last);

/// What the tip says of the whole branch, so that a writer need not read it.
struct TipSummary {
  std::int64_t seq = 0;                 ///< of the newest record
  std::string head;                     ///< its sha256
  std::string first_month, last_month;  ///< of the files

  bool operator==(const TipSummary&) const = default;
};

/// A subject for people, and the summary as trailers.
std::string commit_message(std::span<const Record> added, const TipSummary& summary);
/// The summary back; nothing where perfgate did not write it.
std::optional<TipSummary> summary_of(std::string_view message);

}  // namespace perfgate::store
