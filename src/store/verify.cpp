// Everything is read, nothing is trusted.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.hpp"
#include "store/directory_store.hpp"
#include "sys/directory.hpp"

namespace perfgate::store {
namespace {

using Severity = Trouble::Severity;

constexpr std::string_view restore = "restore the file from a copy";

/// What has been seen so far, along the chain.
class Verification {
 public:
  explicit Verification(const Progress& progress) : progress_(progress) {}

  void expect(std::uint64_t bytes) { total_ += bytes; }

  void file(const MonthFile& file, bool newest) {
    auto reader = MonthReader::open(file.path);
    if (!reader) return add(reader.error(), file.path);
    const std::uint64_t size = reader->size();
    SealedContent found;
    const auto end = scan_lines(*reader, file.path, {}, size, [&](ScannedLine& line) {
      look_at(line, file.path);
      if (line.record && found.records++ == 0) {
        found.first = line.record->seq;
        found.prev = line.record->prev;
      }
      if (progress_) progress_(std::min(done_ + line.offset + line.length + 1, total_), total_);
      return Result<void>();
    });
    done_ += size;
    if (!end) {
      add(end.error(), file.path);
      known_ = false;
      return;
    }
    if (const SealedContent* said = reader->content()) {
      const auto digest = digest_of(file.path);
      found.last = link_.seq;
      found.head = link_.sha256;
      found.bytes = end->offset;
      if (digest) found.sha256 = *digest;
      if (const auto checked = check_content(*said, found, file.path); !checked)
        add(checked.error(), file.path);
    }
    if (end->offset == size) return;
    add({.place = fmt::format("{}:{}", file.path, end->lines + 1),
         .what = fmt::format("the line is incomplete: {} bytes that were never acknowledged",
                             size - end->offset),
         .remedy = newest ? "nothing: the next append keeps them aside"
                          : "later files follow, which cannot be: restore the file from a copy",
         .severity = newest ? Severity::info : Severity::error});
  }

  void finish(std::string_view records) {
    if (begin_ && !std::ranges::any_of(deletions_, [&](const Deletion& deletion) {
          return deletion.last == begin_->seq - 1 && deletion.head == begin_->prev;
        }))
      add({.place = begin_->place,
           .what = fmt::format(
               "the chain begins at record {}, and no record of a deletion says why", begin_->seq),
           .remedy = "earlier months were taken away: restore them from a copy"});
    finish_names();
    for (const auto& [identity, entity] : entities_) {
      if (entity.erased) continue;
      for (const auto& target : entity.refers_to) refer(identity, entity.place, target);
    }
    if (last_ < acknowledged_)
      add({.place = std::string(records),
           .what = fmt::format("records {} to {} were acknowledged, and the files end at {}",
                               last_ + 1, acknowledged_, last_),
           .remedy =
               "restore the newest file from a copy; what is written next takes their numbers",
           .severity = Severity::warning});
    for (const Index::Loss& loss : losses_)
      add({.place = std::string(records),
           .what = fmt::format("records {} to {} were acknowledged, and were gone when others were "
                               "written in their place",
                               loss.first, loss.last),
           .remedy = "look for them in a copy; remove index.sqlite to have this forgotten",
           .severity = Severity::warning});
  }

  /// The entries of names, line by line; what stands behind the last whole line was never of use.
  void names(std::string_view lines, const std::string& path) {
    people_file_ = path;
    std::size_t number = 0, at = 0;
    for (std::size_t newline; (newline = lines.find('\n', at)) != lines.npos; at = newline + 1) {
      const std::string place = fmt::format("{}:{}", path, ++number);
      const auto person = read_person(lines.substr(at, newline - at), place);
      if (person)
        named_.insert(person->token);
      else
        add(person.error(), place);
    }
  }

  void remember(std::int64_t acknowledged, std::vector<Index::Loss> losses) {
    acknowledged_ = acknowledged;
    losses_ = std::move(losses);
  }

