// Retention: whole months go, oldest first, what is still needed having been written again.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_writer.hpp"
#include "store/directory_store.hpp"

namespace perfgate::store {
namespace {

/// The beginning of the month that lies `months` before that of `now`.
Result<Time> months_before(Time now, int months) {
  const std::string text = perfgate::to_text(now);
  const int count = std::stoi(text.substr(0, 4)) * 12 + std::stoi(text.substr(5, 2)) - 1 - months;
  if (months < 0 || count < 0)
    return fail(Code::usage, fmt::format("retention of {} months: it must be 0 or more", months));
  return time_from_text(fmt::format("{:04}-{:02}-01T00:00:00.000Z", count / 12, count % 12 + 1));
}

std::string deletion_json(const Pruned::Month& month, std::string_view head, Time before,
                          const Retention& retention, std::span<const Head> heads,
                          std::span<const Place> places) {
  std::string json;
  {
    JsonWriter out([&](std::string_view piece) { json += piece; });
    const auto text = [&](std::string_view name, std::string_view value) {
      out.key(name);
      out.value(value);
    };
    const auto number = [&](std::string_view name, std::int64_t value) {
      out.key(name);
      out.value(value);
    };
    out.begin_object();
    text("month", month.month);
    text("head", head);
    number("first", month.first);
    number("last", month.last);
    number("records", month.records);
    text("before", perfgate::to_text(before));
    text("by", retention.by);
    text("why", retention.why);
    out.key("deleted");
    out.begin_array();
    for (std::size_t i = 0; i < heads.size(); ++i) {
      out.begin_object();
      number("seq", heads[i].seq);
      text("kind", perfgate::to_text(heads[i].kind));
      text("key", heads[i].key);
      text("sha256", places[i].sha256);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  return json;
}

/// What is in force and must stay although its month goes.
class Needed {
 public:
  Needed(Index& index, std::int64_t last) : index_(index), last_(last) {}

  Result<std::vector<Head>> all() {
    CHECKED(add({.kind = Kind::baseline}));
    CHECKED(add({.kind = Kind::deletion}));
    CHECKED(add({.kind = Kind::checkpoint}));
    CHECKED(add({.kind = Kind::incident, .terms = {{"state", "open"}}}));
    // What stays refers to others, and those to others again.
    TRY(const std::vector<Head> staying, index_.list({}));
    for (const Head& head : staying)
      if (head.seq > last_) CHECKED(follow_references(head));
    std::vector<Head> heads;
    for (const auto& [seq, head] : needed_) heads.push_back(head);
    return heads;
  }

 private:
  Result<void> add(const Selection& selection) {
    TRY(const std::vector<Head> heads, index_.list(selection));
    for (const Head& head : heads) {
      if (head.seq > last_ || !needed_.emplace(head.seq, head).second) continue;
      CHECKED(follow_references(head));
    }
    return {};
  }

  Result<void> follow_references(const Head& head) {
    TRY(const std::vector<Term> terms, index_.terms(head.seq));
    for (const Term& term : terms) {
      if (term.field == "run_id" || term.field == "opened_by" || term.field == "closed_by") {
        CHECKED(add({.kind = Kind::run, .terms = {{"id", term.value}}}));
        CHECKED(add({.kind = Kind::judgement, .key = term.value}));
      } else if (const auto kind = enum_from_text<Kind>(term.field)) {
        CHECKED(add({.kind = kind, .key = term.value}));
      }
    }
    return {};
  }

  Index& index_;
  std::int64_t last_;  // the last record that goes
  std::map<std::int64_t, Head> needed_;
};

}  // namespace

Result<Pruned> DirectoryStore::prune(const Retention& retention, const Progress& progress) {
  const std::string doing = fmt::format("pruning the store {}", path_);
  if (retention.legal_hold)
    return fail(Code::store,
                fmt::format("{}: it is under a legal hold{}{}", doing,
                            retention.hold_reason.empty() ? "" : ": ", retention.hold_reason),
                "nothing may be deleted until the hold is lifted");
  Pruned pruned;
  TRY(pruned.before, retention.before ? Result<Time>(*retention.before)
                                      : months_before(retention.now, retention.months));
  TRY(const std::vector<IndexedFile> before, closed_months());
  if (before.empty()) return pruned;

  TRY(const sys::FileLock lock, take_lock());
  if (!retention.dry_run) CHECKED(remove_leftovers());
  std::vector<Head> carried;
  std::vector<Addition> additions;
  struct Going {
    std::string file, head;
  };
  std::vector<Going> going;
  CHECKED(with_index([&](Index& index) -> Result<void> {
    pruned.months.clear();
    additions.clear();
    going.clear();
    std::int64_t last = 0;
    TRY(std::vector<IndexedFile> closed, index.files());
    if (!closed.empty()) closed.pop_back();
    for (const IndexedFile& file : closed) {
      if (file.records == 0) continue;
      TRY(const std::vector<Head> heads, index.in_file(file.id));
      if (std::ranges::any_of(heads, [&](const Head& h) { return !(h.at < pruned.before); })) break;
      if (std::cmp_not_equal(heads.size(), file.records))
        return fail(Code::store,
                    fmt::format("{}: the index does not know all of {}", doing, file.name),
                    "remove index.sqlite: it is made again from the records");
      going.push_back({file.name, file.last_sha256});
      last = file.last_seq;
      std::vector<Place> places;
      for (const Head& head : heads) {
        TRY(const std::optional<Place> place, index.place(head.seq));
        places.push_back(place.value_or(Place{}));
      }
      pruned.months.push_back({.month = file.name.substr(0, 7),
                               .first = file.first_seq,
                               .last = file.last_seq,
                               .records = file.records});
      // Where it was said before, and we were killed then, it need not be said again.
      TRY(const std::vector<Head> said,
          index.list({.kind = Kind::deletion, .terms = {{"head", file.last_sha256}}}));
      if (!said.empty()) continue;
      additions.push_back({.kind = Kind::deletion,
                           .key = pruned.months.back().month,
                           .value = deletion_json(pruned.months.back(), file.last_sha256,
                                                  pruned.before, retention, heads, places),
                           .at = retention.now});
    }
    TRY(carried, Needed(index, last).all());
    return {};
  }));
  pruned.carried = carried.size();
  if (retention.dry_run || going.empty()) return pruned;

  std::vector<Addition> again;
  CHECKED(read(
      carried,
      [&](std::size_t, Record& record) -> Result<bool> {
        again.push_back({record.kind, record.key, std::move(record.value), retention.now});
        return true;
      },
      1));
  std::ranges::move(additions, std::back_inserter(again));
  if (!again.empty())
    CHECKED(append_locked([&](const Store&) -> Result<std::vector<Addition>> { return again; }));
  for (std::size_t f = 0; f < going.size(); ++f) {
    // Nothing goes of which no deletion tells.
    TRY(const std::vector<Head> said,
        list({.kind = Kind::deletion, .terms = {{"head", going[f].head}}}));
    if (said.empty())
      return fail(Code::store,
                  fmt::format("{}: no record tells of the deletion of {}", doing, going[f].file));
    CHECKED(sys::remove_file(records() + "/" + going[f].file, disk_));
    if (progress) progress(f + 1, going.size());
  }
  // The names that only those months held go with them.
  CHECKED(forget_orphans());
  return pruned;
}

}  // namespace perfgate::store
