// Verifying and pruning a branch. Both lean on the directory store, whose lines are the same.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "store/directory_store.hpp"
#include "store/git_mirror.hpp"
#include "store/git_store.hpp"
#include "store/record.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::store {
namespace {

constexpr std::string_view restore_branch =
    "the branch was damaged or changed: restore it from a clone that has it whole";

/// Every file of the branch: its own checksum, its path, and that it follows the one before.
Result<std::vector<Trouble>> verify_files(const Branch& branch, const Tip& tip,
                                          const Progress& progress) {
  std::vector<Trouble> troubles;
  const auto trouble = [&](std::string_view place, std::string what, std::string_view remedy) {
    troubles.push_back(
        {.place = std::string(place), .what = std::move(what), .remedy = std::string(remedy)});
  };
  const auto listed = branch.changes("", tip);
  if (!listed) {
    if (listed.error().code != Code::store) return std::unexpected(listed.error());
    trouble(tip.commit, listed.error().message, listed.error().hint);
    return troubles;
  }
  std::int64_t seq = listed->added.empty() ? 0 : listed->added[0].file.seq - 1;
  std::string head = seq == 0 ? std::string(no_record) : std::string();
  std::uint64_t done = 0;
  CHECKED(branch.read(
      listed->added, [&](const BranchFile& file, std::string_view content) -> Result<void> {
        if (progress) progress(++done, listed->added.size());
        if (file.file.seq != seq + 1)
          trouble(file.path,
                  file.file.seq <= seq
                      ? fmt::format("record {} is there twice", file.file.seq)
                      : fmt::format("the chain is broken: record {} does not follow record {}",
                                    file.file.seq, seq),
                  restore_branch);
        const auto record = read_file(file, content);
        if (!record) {
          trouble(file.path, record.error().message, record.error().hint);
        } else if (file.file.seq == seq + 1 && !head.empty() && record->prev != head) {
          trouble(file.path,
                  fmt::format("the chain is broken: it was written after another record {}", seq),
                  restore_branch);
        }
        seq = file.file.seq;
        head = record ? record->sha256 : std::string();
        return {};
      }));
  CHECKED(branch.read(listed->people_added,
                      [&](const BranchFile& file, std::string_view content) -> Result<void> {
                        const auto person = read_person_file(file, content);
                        if (!person)
                          trouble(file.path, person.error().message, person.error().hint);
                        return {};
                      }));
  if (seq != tip.summary.seq || (!head.empty() && head != tip.summary.head))
    trouble(tip.commit,
            fmt::format("the commit says that its newest record is number {} ({:.12}...), and the "
                        "files end with number {} ({:.12}...)",
                        tip.summary.seq, tip.summary.head, seq, head),
            restore_branch);
  return troubles;
}

/// The records beyond a number, as they were added.
Result<std::vector<Store::Addition>> written_after(const Store& store, std::int64_t seq) {
  TRY(std::vector<Head> heads, store.list({.all_versions = true}));
  std::erase_if(heads, [&](const Head& head) { return head.seq <= seq; });
  std::vector<Store::Addition> additions;
  CHECKED(store.read(heads, [&](std::size_t, Record& record) -> Result<bool> {
    additions.push_back({record.kind, record.key, std::move(record.value), record.at});
    return true;
  }));
  return additions;
}

}  // namespace

Result<Compaction> GitStore::compact(const Progress&) {
  return fail(Code::store,
              fmt::format("{}: there is nothing to compact: git packs by itself", url()),
              "`perfgate history prune` takes away what is older than it must be kept");
}

Result<Erasure> GitStore::erase_person(std::string_view name, const TellErasure& tell) {
  Erasure erasure;
  const auto propose = [&](const Branch& open,
                           const std::optional<Tip>& tip) -> Result<std::optional<Tip>> {
    erasure = {};
    if (!tip) return std::nullopt;
    CHECKED(update_mirror(open, tip));
    TRY(erasure, store::erase_person(*open_directory(mirror_path(open)), name));
    if (!tell || erasure.names == 0) return std::nullopt;
    TRY(const People people, read_people(mirror_people(open)));
    std::vector<std::string> removed;
    for (const std::string& token : people.tokens_of(name))
      removed.push_back(path_of_person(token));
    Addition told = tell(erasure);
    TRY(told.value, without_person(told.kind, told.value, name));
    TRY(Tip next, commit_records(open, tip, {std::move(told)}, removed));
    return next;
  };
  CHECKED(advance(propose));
  return erasure;
}

Result<std::vector<Trouble>> GitStore::verify(const Progress& progress) const {
  const std::lock_guard guard(mutex_);
  TRY(Branch * open, branch());
  TRY(const sys::FileLock lock, open->lock(options_.patience));
  open->tidy();
  TRY(const std::optional<Tip> tip, open->fetch());
  if (!tip) return std::vector<Trouble>{};
  TRY(std::vector<Trouble> troubles, verify_files(*open, *tip, progress));
  if (!troubles.empty()) return troubles;
  // What the records say of each other is the same as in a directory.
  CHECKED(update_mirror(*open, tip));
  return open_directory(mirror_path(*open))->verify(progress);
}

Result<Pruned> GitStore::prune(const Retention& retention, const Progress& progress) {
  Pruned pruned;
  const auto propose = [&](const Branch& open,
                           const std::optional<Tip>& tip) -> Result<std::optional<Tip>> {
    if (!tip) return std::nullopt;
    CHECKED(update_mirror(open, tip));
    // A directory store knows what may go, what must stay and what to write about it. It does so to
    // a copy, and what it wrote is done to the branch.
    TRY(const sys::TemporaryDirectory copy, sys::TemporaryDirectory::make(open.cache()));
    std::error_code error;
    std::filesystem::copy(mirror_path(open) + "/records", copy.path() + "/records", error);
    if (!error && std::filesystem::exists(mirror_people(open), error))
      std::filesystem::copy(mirror_people(open), copy.path() + "/people.jsonl", error);
    if (error) return sys::io_error("copying", mirror_path(open), error.value());
    const auto store = open_directory(copy.path());
    TRY(pruned, store->prune(retention, progress));
    if (pruned.months.empty() || retention.dry_run) return std::nullopt;
    TRY(const std::vector<Addition> additions, written_after(*store, tip->summary.seq));

    std::vector<std::string> removed;
    for (const Pruned::Month& month : pruned.months)
      removed.push_back(
          fmt::format("records/{}/{}", month.month.substr(0, 4), month.month.substr(5)));
    // What is written again hides its names again: of the old entries those stay that others need.
    TRY(const People before, read_people(mirror_people(open)));
    TRY(const People after, read_people(copy.path() + "/people.jsonl"));
    for (const auto& [token, person] : before.all())
      if (!after.knows(token)) removed.push_back(path_of_person(token));
    TRY(const Changes all, open.changes("", *tip));
    const auto stays = std::ranges::find_if(all.added, [&](const BranchFile& file) {
      return file.file.seq > pruned.months.back().last;
    });
    TRY(Tip next,
        commit_records(open, tip, additions, removed,
                       stays == all.added.end() ? tip->summary.last_month : stays->file.month));
    return next;
  };
  CHECKED(advance(propose));
  return pruned;
}

}  // namespace perfgate::store