  void add(Trouble trouble) { troubles_.push_back(std::move(trouble)); }
  void add(const Error& error, std::string_view place) {
    // A message that begins with its place is not given it twice.
    const std::string_view text = error.message;
    std::size_t skipped = 0;
    std::string where(place);
    if (text.starts_with(place)) {
      const std::size_t colon = text.find(": ", place.size());
      if (colon != text.npos) {
        where = text.substr(0, colon);
        skipped = colon + 2;
      }
    }
    add({.place = where, .what = std::string(text.substr(skipped)), .remedy = error.hint});
  }

  std::vector<Trouble> take() && { return std::move(troubles_); }

 private:
  using Identity = std::pair<Kind, std::string>;
  struct Entity {
    std::string place;
    bool erased = false;
    std::vector<Identity> refers_to;
  };
  struct Deletion {
    std::int64_t last = 0;
    std::string head;
  };

  void look_at(ScannedLine& line, std::string_view path) {
    if (!line.record) {
      add(line.record.error(), path);
      // It was the next one, whatever stands in it.
      ++link_.seq;
      known_ = false;
      return;
    }
    Record& record = *line.record;
    if (!seen_.insert(record.seq).second)
      add({.place = record.place,
           .what = fmt::format("record {} is there twice", record.seq),
           .remedy = "one was put in: restore the file from a copy"});
    if (last_ == 0 && link_.seq == 0 && known_) {
      if (record.seq != 1 || record.prev != no_record)
        begin_ = {.seq = record.seq, .prev = record.prev, .place = record.place};
    } else if (known_ || record.seq != link_.seq + 1) {
      if (const auto followed = follow(link_, record); !followed) add(followed.error(), path);
    }
    link_ = {.seq = record.seq, .sha256 = record.sha256};
    known_ = true;
    last_ = std::max(last_, record.seq);
    if (!line.is_json) {
      add({.place = record.place,
           .what = fmt::format("the value of the {} `{}` is no JSON",
                               perfgate::to_text(record.kind), record.key),
           .remedy = "it was written so: save it again"});
      return;
    }
    if (record.kind == Kind::deletion) read_deletion(record);
    if (record.kind == Kind::audit) read_erasure(record);
    for (const Term& term : line.indexed.terms)
      if (term.field == person_term) tokens_.insert(term.value);
    Entity entity{.place = record.place, .erased = record.erased()};
    for (const Term& term : line.indexed.terms)
      if (const auto kind = enum_from_text<Kind>(term.field))
        entity.refers_to.emplace_back(*kind, term.value);
    entities_[{record.kind, record.key}] = std::move(entity);
  }

  void read_deletion(const Record& record) {
    const auto json = parse_json(record.value, record.place, Code::store);
    if (!json || !json->is_object()) return;
    Deletion deletion;
    if (const auto last = json->find("last"); last != json->end() && last->is_number_integer())
      deletion.last = last->get<std::int64_t>();
    if (const auto head = json->find("head"); head != json->end() && head->is_string())
      deletion.head = head->get<std::string>();
    deletions_.push_back(std::move(deletion));
    const auto deleted = json->find("deleted");
    if (deleted == json->end() || !deleted->is_array()) return;
    for (const auto& one : *deleted) {
      if (!one.is_object() || !one.contains("kind") || !one.contains("key")) continue;
      if (!one["kind"].is_string() || !one["key"].is_string()) continue;
      if (const auto kind = enum_from_text<Kind>(one["kind"].get<std::string>()))
        deleted_.emplace(*kind, one["key"].get<std::string>());
    }
  }

  void read_erasure(const Record& record) {
    const auto json = parse_json(record.value, record.place, Code::store);
    if (!json || !json->is_object()) return;
    if (const auto subject = json->find("subject"); subject != json->end() && subject->is_string())
      erased_ += erased_in_subject(subject->get<std::string>());
  }

  void finish_names() {
    std::size_t unknown = 0, orphans = 0;
    for (const std::string& token : tokens_) unknown += !named_.contains(token);
    for (const std::string& token : named_) orphans += !tokens_.contains(token);
    if (unknown > erased_)
      add({.place = people_file_,
           .what = fmt::format("{} names that records hold tokens of are not there, and the "
                               "history tells of {} that were erased",
                               unknown, erased_),
           .remedy = "restore the file from a copy",
           .severity = Severity::warning});
    if (orphans > 0)
      add({.place = people_file_,
           .what = fmt::format("{} names are of no record: who wrote them was killed", orphans),
           .remedy = "nothing: who writes a name next takes them away",
           .severity = Severity::info});
  }

