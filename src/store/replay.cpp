#include "store/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "store/kinds.hpp"
#include "store/stored.hpp"
#include "store/zstd_frame.hpp"

namespace perfgate::store {
namespace {

/// A run of 2 000 benchmarks takes a few MiB.
constexpr std::size_t most_runs = 40;

/// A judgement of as many takes 2 MiB as text, of which each run leaves one; packed, a tenth. It is
/// read again once, by the next run.
constexpr std::size_t worth_packing = 4096;
constexpr int packing_level = 1;

}  // namespace

void ReplayStore::put(Entry entry) {
  const std::size_t number = entries_.size();
  entry.head.seq = static_cast<std::int64_t>(number);
  entry.head.superseded = false;
  of_kind_[entry.head.kind].push_back(number);
  newest_[{entry.head.kind, entry.head.key}] = number;
  entries_.push_back(std::move(entry));
}

Result<void> ReplayStore::show(const Head& head, std::string_view value) {
  TRY(Indexed indexed, index_entity(head.kind, value, head.at));
  put({.head = head, .terms = std::move(indexed.terms), .real = head, .value = {}});
  return {};
}

Result<void> ReplayStore::show(const Head& head, std::string_view value,
                               std::shared_ptr<const Run> run) {
  CHECKED(show(head, value));
  keep(entries_.back().head.seq, std::move(run));
  return {};
}

void ReplayStore::keep(std::int64_t seq, std::shared_ptr<const Run> run) const {
  runs_[seq] = {.run = std::move(run), .used = ++uses_};
  if (runs_.size() <= most_runs) return;
  runs_.erase(std::ranges::min_element(runs_, {}, [](const auto& one) { return one.second.used; }));
}

bool ReplayStore::shows(Kind kind, std::string_view key) const {
  return newest_.contains(std::pair(kind, std::string(key)));
}

Result<void> ReplayStore::append_if(const Decide& decide) {
  TRY(std::vector<Addition> additions, decide(*this));
  for (Addition& addition : additions) {
    TRY(Indexed indexed, index_entity(addition.kind, addition.value, addition.at));
    const bool erased = addition.value == "null";
    std::size_t unpacked = 0;
    if (addition.value.size() >= worth_packing) {
      unpacked = addition.value.size();
      TRY(addition.value, zstd_frame(addition.value, packing_level));
      addition.value.shrink_to_fit();
    }
    put({.head = {.kind = addition.kind,
                  .key = std::move(addition.key),
                  .at = addition.at,
                  .time = indexed.time,
                  .erased = erased},
         .terms = std::move(indexed.terms),
         .real = {},
         .value = std::move(addition.value),
         .unpacked = unpacked});
  }
  return {};
}

bool ReplayStore::fits(const Entry& entry, const Selection& selection) const {
  const Head& head = entry.head;
  if (!selection.key.empty() && head.key != selection.key) return false;
  if (!head.key.starts_with(selection.key_prefix)) return false;
  if (selection.since && head.time < *selection.since) return false;
  if (selection.until && head.time >= *selection.until) return false;
  return std::ranges::all_of(selection.terms, [&](const Term& term) {
    return std::ranges::find(entry.terms, term) != entry.terms.end();
  });
}

Result<std::vector<Head>> ReplayStore::list(const Selection& selection) const {
  std::vector<Head> heads;
  const auto full = [&] { return selection.limit > 0 && heads.size() == selection.limit; };
  const auto take = [&](std::size_t number) {
    const Entry& entry = entries_[number];
    if (full() || (selection.kind && entry.head.kind != *selection.kind)) return;
    const bool superseded = newest_.at({entry.head.kind, entry.head.key}) != number;
    if (!selection.all_versions && (superseded || entry.head.erased)) return;
    if (!fits(entry, selection)) return;
    heads.push_back(entry.head);
    heads.back().superseded = superseded;
  };
  std::vector<std::size_t> numbers;
  if (selection.kind) {
    if (const auto found = of_kind_.find(*selection.kind); found != of_kind_.end())
      numbers = found->second;
  } else {
    for (std::size_t i = 0; i < entries_.size(); ++i) numbers.push_back(i);
  }
  if (selection.newest_first) std::ranges::reverse(numbers);
  for (const std::size_t number : numbers) take(number);
  return heads;
}

Result<void> ReplayStore::read(std::span<const Head> heads, const Visit& visit,
                               unsigned /*workers*/) const {
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const Entry& entry = entries_[static_cast<std::size_t>(heads[i].seq)];
    bool more = true;
    if (entry.real) {
      CHECKED(real_.read({&*entry.real, 1}, [&](std::size_t, Record& record) -> Result<bool> {
        TRY(more, visit(i, record));
        return more;
      }));
    } else {
      Record record{.seq = entry.head.seq,
                    .kind = entry.head.kind,
                    .key = entry.head.key,
                    .at = entry.head.at,
                    .value = {},
                    .place = "replay"};
      if (entry.unpacked == 0)
        record.value = entry.value;
      else
        CHECKED(read_zstd_frame(entry.value, entry.unpacked, record.value));
      TRY(more, visit(i, record));
    }
    if (!more) return {};
  }
  return {};
}

Result<std::shared_ptr<const Run>> ReplayStore::run(const Head& head) const {
  if (const auto known = runs_.find(head.seq); known != runs_.end()) {
    known->second.used = ++uses_;
    return known->second.run;
  }
  std::shared_ptr<const Run> run;
  CHECKED(read({&head, 1}, [&](std::size_t, Record& record) -> Result<bool> {
    TRY(Run parsed, Stored<Run>::read(record.value, record.place));
    run = std::make_shared<const Run>(std::move(parsed));
    return true;
  }));
  if (!run)
    return fail(Code::store, fmt::format("{}: the record `{}` cannot be read", url(), head.key),
                "`perfgate history verify` says what is wrong");
  keep(head.seq, run);
  return run;
}

}  // namespace perfgate::store
