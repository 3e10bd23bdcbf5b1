// Names of persons in a directory store: PATH/people.jsonl, an entry a line (people.hpp). An entry
// is on disk before the record that holds its token, so that no name is lost; one whose record was
// never written is an orphan, which the next writer takes away.

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/parallel.hpp"
#include "store/directory_store.hpp"

namespace perfgate::store {
namespace {

bool is_personal(const Head& head) { return !traits(head.kind).personal.empty(); }

}  // namespace

Result<People> read_people(const std::string& path, const sys::Disk& disk) {
  TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(path));
  if (!stamp) return People{};
  TRY(const std::string lines, sys::read_file(path, largest_people, disk));
  return People::read(lines, path);
}

Result<void> write_people(const std::string& path, const People& people,
                          const std::set<std::string>& without, const sys::Disk& disk) {
  std::string lines;
  for (const auto& [token, person] : people.all())
    if (!without.contains(token)) lines += person_line(person);
  if (lines.empty()) return sys::remove_file(path, disk);
  return sys::write_file_atomic(path, lines, sys::Durable::yes, disk);
}

Result<std::shared_ptr<const People>> DirectoryStore::people() const {
  const std::scoped_lock lock(people_mutex_);
  for (int attempt = 0;; ++attempt) {
    // Looked at before it is read: what is added meanwhile shows in the next stamp.
    TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(people_file()));
    if (people_ && stamp == people_stamp_) return people_;
    auto read = read_people(people_file(), disk_);
    if (!read) {
      // It may have gone between the look and the reading.
      TRY(const std::optional<sys::FileStamp> after, sys::stamp_of(people_file()));
      if (after == stamp || attempt == 3) return std::unexpected(std::move(read).error());
      continue;
    }
    people_ = std::make_shared<const People>(*std::move(read));
    people_stamp_ = stamp;
    return people_;
  }
}

Result<void> DirectoryStore::read(std::span<const Head> heads, const Visit& visit,
                                  unsigned workers) const {
  // Read after the heads were listed: an entry is older than its record.
  std::shared_ptr<const People> known;
  if (std::ranges::any_of(heads, is_personal)) {
    TRY(known, people());
  }
  return read_stored(
      heads,
      [&](std::size_t i, Record& record) {
        if (known && is_personal(heads[i]))
          record.value = known->show_names(std::move(record.value));
        return visit(i, record);
      },
      workers);
}

Result<std::vector<Head>> DirectoryStore::list(const Selection& selection) const {
  Index::Aliases aliases;
  for (const Term& term : selection.terms) {
    if (!names_person(term.field)) continue;
    TRY(const std::shared_ptr<const People> known, people());
    nlohmann::json values{term.value};
    for (const auto& [token, person] : known->all())
      if (person.name == term.value) values.push_back(token);
    if (values.size() > 1)
      aliases[term] = values.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::vector<Head> heads;
  CHECKED(with_index([&](Index& index) -> Result<void> {
    TRY(heads, index.list(selection, aliases));
    return {};
  }));
  return heads;
}

Result<std::vector<Store::Addition>> DirectoryStore::keep_names(std::vector<Addition> additions) {
  std::vector<Person> persons;
  for (Addition& addition : additions) {
    TRY(addition.value, hide_names(addition.kind, addition.value, persons));
  }
  if (persons.empty()) return additions;
  CHECKED(forget_orphans());
  TRY(const std::shared_ptr<const People> known, people());
  TRY(const std::optional<sys::FileStamp> stamp, sys::stamp_of(people_file()));
  // A line that was never completed was never of use.
  if (stamp && stamp->size > known->whole())
    CHECKED(sys::cut_file(people_file(), known->whole(), disk_));
  std::string lines;
  for (const Person& person : persons) lines += person_line(person);
  TRY(sys::AppendFile out, sys::AppendFile::open(people_file(), disk_));
  CHECKED(out.write(lines));
  if (const auto written = out.commit(); !written) return std::unexpected(written.error());
  return additions;
}

Result<void> DirectoryStore::forget(const std::set<std::string>& tokens) {
  if (tokens.empty()) return {};
  TRY(const std::shared_ptr<const People> known, people());
  return write_people(people_file(), *known, tokens, disk_);
}

Result<void> DirectoryStore::forget_orphans() {
  TRY(const std::shared_ptr<const People> known, people());
  if (known->size() == 0) return {};
  std::set<std::string> used;
  CHECKED(with_index([&](Index& index) -> Result<void> {
    TRY(used, index.values(person_term));
    return {};
  }));
  std::set<std::string> orphans;
  for (const auto& [token, person] : known->all())
    if (!used.contains(token)) orphans.insert(token);
  return forget(orphans);
}

Result<Erasure> DirectoryStore::look_for(std::string_view name) const {
  TRY(const std::shared_ptr<const People> known, people());
  Erasure erasure{.names = known->tokens_of(name).size()};
  TRY(const std::vector<Head> heads, list({.all_versions = true}));
  std::mutex mutex;
  CHECKED(read_stored(
      heads,
      [&](std::size_t i, Record& record) -> Result<bool> {
        if (!mentions(record.value, name) && !mentions(record.key, name)) return true;
        const std::scoped_lock lock(mutex);
        erasure.mentions.push_back(heads[i].seq);
        return true;
      },
      processors()));
  std::ranges::sort(erasure.mentions);
  return erasure;
}

Result<Erasure> DirectoryStore::erase_person(std::string_view name, const TellErasure& tell) {
  TRY(Erasure erasure, look_for(name));
  if (!tell || erasure.names == 0) return erasure;
  TRY(const sys::FileLock lock, take_lock());
  TRY(std::shared_ptr<const People> known, people());
  erasure.names = known->tokens_of(name).size();
  if (erasure.names == 0) return erasure;
  // It is told first: where we are killed in between, it is said and done again.
  Addition told = tell(erasure);
  // Whoever erases their own name is not named by the record of it either.
  TRY(told.value, without_person(told.kind, told.value, name));
  CHECKED(append_locked([&](const Store&) { return std::vector{told}; }));
  TRY(known, people());
  const std::vector<std::string> tokens = known->tokens_of(name);
  CHECKED(forget({tokens.begin(), tokens.end()}));
  return erasure;
}

}  // namespace perfgate::store