  void refer(const Identity& from, const std::string& place, const Identity& to) {
    const auto found = entities_.find(to);
    if (found != entities_.end() && !found->second.erased) return;
    if (found == entities_.end() && deleted_.contains(to)) return;
    add({.place = place,
         .what =
             fmt::format("the {} `{}` refers to the {} `{}`, which {}",
                         perfgate::to_text(from.first), from.second, perfgate::to_text(to.first),
                         to.second, found == entities_.end() ? "is not there" : "was erased"),
         .remedy = "add that one again, or erase what refers to it",
         .severity = Severity::warning});
  }

  const Progress& progress_;
  std::uint64_t done_ = 0, total_ = 0;
  std::vector<Trouble> troubles_;
  Link link_;
  bool known_ = true;  // whether link_ is what the next record must follow; else only its number is
  std::int64_t last_ = 0, acknowledged_ = 0;
  std::vector<Index::Loss> losses_;
  std::optional<Record> begin_;
  std::set<std::int64_t> seen_;
  std::map<Identity, Entity> entities_;
  std::set<Identity> deleted_;
  std::vector<Deletion> deletions_;
  std::string people_file_;
  std::set<std::string> tokens_, named_;  // in records; with an entry
  std::size_t erased_ = 0;                // so many names, as records tell
};

}  // namespace

Result<std::vector<Trouble>> DirectoryStore::verify(const Progress& progress) const {
  Verification verification(progress);
  TRY(const std::vector<MonthFile> files, month_files(records()));
  if (files.empty()) return std::move(verification).take();
  TRY(const std::vector<sys::ListedFile> listed, sys::list_files(records()));
  for (const sys::ListedFile& file : listed) {
    const std::string path = records() + "/" + file.path;
    if (std::ranges::find(files, file.path, &MonthFile::name) != files.end()) continue;
    if (file.path.contains(".torn-at-"))
      verification.add({.place = path,
                        .what = fmt::format("{} bytes of a line that was never completed nor "
                                            "acknowledged, kept aside",
                                            file.size),
                        .remedy = "nothing: remove it when you have looked at it",
                        .severity = Severity::info});
    else
      verification.add(
          {.place = path,
           .what = file.path.ends_with(".tmp") || file.path.ends_with(".new")
                       ? "left by a process that was killed"
                       : "no file of the store",
           .remedy = "`perfgate history compact` removes what was left; else remove it",
           .severity = Severity::info});
  }
  std::vector<const MonthFile*> taken;
  for (const MonthFile& file : files) {
    if (!taken.empty() && taken.back()->month() == file.month()) {
      verification.add({.place = file.path,
                        .what = "the month is sealed too: compacting it was interrupted",
                        .remedy = "`perfgate history compact` removes it, if it holds the same",
                        .severity = Severity::info});
      continue;
    }
    taken.push_back(&file);
    const auto reader = MonthReader::open(file.path);
    verification.expect(reader ? reader->size() : 0);
  }
  TRY(const std::optional<sys::FileStamp> names, sys::stamp_of(people_file()));
  if (names) {
    TRY(const std::string lines, sys::read_file(people_file(), largest_people, disk_));
    verification.names(lines, people_file());
  } else {
    verification.names({}, people_file());
  }
  for (const MonthFile* file : taken) verification.file(*file, file == taken.back());
  {
    // The index as it is: it may remember what the files do not hold.
    const std::scoped_lock lock(mutex_);
    if (!index_) index_ = make_index(true);
    const auto acknowledged = index_->acknowledged();
    auto losses = index_->losses();
    if (acknowledged && losses) verification.remember(*acknowledged, *std::move(losses));
    if (index_->failed()) index_.reset();
  }
  verification.finish(records());
  return std::move(verification).take();
}

}  // namespace perfgate::store
